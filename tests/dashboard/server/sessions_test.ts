import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "node:path";
import {
  createSessions,
  loadSessionKey,
  SESSION_KEY_FILE,
  SESSION_MS,
} from "../../../dashboard/server/sessions.ts";

const PORT = 4646;
const KEY = new Uint8Array(32).fill(7);

/** What a browser sends back of a `Set-Cookie`. */
function sentBack(setCookie: string): string {
  return setCookie.slice(0, setCookie.indexOf(";"));
}

Deno.test("create() makes a cookie that no script reads and no other page sends", () => {
  const [cookie, ...attributes] = createSessions({ key: KEY, port: PORT })
    .create().split("; ");

  assertMatch(cookie!, /^denizen_4646=[\w.-]+$/);
  assertEquals(attributes, [
    "Max-Age=2592000",
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
  ]);
});

Deno.test("create() makes another cookie for each browser", () => {
  const sessions = createSessions({ key: KEY, port: PORT, now: () => 1_000 });

  assertNotEquals(sessions.create(), sessions.create());
});

Deno.test("isValid() knows its own cookie among others, and after a restart", () => {
  const cookie = sentBack(createSessions({ key: KEY, port: PORT }).create());
  const { isValid } = createSessions({ key: KEY.slice(), port: PORT });

  assertEquals(
    [
      cookie,
      `a=b; ${cookie}`,
      `a=b;${cookie};c=d`,
      // Somebody else at this address has set one of the same name.
      `denizen_4646=x; ${cookie}`,
    ].map(isValid),
    [true, true, true, true],
  );
});

Deno.test("isValid() refuses a cookie of another key or another port", () => {
  const sessions = createSessions({ key: KEY, port: PORT });
  const otherKey = createSessions({
    key: new Uint8Array(32).fill(8),
    port: PORT,
  });
  const otherPort = createSessions({ key: KEY, port: 4647 });
  const foreign = sentBack(otherPort.create());

  assertEquals(
    [
      sentBack(otherKey.create()),
      foreign,
      foreign.replace("denizen_4647", "denizen_4646"),
    ].map(sessions.isValid),
    [false, false, false],
  );
});

Deno.test("isValid() refuses no cookie, a damaged one and one that was made up", () => {
  const sessions = createSessions({ key: KEY, port: PORT });
  const cookie = sentBack(sessions.create());
  const [name, value] = cookie.split("=") as [string, string];
  const [expires, nonce, signature] = value.split(".") as [
    string,
    string,
    string,
  ];
  const changed = (text: string) =>
    (text.startsWith("A") ? "B" : "A") + text.slice(1);
  const later = (Number.parseInt(expires, 36) + 1).toString(36);

  assertEquals(
    [
      null,
      "",
      name,
      `${name}=`,
      `${name}=${expires}.${nonce}`,
      `${name}=${expires}.${nonce}.`,
      `${name}=${later}.${nonce}.${signature}`,
      `${name}=${expires}.${changed(nonce)}.${signature}`,
      `${name}=${expires}.${nonce}.${changed(signature)}`,
      `${name}=${expires}.${nonce}.${signature.slice(1)}`,
      `${name}=${expires}.${nonce}.${signature}A`,
      `${name}="${value}"`,
      `X${cookie}`,
    ].map(sessions.isValid),
    new Array(13).fill(false),
  );
});

Deno.test("isValid() ends with the time that the cookie was made for", () => {
  let nowMs = 1_000_000;
  const sessions = createSessions({ key: KEY, port: PORT, now: () => nowMs });
  const cookie = sentBack(sessions.create());

  nowMs += SESSION_MS - 1;
  const before = sessions.isValid(cookie);
  nowMs += 1;

  assertEquals([before, sessions.isValid(cookie)], [true, false]);
});

Deno.test("isValid() tries so many cookies of its name, and no more", () => {
  const sessions = createSessions({ key: KEY, port: PORT });
  const cookie = sentBack(sessions.create());
  const after = (count: number) =>
    sessions.isValid(
      [...new Array(count).fill("denizen_4646=x"), cookie].join("; "),
    );

  assertEquals([after(15), after(10_000)], [true, false]);
});

Deno.test("loadSessionKey() makes a key that only this user can read, and finds it again", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const key = await loadSessionKey(folder);
    const again = await loadSessionKey(folder);
    const { mode } = await Deno.stat(join(folder, SESSION_KEY_FILE));

    assertEquals(key.length, 32);
    assertEquals(again, key);
    if (Deno.build.os !== "windows") assertEquals((mode ?? 0) & 0o777, 0o600);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name:
    "loadSessionKey() replaces a key that others could read, that is too short and that is none",
  ignore: Deno.build.os === "windows",
  async fn() {
    const folder = await Deno.makeTempDir();
    const path = join(folder, SESSION_KEY_FILE);
    try {
      const shown = await loadSessionKey(folder);
      await Deno.chmod(path, 0o644);
      const unseen = await loadSessionKey(folder);
      await Deno.writeTextFile(path, "c2hvcnQ\n");
      const short = await loadSessionKey(folder);
      await Deno.writeTextFile(path, "not a key\n");
      const none = await loadSessionKey(folder);
      const { mode } = await Deno.stat(path);

      assertNotEquals(unseen, shown);
      assertEquals([short.length, none.length], [32, 32]);
      assertEquals((mode ?? 0) & 0o777, 0o600);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
