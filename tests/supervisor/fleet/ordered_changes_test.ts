/** Commands that meet: the one that came last is what counts. */

import { assertEquals } from "@std/assert";
import { createOrders } from "../../../supervisor/fleet/orders.ts";
import {
  type FakeFleet,
  runningFleet,
  settle,
} from "../../support/fake_fleet.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const SLEEP = `command: [sleep, "1000"]`;
const ONE = `a: { ${SLEEP} }, b: { ${SLEEP}, depends_on: [a] }`;
const TWO = `a: { ${SLEEP}, deploy: { replicas: 2 } }`;

const COMMANDS = {
  start: ({ fleet, changes }: FakeFleet) => changes.start(fleet.loopsOf("a")),
  stop: ({ fleet, changes }: FakeFleet) => changes.stop(fleet.loopsOf("a")),
  restart: ({ fleet, changes }: FakeFleet) =>
    changes.restart(fleet.loopsOf("a")),
};
const { start, stop, restart } = COMMANDS;

Deno.test("createOrders() goes by the latest command, and by the one that retires", () => {
  const [a, b] = [{}, {}];
  const orders = createOrders<object>();
  const first = orders.give([a, b], "run");
  const second = orders.give([a], "rest");

  assertEquals([a, b].map(first.holds), [false, true]);
  assertEquals([a, b].map(second.holds), [true, false]);
  assertEquals([a, b].map(orders.isToRest), [true, false]);

  first.withdraw(a);
  assertEquals(orders.isToRest(a), true, "a later one has named it");
  second.withdraw(a);
  assertEquals(orders.isToRest(a), false);

  orders.retire([a]);
  const late = orders.give([a, b], "run");
  assertEquals([a, b].map(late.holds), [false, true]);
  assertEquals([a, b].map(orders.isToRest), [true, false]);
});

Deno.test("what was asked for last is what counts", async () => {
  const kinds = Object.keys(COMMANDS) as (keyof typeof COMMANDS)[];
  for (const first of kinds) {
    for (const second of kinds) {
      const fake = runningFleet("/config.yaml", ONE);
      const begun = [COMMANDS[first](fake)];
      await settle();
      begun.push(COMMANDS[second](fake));

      await fake.end("a");
      await fake.end("a");
      await Promise.all(begun);

      assertEquals(
        fake.alive(),
        second === "stop" ? ["b"] : ["a", "b"],
        `${first}, then ${second}`,
      );
    }
  }
});

Deno.test("a restart of replicas goes past those that somebody has stopped meanwhile", async () => {
  const fake = runningFleet("/config.yaml", TWO);
  const restarted = restart(fake);
  await settle();

  const stopped = stop(fake);
  await fake.end("a");
  await Promise.all([restarted, stopped]);

  assertEquals(fake.alive(), []);
  assertEquals(fake.told, []);
});

Deno.test("nothing that a change of the config takes away is started by an earlier restart", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/config.yaml`;
  const write = (services: string) =>
    Deno.writeTextFile(path, `services: { ${services} }`);
  await write(`b: { ${SLEEP} }`);
  const scaled = runningFleet(path, TWO);
  const reloaded = runningFleet(path, ONE);

  const restarts = [restart(scaled), restart(reloaded)];
  await settle();
  const { done: fewer } = await scaled.reloader.scale(new Map([["a", 1]]));
  const { done: gone } = await reloaded.reloader.reload(false);
  for (const fake of [scaled, reloaded]) {
    start(fake); // It comes too late as well.
    await fake.end("a");
    await fake.end("a");
  }
  await Promise.all([...restarts, fewer, gone]);

  assertEquals(scaled.alive(), ["a"]);
  assertEquals(reloaded.alive(), ["b"]);
});

Deno.test("a reload leaves alone what is being stopped by hand", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/config.yaml`;
  await Deno.writeTextFile(
    path,
    `services: { a: { command: [sleep, "2000"] } }`,
  );
  const fake = runningFleet(path, `a: { ${SLEEP} }`);
  const stopped = stop(fake);
  await settle();

  const { done, changes } = await fake.reloader.reload(false);
  await fake.end("a");
  await Promise.all([stopped, done]);

  assertEquals(fake.alive(), []);
  assertEquals(changes.map(({ note }) => note), ["stopped by hand: stays so"]);
});

Deno.test("scale tells of the services whose number of replicas changes, and of no others", async () => {
  const fake = runningFleet("/config.yaml", `${TWO}, b: { ${SLEEP} }`);

  const { done } = await fake.reloader.scale(new Map([["a", 2], ["b", 2]]));
  await done;

  assertEquals(fake.told, ["replicas: 1 -> 2", "is called b-1 from now on"]);
});

Deno.test("what a config does not ask for any more runs again with one that does", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/config.yaml`;
  const asked = `a: { ${SLEEP} }, b: { ${SLEEP} }`;
  const unasked = `a: { ${SLEEP} }, b: { ${SLEEP}, profiles: [x] }`;
  const fake = runningFleet(path, asked);
  const reload = async (services: string) => {
    await Deno.writeTextFile(path, `services: { ${services} }`);
    const { done } = await fake.reloader.reload(false);
    await fake.end("b");
    await done;
  };

  await reload(unasked);
  const without = [
    fake.alive(),
    fake.fleet.active().map(({ spec }) => spec.name),
  ];
  await reload(asked);

  assertEquals(without, [["a"], ["a"]]);
  assertEquals(fake.alive(), ["a", "b"]);
});
