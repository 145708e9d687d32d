import { assertEquals } from "@std/assert";
import type {
  OutputChunk,
  OutputListener,
} from "../../../supervisor/supervisor.ts";
import { startPlainView } from "../../../tasks/supervise/plain_view.ts";

/** Shows chunks on one screen, as where both outputs are the same terminal. */
async function shown(
  chunks: Omit<OutputChunk, "stream" | "timeMs">[],
): Promise<string> {
  let screen = "";
  let listener: OutputListener = () => {};
  const writer = {
    write: (text: string) => Promise.resolve(void (screen += text)),
  };
  {
    await using _view = startPlainView({
      hear({ output }) {
        listener = output;
        return { async [Symbol.asyncDispose]() {} };
      },
    }, { stdout: writer, stderr: writer });
    for (const chunk of chunks) {
      await listener({ ...chunk, stream: "stdout", timeMs: 0 });
    }
  }
  return screen;
}

Deno.test("startPlainView() shows a text without line end, and the rest of its line behind it", async () => {
  const screen = await shown([
    { name: "a", text: "1\nName? " },
    { name: "a", text: "Bob\n2\n" },
    { name: "a", text: "..." },
  ]);

  assertEquals(screen, "a | 1\na | Name? Bob\na | 2\na | ...\n");
});

Deno.test("startPlainView() ends the line of one service before it shows another's", async () => {
  const screen = await shown([
    { name: "a", text: "Name? " },
    { name: "b", text: "1\n" },
    { name: "a", text: "\n" },
    { name: "a", text: "2\n" },
  ]);

  assertEquals(screen, "a | Name? \nb | 1\na | 2\n");
});
