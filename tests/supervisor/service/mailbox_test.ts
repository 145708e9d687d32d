import { assertEquals } from "@std/assert";
import { createMailbox } from "../../../supervisor/service/mailbox.ts";

/** Resolves when all that follows from what was done is done. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A mailbox whose messages are dealt with when the test says so. */
function slowMailbox() {
  const begun: string[] = [];
  const open = new Map<string, PromiseWithResolvers<void>>();
  const { post } = createMailbox<{ text: string }>(({ text }) => {
    begun.push(text);
    const done = Promise.withResolvers<void>();
    open.set(text, done);
    return done.promise;
  });
  return {
    begun,
    post: (text: string) => post({ text }),
    async finish(text: string) {
      open.get(text)?.resolve();
      await turn();
    },
  };
}

Deno.test("createMailbox() begins with the first message before post() returns", () => {
  const { begun, post } = slowMailbox();

  post("a");

  assertEquals(begun, ["a"]);
});

Deno.test("createMailbox() begins with a message once the one before is done, in order", async () => {
  const { begun, post, finish } = slowMailbox();

  post("a");
  post("b");
  post("c");
  const first = [...begun];
  await finish("a");
  const second = [...begun];
  await finish("b");

  assertEquals([first, second, begun], [["a"], ["a", "b"], ["a", "b", "c"]]);
});

Deno.test("createMailbox() begins anew after it was empty", async () => {
  const { begun, post, finish } = slowMailbox();
  post("a");
  await finish("a");

  post("b");

  assertEquals(begun, ["a", "b"]);
});

Deno.test("createMailbox() deals with what is posted meanwhile, also by the one who deals", async () => {
  const handled: number[] = [];
  const { post } = createMailbox<{ left: number }>(({ left }) => {
    handled.push(left);
    if (left > 0) post({ left: left - 1 });
  });

  post({ left: 2 });
  await turn();

  assertEquals(handled, [2, 1, 0]);
});

Deno.test("createMailbox() goes on after a message that nobody could deal with", async () => {
  const rejected = Promise.withResolvers<unknown>();
  const hear = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    rejected.resolve(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", hear, { once: true });
  const handled: string[] = [];
  const { post } = createMailbox<{ text: string }>(({ text }) => {
    handled.push(text);
    return text === "bad" ? Promise.reject(text) : Promise.resolve();
  });

  post({ text: "bad" });
  post({ text: "good" });

  assertEquals(await rejected.promise, "bad");
  assertEquals(handled, ["bad", "good"]);
});
