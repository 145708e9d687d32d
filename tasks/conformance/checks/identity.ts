/**
 * What the process of a stage says of itself, and whom it lets in.
 *
 * @module
 */

import { askHealth } from "../../../runtime/rpc/ask_health.ts";
import { connect } from "../../../runtime/rpc/connect.ts";
import { Metadata } from "@grpc/grpc-js";
import { SERVES, STAGES } from "../../../stages/names.ts";
import { withReflection } from "../../call/reflection.ts";
import type { Bench } from "../bench.ts";
import { expectBroken, passAll, rightOf } from "../chain.ts";
import { type Check, expect, WITH_NEXT } from "../check.ts";
import { plainLines } from "../content.ts";
import { SERVICE_OF } from "../hop_methods.ts";
import { startUnderTest } from "../stage_under_test.ts";
import { freeAddress } from "../stage_spec.ts";

export const IDENTITY_CHECKS: readonly Check[] = [
  {
    id: "serves-line",
    sentence:
      "Prints the one line `serves` on standard output once it serves, and nothing else there.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      await passAll(await bench.open(bench.feed(plainLines(30))));
      const { items } = bench.process.stdout;
      expect(items.length === 1 && items[0] === SERVES, {
        sent: "its start, and a stream",
        came: JSON.stringify(items),
        expected: `the line "${SERVES}" on standard output and no other`,
      });
    },
  },
  {
    id: "health",
    sentence:
      "Answers grpc.health.v1 without a token: SERVING for the run and process that it belongs to, NOT_FOUND for any other.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      const stranger = strangerTo(bench);
      const { health } = bench.startable.spec;
      const deadlineMs = bench.patienceMs;
      const own = await askHealth(stranger, { service: health, deadlineMs });
      expect(own.kind === "serving", {
        sent: `Check of "${health}"`,
        came: "fault" in own ? own.fault.message : own.kind,
        expected: "SERVING",
      });
      const service = `${health}0`;
      const other = await askHealth(stranger, { service, deadlineMs });
      expect(other.kind === "no_health" && other.fault.code === "not_found", {
        sent: `Check of "${service}"`,
        came: "fault" in other ? other.fault.message : other.kind,
        expected: "NOT_FOUND",
      });
    },
  },
  {
    id: "reflection",
    sentence: "Describes its service by server reflection, without a token.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      const service = SERVICE_OF[bench.stage];
      const found = await withReflection(
        strangerTo(bench),
        new Metadata(),
        async (reflection) => ({
          services: await reflection.services(),
          described: await reflection.describe(service, new Map()),
        }),
      );
      expect(found.services.includes(service) && found.described, {
        sent: "a question for its services",
        came: `${found.services.join(", ")}; ${service} is ${
          found.described ? "" : "not "
        }described`,
        expected: `${service}, and the file that describes it`,
      });
    },
  },
  {
    id: "token",
    sentence:
      "Refuses a call without the run's token, or with another, as UNAUTHENTICATED.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      const { token } = bench.startable.spec;
      const feed = bench.feed(plainLines(20));
      // Ingest has its file now.
      await passAll(await bench.open(feed));
      const wrong: Record<string, string | null> = {
        "no token": null,
        "another token": `${token.slice(0, -1)}${
          token.endsWith("A") ? "B" : "A"
        }`,
        "the start of the token": token.slice(0, -1),
        "more than the token": `${token}A`,
      };
      for (const [sent, shown] of Object.entries(wrong)) {
        const connection = strangerTo(bench, shown);
        const { said } = await bench.dial(feed, { connection });
        await expectBroken(said, {
          codes: ["unauthenticated"],
          sent: `a call with ${sent}`,
          expected: "UNAUTHENTICATED",
        });
      }
      const connection = strangerTo(bench, token);
      await passAll(await bench.open(feed, { connection }));
    },
  },
  {
    id: "token-shown",
    sentence: "Shows the run's token to the next stage.",
    see: "the-process",
    stages: WITH_NEXT,
    async run(bench) {
      // The scripted stage lets nobody in without it.
      const { first } = rightOf(await bench.open(bench.feed(plainLines(20))));
      expect(first.opening != null, {
        sent: "an opening",
        came: "a stream without one",
        expected: "a stream to the next stage, with the token",
      });
    },
  },
  {
    id: "wrong-flags",
    sentence:
      "Ends with exit code 2 and says why on standard error where it is started without an address.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      await using other = startOther(
        bench,
        (arg) => arg.startsWith("--address=") ? [] : [arg],
      );
      const { code } = await other.ended("an end with code 2", WITHOUT_ADDRESS);
      await other.stderr.untilOver("a reason", WITHOUT_ADDRESS);
      expect(code === 2 && other.stderr.items.length > 0, {
        sent: WITHOUT_ADDRESS,
        came: `exit code ${code}, and ${other.stderr.items.length} lines`,
        expected: "exit code 2, and why",
      });
    },
  },
  {
    id: "loopback-only",
    sentence:
      "Does not serve where other machines can reach it, unless it is given --expose.",
    see: "the-process",
    stages: STAGES,
    async run(bench) {
      const address = `0.0.0.0:${freeAddress().split(":")[1]}`;
      const sent = `a start with --address=${address}`;
      await using other = startOther(
        bench,
        (arg) =>
          arg.startsWith("--address=") ? [`--address=${address}`] : [arg],
      );
      const { code } = await other.ended("an end", sent);
      const { items } = other.stdout;
      expect(code !== 0 && !items.includes(SERVES), {
        sent,
        came: `exit code ${code}, and ${JSON.stringify(items)}`,
        expected: "an end with an exit code other than 0",
      });
    },
  },
];

const WITHOUT_ADDRESS = "a start without --address";

/** A connection that shows a token, or none. */
function strangerTo(
  { stage, startable }: Bench,
  token: string | null = null,
) {
  return connect(startable.address, { name: stage, token });
}

/** Starts another process of the stage, with other arguments. */
function startOther(
  { startable, guardian, patienceMs }: Bench,
  change: (arg: string) => string[],
) {
  return startUnderTest(startable, { guardian, patienceMs, change });
}
