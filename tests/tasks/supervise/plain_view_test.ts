import { assertEquals } from "@std/assert";
import type {
  OutputChunk,
  OutputListener,
} from "../../../supervisor/supervisor.ts";
import type { SupervisorEvent } from "../../../supervisor/events/event.ts";
import type { Listener } from "../../../tasks/supervise/viewed.ts";
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

Deno.test("startPlainView() says a line of its own, on a line of its own", async () => {
  let screen = "";
  let listener: OutputListener = () => {};
  const writer = {
    write: (text: string) => Promise.resolve(void (screen += text)),
  };
  await using view = startPlainView({
    hear({ output }) {
      listener = output;
      return { async [Symbol.asyncDispose]() {} };
    },
  }, { stdout: writer, stderr: writer });
  await listener({ name: "a", text: "Name? ", stream: "stdout", timeMs: 0 });
  await view.say("dashboard: http://x");

  assertEquals(screen, "a | Name? \nsupervisor | dashboard: http://x\n");
});

/** A screen of two outputs, the slower of which takes a while for each text. */
function twoOutputs(slow: "stdout" | "stderr") {
  const texts: string[] = [];
  const writer = (turns: number) => ({
    async write(text: string) {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      texts.push(text);
    },
  });
  return {
    texts,
    stdout: writer(slow === "stdout" ? 20 : 0),
    stderr: writer(slow === "stderr" ? 20 : 0),
  };
}

for (const slow of ["stdout", "stderr"] as const) {
  Deno.test(`startPlainView() tells of an event after what was before it and before what comes later, also where ${slow} is slow`, async () => {
    const { texts, ...outputs } = twoOutputs(slow);
    let heard: Listener | undefined;
    {
      await using _view = startPlainView({
        hear(listener) {
          heard = listener;
          return { async [Symbol.asyncDispose]() {} };
        },
      }, outputs);
      const write = (text: string) =>
        heard?.output({ name: "a", text, stream: "stdout", timeMs: 0 });
      await write("Name? ");

      await Promise.all([heard?.event(STARTED), write("says\n")]);
    }

    assertEquals(texts.filter((text) => text !== ""), [
      "a | Name? ",
      "\n",
      "supervisor | a: started, pid 7\n",
      "a | says\n",
    ]);
  });
}

const STARTED: SupervisorEvent = {
  type: "service_state",
  service: "a",
  status: "running",
  previous: "pending",
  restarts: 0,
  message: "started, pid 7",
  sequence: 1,
  timeMs: 0,
};
