import { assertEquals, assertRejects } from "@std/assert";
import { Buffer } from "node:buffer";
import { createFollowedEntries } from "../../../broker/etcd/followed_entries.ts";
import type { Member } from "../../../broker/etcd/member.ts";
import type { WatchResponse__Output } from "../../../proto/types/etcdserverpb/WatchResponse.ts";
import { Fault } from "../../../runtime/program/errors.ts";

/** A message that tells of a key which was put at revision 2. */
function put(
  instance: string,
  { fragment }: { fragment: boolean },
): WatchResponse__Output {
  return {
    header: { clusterId: 1, revision: 2 },
    created: false,
    canceled: false,
    compactRevision: 0,
    cancelReason: "",
    fragment,
    events: [{
      type: "PUT",
      kv: {
        key: Buffer.from(`s/a.B/${instance}`),
        value: Buffer.from('{"Addr":"h:1"}'),
        createRevision: 2,
        modRevision: 2,
        lease: 0,
      },
    }],
  };
}

/** A member that has nothing at revision 1, and tells each watch what is next. */
function memberThatTells(watches: WatchResponse__Output[][]) {
  const from: number[] = [];
  const member: Pick<Member, "address" | "range" | "watch"> = {
    address: "etcd:1",
    range: () =>
      Promise.resolve({
        header: { clusterId: 1, revision: 1 },
        kvs: [],
        more: false,
      }),
    async *watch(_range, startRevision) {
      from.push(startRevision);
      yield* watches.shift()!;
    },
  };
  return { member: member as Member, from };
}

Deno.test("a change that comes in pieces is known as a whole, and where it breaks off it is asked for again", async () => {
  const { member, from } = memberThatTells([
    [put("one", { fragment: true })],
    [put("one", { fragment: true }), put("two", { fragment: false })],
  ]);
  const changed: string[] = [];
  const followed = createFollowedEntries("s", {}, {
    known() {},
    changed: ({ instance }) => void changed.push(instance),
    report() {},
  });
  const { signal } = new AbortController();
  const follow = () => assertRejects(() => followed.follow(member, signal));

  await follow();
  const half = (await followed.table.list()).entries.length;
  const fault = await follow();
  const { entries, revision } = await followed.table.list();

  assertEquals(half, 0);
  assertEquals(from, [2, 2]);
  assertEquals(changed, ["one", "two"]);
  assertEquals(entries.map(({ instance }) => instance), ["one", "two"]);
  assertEquals(revision, 2);
  assertEquals(
    fault instanceof Fault && fault.message,
    "Cannot reach etcd at etcd:1: it has ended the watch",
  );
});
