import { assertEquals } from "@std/assert";
import type { OutputLoss } from "../../../runtime/program/lost_output.ts";
import { patientWriter } from "../../../tasks/terminal/patient_writer.ts";
import { eventually } from "../../support/eventually.ts";

/** An output whose next writes fail, or wait, as a test wants it. */
function fakeOutput() {
  const decoder = new TextDecoder();
  const output = {
    text: "",
    /** Thrown by each write, after so many bytes have been taken. */
    failure: undefined as { error: Error; after: number } | undefined,
    reading: Promise.resolve(),
    async write(bytes: Uint8Array) {
      await output.reading;
      const { failure } = output;
      const taken = failure?.after ?? bytes.length;
      output.text += decoder.decode(bytes.subarray(0, taken));
      if (failure && taken > 0) failure.after = 0;
      else if (failure) throw failure.error;
      return taken;
    },
  };
  return output;
}

const FULL = new Error("No space left on device (os error 28)");
const name = "standard output";

Deno.test("patientWriter() drops what cannot be written, tries again by itself and says what is missing", async () => {
  const output = fakeOutput();
  const losses: OutputLoss[] = [];
  using writer = patientWriter(output, {
    name,
    retryMs: 10,
    onLoss: (loss) => void losses.push(loss),
  });

  output.failure = { error: FULL, after: 3 };
  await writer.write("1 half\n2 gone\n");
  await writer.write("3 gone\n");
  output.failure = undefined;
  await eventually("the loss is over", () => losses.at(-1)?.isOver === true);
  await writer.write("4 there\n");

  assertEquals(
    output.text,
    "1 h\nsupervisor | standard output: 3 lines lost, no space left on device, writing again\n4 there\n",
  );
  assertEquals(losses.map(({ isOver }) => isOver), [false, true]);
});

Deno.test("patientWriter() waits for no reader that has stopped, keeps some lines and counts the others", async () => {
  const output = fakeOutput();
  const reads = Promise.withResolvers<void>();
  output.reading = reads.promise;
  using writer = patientWriter(output, {
    name,
    stallMs: 1,
    maxWaitingBytes: 20,
  });

  for (let line = 1; line <= 9; line++) await writer.write(`line ${line}\n`);
  await writer.write("");
  reads.resolve();
  await eventually(
    "the reader is told what it missed",
    () => output.text.endsWith("writing again\n"),
  );
  await writer.write("line 10\n");

  assertEquals(
    output.text,
    "line 1\nline 2\nsupervisor | standard output: 7 lines lost, nobody reads it, writing again\nline 10\n",
  );
});

Deno.test("patientWriter() says once that its reader is gone, and fails nobody", async () => {
  const output = fakeOutput();
  const losses: OutputLoss[] = [];
  using writer = patientWriter(output, {
    name,
    retryMs: 1,
    onLoss: (loss) => void losses.push(loss),
  });

  output.failure = { error: new Deno.errors.BrokenPipe("gone"), after: 0 };
  await writer.write("1\n");
  await writer.write("2\n");

  assertEquals(losses, [
    { lines: 2, reason: "nobody reads it any more", isOver: false },
  ]);
});
