/**
 * Lists in pages and snapshots in parts, over a real connection.
 */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { wholeSnapshots } from "../../broker/whole_snapshots.ts";
import { BrokerService } from "../../proto/broker/contract.ts";
import type { WatchUpdate__Output } from "../../proto/types/broker/v1/WatchUpdate.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { ENTRY, startBroker } from "../support/broker_here.ts";

const NAMES = ["1", "2", "3", "4", "5"];

function named(instance: string, service = "a") {
  return { ...ENTRY, service, instance };
}

/** A broker that holds these instances of a service, and one of another. */
async function startFilled(names: string[], epoch = "e", partBytes?: number) {
  const broker = await startBroker({ epoch, ...partBytes && { partBytes } });
  for (const name of names) await broker.registry.add(named(name), "me");
  await broker.registry.add(named("1", "b"), "me");
  const ask = {
    list: (pageToken: string, pageSize = 0) =>
      broker.unary(BrokerService.List, { pageToken, pageSize }),
    resolve: (pageToken: string, pageSize = 0, service = "a") =>
      broker.unary(BrokerService.Resolve, { service, pageToken, pageSize }),
  };
  return { ...broker, ...ask };
}

for (const method of ["list", "resolve"] as const) {
  Deno.test(`${method} answers in pages of the size that is asked for`, async () => {
    await using broker = await startFilled(NAMES);

    const pages = [];
    let token = "";
    do {
      const page = await broker[method](token, 2);
      pages.push(page.entries.map(({ instance }) => instance));
      token = page.nextPageToken;
    } while (token !== "");
    const whole = await broker[method]("");

    const last = method === "list" ? ["5", "1"] : ["5"];
    assertEquals(pages, [["1", "2"], ["3", "4"], last]);
    assertEquals(whole.entries.length, method === "list" ? 6 : 5);
    assertEquals(whole.nextPageToken, "");
  });
}

Deno.test("whoever reads pages while entries change misses none that stays, and gets none twice", async () => {
  await using broker = await startFilled(["2", "4", "6"]);
  const { entries: [first, second], nextPageToken } = await broker.list("", 2);

  // Before the place where the next page begins, and after it.
  await broker.registry.add(named("1"), "me");
  await broker.registry.add(named("5"), "me");
  const rest = await broker.list(nextPageToken);

  assertEquals([first!.instance, second!.instance], ["2", "4"]);
  assertEquals(rest.entries, [named("5"), named("6"), named("1", "b")]);
});

Deno.test("a page goes on where the entry before it has been removed", async () => {
  await using broker = await startFilled([]);
  const gone = await broker.registry.add(named("1"), "me");
  await broker.registry.add(named("2"), "me");
  const { nextPageToken } = await broker.list("", 1);

  await gone[Symbol.asyncDispose]();
  const { entries } = await broker.list(nextPageToken);

  assertEquals(entries, [named("2"), named("1", "b")]);
});

Deno.test("a page token that is none of the list is refused, and names the field", async () => {
  await using broker = await startFilled(NAMES);
  const { nextPageToken: listed } = await broker.list("", 1);
  const { nextPageToken: resolved } = await broker.resolve("", 1);
  const encoded = (value: unknown) => btoa(JSON.stringify(value));

  for (
    const ask of [
      () => broker.list("x"),
      () => broker.list(listed.slice(0, -4)),
      () => broker.list(encoded(["list", "", "e", "a"])),
      () => broker.list(encoded(["list", "", "e", "a", 1])),
      () => broker.list(encoded({ length: 5 })),
      () => broker.list(resolved),
      () => broker.resolve(listed),
      () => broker.resolve(resolved, 0, "b"),
    ]
  ) {
    const fault = await assertRejects(ask, Fault, undefined, String(ask));
    assertEquals(fault.code, "invalid");
    assertMatch(fault.message, /: page_token is not one of this list; give/);
  }
});

Deno.test("a negative page size is refused, and names the field", async () => {
  await using broker = await startFilled([]);

  const fault = await assertRejects(() => broker.list("", -1), Fault);

  assertEquals(fault.code, "invalid");
  assertMatch(fault.message, /page_size must be 0 or more: .* is -1$/);
});

Deno.test("a page token of a broker that has restarted says to begin again", async () => {
  await using before = await startFilled(NAMES, "one");
  await using after = await startFilled(NAMES, "two");
  const { nextPageToken } = await before.list("", 1);

  const fault = await assertRejects(() => after.list(nextPageToken), Fault);

  assertEquals(fault.code, "aborted");
  assertMatch(fault.message, /begin again with the first page$/);
});

Deno.test("Watch sends a snapshot in parts and marks all but the last", async () => {
  await using broker = await startFilled(NAMES, "e", 1);
  const parts = broker.serverStream(BrokerService.Watch, { service: "a" });

  const marks = [];
  for (let more = true; more;) {
    const { snapshot } = (await parts.next()).value;
    more = snapshot.more;
    marks.push([snapshot.entries.length, more]);
  }
  const whole = wholeSnapshots(
    broker.serverStream(BrokerService.Watch, { service: "a" }),
  );
  const { value } = await whole.next();

  assertEquals(marks, [[1, true], [1, true], [1, true], [1, true], [1, false]]);
  assertEquals(value?.snapshot?.entries, NAMES.map((name) => named(name)));
});

Deno.test("a snapshot that the stream does not finish is never told", async () => {
  async function* broken(): AsyncGenerator<WatchUpdate__Output> {
    yield {
      epoch: "e",
      revision: 1,
      snapshot: { entries: [ENTRY], more: true },
    };
    await Promise.reject(new Fault("unavailable", "gone"));
  }

  const fault = await assertRejects(
    () => wholeSnapshots(broken()).next(),
    Fault,
  );

  assertEquals(fault.code, "unavailable");
});
