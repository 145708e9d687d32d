import { assertEquals, assertRejects } from "@std/assert";
import { eachOf } from "./at_once.ts";

Deno.test("eachOf() runs so many cases at a time, and each once", async () => {
  const ran: number[] = [];
  let running = 0;
  let most = 0;

  await eachOf([1, 2, 3, 4, 5], String, async (each) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    ran.push(each);
    running--;
  }, 2);

  assertEquals(ran.toSorted(), [1, 2, 3, 4, 5]);
  assertEquals(most, 2);
});

Deno.test("eachOf() names the cases that fail, and runs the others", async () => {
  const ran: string[] = [];

  const { message } = await assertRejects(
    () =>
      eachOf(["a", "b", "c"], (name) => `case ${name}`, (each) => {
        ran.push(each);
        return each === "b" ? Promise.resolve() : Promise.reject(
          new Error("is wrong"),
        );
      }, 1),
    AggregateError,
  );

  assertEquals(message, "case a: is wrong\ncase c: is wrong");
  assertEquals(ran, ["a", "b", "c"]);
});
