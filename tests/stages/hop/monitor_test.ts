import { assert, assertEquals } from "@std/assert";
import { createMeter } from "../../../stages/hop/meter.ts";
import { createMonitor } from "../../../stages/hop/monitor.ts";

Deno.test("createMonitor() says next to nothing before the chain is open", () => {
  const look = createMonitor("parse.2").look();

  assertEquals(Object.keys(look), ["name", "timeMs"]);
  assertEquals(look.name, "parse.2");
});

Deno.test("createMonitor() begins anew with each opening, and says so", () => {
  const monitor = createMonitor("aggregate");
  const results = () => ({ groups: 3, results: [], complete: true });
  const first = createMeter("aggregate");
  first.reached = 9;
  monitor.begin(first, results);
  const one = monitor.look();
  const second = createMeter("aggregate");
  monitor.begin(second);
  const two = monitor.look();

  assertEquals([one.reached, two.reached], [9, undefined]);
  assert(Number(two.sinceMs) > Number(one.sinceMs));
  assertEquals([one.groups, two.groups], [3, undefined]);
});

Deno.test("createMonitor() lets go of what a stream has counted that has failed", () => {
  const monitor = createMonitor("aggregate");
  const meter = createMeter("aggregate");
  monitor.begin(meter, () => ({ groups: 3 }));
  monitor.forget(createMeter("aggregate"));
  assertEquals(monitor.look().groups, 3);
  monitor.forget(meter, { filtered: 2 });
  const { groups, filtered } = monitor.look();
  monitor.forget(meter);

  assertEquals([groups, filtered], [undefined, 2]);
  assertEquals(monitor.look().filtered, undefined);
});

Deno.test("createMonitor() says how large batches are, on the average since it was last asked", () => {
  const monitor = createMonitor("parse");
  const meter = createMeter("parse");
  monitor.begin(meter);
  const stream = meter.crossing.open();
  monitor.look();
  const send = (...sizes: number[]) =>
    sizes.forEach((size) => stream.sent(() => size));
  send(10, 20, 0);
  const first = monitor.look().batch;
  send(100);
  const second = monitor.look().batch;

  assertEquals([first, second, monitor.look().batch], [15, 100, 100]);
});
