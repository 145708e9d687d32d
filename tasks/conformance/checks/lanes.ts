/**
 * Several streams that are one: the stage itself, or a neighbour, runs as
 * several processes.
 *
 * @module
 */

import { type Position, START } from "../../../proto/pipeline/batches.ts";
import {
  type Chain,
  passAll,
  rightOf,
  senderOf,
  withoutEnd,
} from "../chain.ts";
import { type Check, expect, MIDDLE } from "../check.ts";
import { equalParts } from "../compare.ts";
import { mixedLines } from "../content.ts";
import { describePlace } from "../hop_methods.ts";
import { compareOutcome } from "../outcome.ts";
import { isEnd } from "../receiver.ts";
import { describeOver } from "../event_log.ts";

const OPENING = "conformance";

export const LANE_CHECKS: readonly Check[] = [
  {
    id: "lanes-out",
    sentence:
      "Opens a stream to each of several next processes, as lanes of one opening, hands out each batch once, and gives all of them the last one.",
    see: "lanes",
    stages: ["ingest", "parse"],
    async run(bench) {
      bench.needLanes();
      await bench.renew({ nextProcesses: 2 });
      const feed = bench.feed(mixedLines(300));
      const stream = await bench.dial(feed);
      const rights = [
        await bench.taken("an opening"),
        await bench.taken("an opening with two next processes"),
      ];
      const fields = bench.stage === "parse" ? feed.fields : [];
      for (const right of rights) right.behave({ position: START, fields });
      const { sender, said } = stream;
      await said.until(() => said.items.length > 0, "a resume", "two resumes");
      const chain: Chain = {
        ...stream,
        feed,
        right: undefined,
        window: { batches: 256, bytes: 4_194_304 },
      };
      await passAll(chain);
      const lanes = rights.map(({ first }) => first.opening?.lane);
      equalParts(
        lanes.map((lane) => [lane?.index, lane?.count]).sort(),
        [[0, 2], [1, 2]],
        "an opening, with two next processes",
      );
      const sent = sender ? "batches to two lanes" : "a file to two lanes";
      expect(lanes[0]?.opening === lanes[1]?.opening, {
        sent,
        came: "two names",
        expected: "both lanes name the same opening",
      });
      for (const { arrived } of rights) {
        const ends = arrived.items.filter(({ batch }) => isEnd(batch)).length;
        expect(ends === 1, {
          sent,
          came: `${ends} empty last batches on a lane`,
          expected: "one on each lane",
        });
      }
      const all = rights.flatMap(({ arrived }) => [...arrived.items])
        .filter(({ batch }) => !isEnd(batch))
        .toSorted((a, b) => offsetOf(a.batch.begin) - offsetOf(b.batch.begin));
      all.push(rights[0]!.arrived.items.at(-1)!);
      await compareOutcome(bench, feed, all, sent);
      const { reports } = chain.ending();
      const own = reports.filter(({ name }) => name === bench.stage).length;
      expect(own === 1, {
        sent,
        came: `${own} reports of its own`,
        expected: "one",
      });
    },
  },
  {
    id: "lanes-through",
    sentence:
      "Takes a stream that is one of several lanes: it passes the lane on, and what lies between two batches is on other lanes.",
    see: "lanes",
    stages: MIDDLE,
    async run(bench) {
      bench.needLanes();
      const feed = bench.feed(mixedLines(200));
      const lane = { opening: OPENING, index: 1, count: 2 };
      const chain = await bench.open(feed, { lane });
      equalParts(
        rightOf(chain).first.opening!.lane,
        lane,
        "an opening of lane 1 of 2",
      );
      const odd = feed.sent.filter((batch, at) => at % 2 === 1 || isEnd(batch));
      const sender = senderOf(chain);
      await sender.sendAll(odd, chain.window);
      sender.end();
      const over = await chain.said.untilOver("its end", "every other batch");
      expect(!over.fault, {
        sent: "every other batch, on lane 1 of 2",
        came: describeOver(over),
        expected: "the stream ends well",
      });
      const places = (batches: readonly { begin: Position | null }[]) =>
        batches.map(({ begin }) => describePlace(begin));
      equalParts(
        places(withoutEnd(rightOf(chain).arrived.items)),
        places(odd.filter((batch) => !isEnd(batch))),
        "every other batch, on lane 1 of 2",
      );
    },
  },
  {
    id: "lanes-merge",
    sentence:
      "Puts the batches of several lanes into the order of their positions, in whatever order lanes and batches come.",
    see: "lanes",
    stages: ["aggregate"],
    async run(bench) {
      bench.needLanes();
      const count = 3;
      const feed = bench.feed(mixedLines(300));
      const dialled = await Promise.all([2, 0, 1].map(async (index) => ({
        index,
        stream: await bench.dial(feed, {
          lane: { opening: OPENING, index, count },
        }),
      })));
      const right = await bench.taken("three lanes of one opening");
      right.behave({ position: START, fields: [] });
      for (const { stream: { said } } of dialled) {
        await said.until(
          () => said.items.length > 0,
          "a resume",
          "three lanes",
        );
      }
      const window = { batches: 256, bytes: 4_194_304 };
      // The lane that is due last sends first.
      for (const { index, stream: { sender } } of dialled) {
        const own = feed.sent.filter((batch, at) =>
          at % count === index || isEnd(batch)
        );
        await sender!.sendAll(own, window);
        sender!.end();
      }
      for (const { index, stream: { said } } of dialled) {
        const over = await said.untilOver("its end", "all batches on 3 lanes");
        expect(!over.fault, {
          sent: `all batches on 3 lanes`,
          came: `lane ${index}: ${describeOver(over)}`,
          expected: "each lane ends well",
        });
      }
      await compareOutcome(
        bench,
        feed,
        right.arrived.items,
        "batches on three lanes",
      );
    },
  },
];

function offsetOf(position: Position | null): number {
  return position?.offset ?? 0;
}
