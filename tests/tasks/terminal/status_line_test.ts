import { assertEquals } from "@std/assert";
import { log } from "../../../runtime/program/log.ts";
import { showStatus } from "../../../tasks/terminal/status_line.ts";

function output(isTerminal: boolean) {
  const decoder = new TextDecoder();
  const seen = { text: "" };
  return {
    seen,
    columns: () => 20,
    isTerminal: () => isTerminal,
    writeSync(bytes: Uint8Array) {
      seen.text += decoder.decode(bytes);
      return bytes.length;
    },
  };
}

Deno.test("showStatus() shows a line that logs stand above, and takes it away", () => {
  const terminal = output(true);

  {
    using _status = showStatus("Starting", terminal);
    log("one thing");
  }

  assertEquals(
    terminal.seen.text,
    "Starting ...\r\x1b[2Kone thing\nStarting ...\r\x1b[2K",
  );
});

Deno.test("showStatus() never wraps, and says nothing without a terminal", () => {
  const terminal = output(true);
  const file = output(false);

  showStatus("x".repeat(100), terminal)[Symbol.dispose]();
  showStatus("Starting", file)[Symbol.dispose]();

  assertEquals(terminal.seen.text, `${"x".repeat(19)}\r\x1b[2K`);
  assertEquals(file.seen.text, "");
});
