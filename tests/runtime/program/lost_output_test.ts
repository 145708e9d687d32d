import { assertEquals } from "@std/assert";
import { createLossCounter } from "../../../runtime/program/lost_output.ts";

Deno.test("createLossCounter() tells again each time that ten times as many lines are lost", () => {
  const told: number[] = [];
  const counter = createLossCounter(({ lines }) => void told.push(lines));

  counter.lose(14, "no space left on device");
  for (let line = 0; line < 5_000; line++) counter.lose(1, "");
  counter.regain();

  assertEquals(told, [14, 140, 1_400, 5_014]);
});
