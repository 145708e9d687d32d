import { assertEquals, assertRejects } from "@std/assert";
import { Refusal } from "../../../dashboard/server/answers.ts";
import { type BodyOptions, readJson } from "../../../dashboard/server/body.ts";

const encoder = new TextEncoder();

/** A request that sends `parts`, one after the other. */
function sending(
  parts: readonly (string | Uint8Array<ArrayBuffer>)[],
  headers: Record<string, string> = {},
) {
  const body = ReadableStream.from(
    parts.map((part) => typeof part === "string" ? encoder.encode(part) : part),
  );
  return { headers: new Headers(headers), body };
}

/** The status and the words that a body is refused with. */
async function refusal(
  request: Parameters<typeof readJson>[0],
  options?: BodyOptions,
): Promise<string> {
  const { status, message } = await assertRejects(
    () => readJson(request, options),
    Refusal,
  );
  return `${status} ${message}`;
}

Deno.test("readJson() reads what was sent in one part, in many and within a letter", async () => {
  const [first, second] = [
    encoder.encode('{"a":"ü"}').slice(0, 7),
    encoder.encode('{"a":"ü"}').slice(7),
  ];

  assertEquals(await readJson(sending(['{"replicas":3}'])), { replicas: 3 });
  assertEquals(await readJson(sending(["[1", ",2", "]"])), [1, 2]);
  assertEquals(await readJson(sending([first, second])), { a: "ü" });
});

Deno.test("readJson() gives nothing where nothing was sent", async () => {
  assertEquals(
    [
      await readJson({ headers: new Headers(), body: null }),
      await readJson(sending([])),
    ],
    [undefined, undefined],
  );
});

Deno.test("readJson() refuses in words what is no JSON", async () => {
  const wrong = "400 Cannot read what was sent: it is no JSON";

  assertEquals(
    [
      await refusal(sending(["{"])),
      await refusal(sending(["replicas=3"])),
      await refusal(sending([" "])),
      // No UTF-8, and a letter that has no end.
      await refusal(sending([Uint8Array.of(0x22, 0xff, 0x22)])),
      await refusal(sending(['"', Uint8Array.of(0xc3)])),
    ],
    [wrong, wrong, wrong, wrong, wrong],
  );
});

Deno.test("readJson() refuses what is too large, whatever its length was said to be", async () => {
  const options = { maxBytes: 8 };
  const wrong = "413 Cannot read what was sent: it has over 8 bytes";

  assertEquals(await readJson(sending(['"123456"']), options), "123456");
  assertEquals(
    [
      await refusal(sending(['"1234567"']), options),
      await refusal(sending(['"1234', '567"']), options),
      await refusal(sending(['"1234567"'], { "content-length": "2" }), options),
      await refusal(sending(["1"], { "content-length": "9" }), options),
    ],
    [wrong, wrong, wrong, wrong],
  );
});

Deno.test("readJson() reads no further once it is too much", async () => {
  let sent = 0;
  const left = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => controller.enqueue(new Uint8Array(++sent && 4)),
    cancel: () => left.resolve(),
  }, { highWaterMark: 0 });

  await refusal({ headers: new Headers(), body }, { maxBytes: 8 });
  await left.promise;

  assertEquals(sent, 3);
});

Deno.test("readJson() does not wait for one that stops sending", async () => {
  const left = Promise.withResolvers<void>();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(encoder.encode("{")),
    cancel: () => left.resolve(),
  });

  assertEquals(
    await refusal({ headers: new Headers(), body }, { withinMs: 0 }),
    "408 Cannot read what was sent: it takes too long",
  );
  await left.promise;
});

Deno.test("readJson() refuses what breaks off", async () => {
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: () => Promise.reject(new Deno.errors.BadResource("gone")),
  });

  const { status } = await assertRejects(
    () => readJson({ headers: new Headers(), body }),
    Refusal,
    "it has broken off",
  );

  assertEquals(status, 400);
});
