import { assertEquals } from "@std/assert";
import { createCrossing } from "../../../stages/hop/crossing.ts";

Deno.test("createCrossing() says which events of all streams are on their way", () => {
  const crossing = createCrossing();
  crossing.watch();
  const [one, other] = [crossing.open(), crossing.open()];
  for (const events of [1, 2, 3]) one.sent(() => events);
  other.sent(() => 10);
  const sent = crossing.onItsWay;
  one.answered(2);
  const answered = crossing.onItsWay;
  other.close();
  other.answered(1); // too late

  assertEquals([sent, answered, crossing.onItsWay], [16, 13, 3]);
  assertEquals([crossing.batches, crossing.events], [4, 16]);
});

Deno.test("createCrossing() looks into no batch before somebody watches, and is right from then on", () => {
  const crossing = createCrossing();
  const stream = crossing.open();
  let lookedInto = 0;
  const count = () => ++lookedInto;
  stream.sent(count);
  stream.sent(count);
  assertEquals(lookedInto, 0);

  crossing.watch();
  stream.sent(() => 7);
  const seen = [crossing.onItsWay];
  for (let batch = 0; batch < 3; batch++) {
    stream.answered(1);
    seen.push(crossing.onItsWay);
  }
  for (let batch = 0; batch < 10_000; batch++) {
    stream.sent(() => 2);
    stream.answered(1);
  }

  assertEquals(seen, [7, 7, 7, 0]);
  assertEquals(crossing.onItsWay, 0);
});
