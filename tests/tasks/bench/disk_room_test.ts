import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure } from "../../../runtime/program/errors.ts";
import { bytesNeeded, checkRoom } from "../../../tasks/bench/disk_room.ts";
import { generateEvents } from "../../../tasks/generate/generator.ts";

Deno.test("bytesNeeded() is a little more than an input takes", () => {
  for (
    const options of [
      { count: 7 },
      { count: 20_000 },
      { count: 1_200, workload: "work-items", payload: "small" } as const,
    ]
  ) {
    let bytes = 0;
    for (const block of generateEvents(options)) bytes += block.length;

    const needed = bytesNeeded(options);

    assert(needed > bytes && needed < bytes * 1.2, `${needed} for ${bytes}`);
  }
});

Deno.test("checkRoom() refuses inputs that do not fit, and says what helps", async () => {
  const inputs = [{ count: 10_000_000 }, { count: 100 }];

  await checkRoom("/disk", inputs, () => Promise.resolve(2e9));
  const { message } = await assertRejects(
    () => checkRoom("/disk", inputs, () => Promise.resolve(1e9)),
    Failure,
  );

  const [, needed] = /they take up to (\d\.\d\d) GB, and 1\.00 GB are free/
    .exec(message) ?? [];
  assert(Number(needed) > 1.2, message);
  assert(/in? "\/disk"|to "\/disk"/.test(message), message);
  assert(message.includes("TMPDIR=FOLDER"), message);
});

Deno.test("checkRoom() asks the system how much is free", async () => {
  assertEquals(await checkRoom("/tmp", [{ count: 1 }]), undefined);
});
