import { assertEquals, assertMatch } from "@std/assert";
import { createInvites } from "../../../dashboard/server/invites.ts";

Deno.test("redeem() takes a token once", () => {
  const invites = createInvites();
  const token = invites.create();

  assertEquals(
    [invites.redeem(token), invites.redeem(token)],
    [true, false],
  );
});

Deno.test("create() makes tokens that stand in an address as they are, each another", () => {
  const invites = createInvites();
  const tokens = Array.from({ length: 20 }, invites.create);

  for (const token of tokens) assertMatch(token, /^[\w-]{22}$/);
  assertEquals(new Set(tokens).size, 20);
});

Deno.test("redeem() refuses what is no token, and keeps those that are", () => {
  const invites = createInvites();
  const token = invites.create();

  assertEquals(
    ["", "x", token.slice(1), `${token}=`, ` ${token}`, token.repeat(1_000)]
      .map(invites.redeem),
    [false, false, false, false, false, false],
  );
  assertEquals(invites.redeem(token), true);
});

Deno.test("redeem() takes tokens in any order", () => {
  const invites = createInvites();
  const [first, second, third] = [1, 2, 3].map(invites.create);

  assertEquals(
    [second!, first!, second!, third!].map(invites.redeem),
    [true, true, false, true],
  );
});

Deno.test("redeem() refuses a token of another dashboard", () => {
  assertEquals(createInvites().redeem(createInvites().create()), false);
});

Deno.test("a token that nobody uses is too old after its time", () => {
  let nowMs = 0;
  const invites = createInvites({ lifeMs: 100, now: () => nowMs });
  const [used, old] = [invites.create(), invites.create()];

  nowMs = 99;
  const inTime = invites.redeem(used);
  nowMs = 100;

  assertEquals([inTime, invites.redeem(old)], [true, false]);
});

Deno.test("a newer token takes the oldest one's place where there are too many", () => {
  const invites = createInvites({ max: 2 });
  const tokens = [1, 2, 3].map(invites.create);

  assertEquals(tokens.map(invites.redeem), [false, true, true]);
});
