import { assertEquals, assertMatch } from "@std/assert";
import {
  findUnseen,
  type FoundFile,
  isSameInode,
} from "../../../stages/ingest/generation.ts";

const BASE = "app.log";

/** A file by its name and when it was last written to, as "app.log.1@20". */
function file(text: string): FoundFile {
  const [name = "", changed, born = changed] = text.split("@");
  return {
    name,
    device: 1,
    inode: Number(changed),
    bornMs: Number(born),
    changedMs: Number(changed),
  };
}

for (
  const { what, seen, others, now = "app.log@90", files = [], doubt } of [
    {
      what: "nothing after one rotation",
      seen: "app.log.1@50",
      others: ["app.log.2@40", "app.log.3@30"],
    },
    {
      what: "those with smaller numbers, which are newer",
      seen: "app.log.3@50",
      others: ["app.log.1@70", "app.log.2@60", "app.log.4@40", "other.1@65"],
      files: ["app.log.2", "app.log.1"],
    },
    {
      what: "those of the same moment",
      seen: "app.log.3@50",
      others: ["app.log.1@50", "app.log.2@50"],
      files: ["app.log.2", "app.log.1"],
    },
    {
      what: "numbers that count from 0",
      seen: "app.log.2@50",
      others: ["app.log.0@70", "app.log.1@60", "app.log.3@40"],
      files: ["app.log.1", "app.log.0"],
    },
    {
      what: "numbers that were the name a moment ago",
      seen: "app.log.2@50",
      others: [],
      now: "app.log.1@60",
    },
    {
      what: "a doubt where a number is missing",
      seen: "app.log.3@50",
      others: ["app.log.1@70", "app.log.2.gz@60"],
      files: ["app.log.1"],
      doubt:
        /rotated more than once .* and the file that came 1 after the last one is not there/,
    },
    {
      what: "larger numbers where those are newer",
      seen: "app.log.7@50",
      others: ["app.log.6@40", "app.log.8@60", "app.log.10@70"],
      files: ["app.log.8", "app.log.10"],
    },
    {
      what: "later dates",
      seen: "app.log-20260130@50",
      others: [
        ...["app.log-20260131@60", "app.log-20260129@40"],
        ...["app.log-20260201@70", "app.log-20260201.gz@75"],
      ],
      files: ["app.log-20260131", "app.log-20260201"],
    },
    {
      what: "later times of the same day",
      seen: "app.log.2026-01-30_09@50",
      others: ["app.log.2026-01-30_10@60", "app.log.2026-01-29_23@40"],
      files: ["app.log.2026-01-30_10"],
    },
    {
      what: "a doubt where dates and times of writing differ",
      seen: "app.log-20260130@50",
      others: ["app.log-20260131@70", "app.log-20260201@60"],
      files: ["app.log-20260131", "app.log-20260201"],
      doubt: /do not say the same order/,
    },
    {
      what: "a doubt where an earlier date was written later",
      seen: "app.log-20260130@50",
      others: ["app.log-20260129@70"],
      files: ["app.log-20260129"],
      doubt: /do not say in which order/,
    },
    {
      what: "nothing that was made before, whoever has touched it since",
      seen: "app.log.1@50@45",
      others: ["app.log.2@70@20"],
    },
    {
      what: "nothing beside a name without a number",
      seen: "app.log.old@50",
      others: ["app.log.older@60", "app.log.1@60"],
    },
  ]
) {
  Deno.test(`findUnseen() finds ${what}`, () => {
    const found = findUnseen(
      BASE,
      file(seen),
      others.map(file),
      file(now),
    );

    assertEquals(found.files.map(({ name }) => name), files);
    if (doubt) assertMatch(found.doubt ?? "", doubt);
    else assertEquals(found.doubt, undefined);
  });
}

for (
  const [a, b, expected] of [
    [{ bornMs: 5 }, { bornMs: 5 }, true],
    [{ bornMs: 5 }, { bornMs: 6 }, false],
    [{ bornMs: 5 }, { bornMs: null }, true],
    [{ inode: 2 }, {}, false],
    [{ device: 2 }, {}, false],
  ] as const
) {
  Deno.test(`isSameInode() of ${JSON.stringify([a, b])} is ${expected}`, () => {
    const known = { device: 1, inode: 1, bornMs: 5 };

    assertEquals(isSameInode({ ...known, ...a }, { ...known, ...b }), expected);
  });
}
