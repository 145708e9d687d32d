import { assertEquals } from "@std/assert";
import { terminalOutput } from "../../../tasks/live_view/terminal_output.ts";

const decoder = new TextDecoder();

Deno.test("terminalOutput() is busy until the terminal has taken everything", async () => {
  const taken: string[] = [];
  const isReading = Promise.withResolvers<void>();
  const slow = {
    async write(bytes: Uint8Array) {
      await isReading.promise;
      taken.push(decoder.decode(bytes.subarray(0, 2)));
      return Math.min(2, bytes.length);
    },
  };
  const output = terminalOutput(slow, () => ({ columns: 1, rows: 1 }));

  const written = new Promise((resolve) => output.stream.write("abc", resolve));
  assertEquals(output.isIdle(), false);
  isReading.resolve();
  await written;

  assertEquals(output.isIdle(), true);
  assertEquals(taken, ["ab", "c"]);
});

Deno.test("terminalOutput() writes nothing once it is closed", async () => {
  const taken: string[] = [];
  const output = terminalOutput({
    write: (bytes) => {
      taken.push(decoder.decode(bytes));
      return Promise.resolve(bytes.length);
    },
  }, () => ({ columns: 1, rows: 1 }));

  output.close();
  await new Promise((resolve) => output.stream.write("abc", resolve));

  assertEquals(taken, []);
});

Deno.test("terminalOutput() survives a terminal that is gone", async () => {
  const output = terminalOutput({
    write: () => Promise.reject(new Error("Input/output error")),
  }, () => {
    throw new Error("no terminal");
  });

  await new Promise((resolve) => output.stream.write("abc", resolve));

  assertEquals(output.size(), { columns: 80, rows: 24 });
});
