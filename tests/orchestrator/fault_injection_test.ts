import { assertEquals, assertThrows } from "@std/assert";
import {
  chaosFlag,
  type FaultTargets,
  type InjectedFault,
  plannedFaults,
} from "../../orchestrator/fault_injection.ts";
import { createMoments } from "../../orchestrator/moments.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { readFlags } from "../../runtime/program/flags.ts";
import { type StageName, STAGES } from "../../stages/names.ts";
import { logged } from "../support/logged.ts";

function createFaultInjector(
  faults: readonly InjectedFault[],
  targets: FaultTargets,
) {
  return createMoments(plannedFaults(faults, targets));
}

function read(text: string): InjectedFault[] {
  return readFlags([`--chaos=${text}`], { chaos: chaosFlag }).flags.chaos;
}

const READ: Record<string, Omit<InjectedFault, "text">[]> = {
  "parse@30%": [
    { stage: "parse", signal: "SIGKILL", when: { share: 0.3 } },
  ],
  "ingest@kill:0%": [
    { stage: "ingest", signal: "SIGKILL", when: { share: 0 } },
  ],
  "rules@stop:100%": [
    { stage: "rules", signal: "SIGSTOP", when: { share: 1 } },
  ],
  "aggregate@term:12.5%": [
    { stage: "aggregate", signal: "SIGTERM", when: { share: 0.125 } },
  ],
  "sink@abort:2s": [
    { stage: "sink", signal: "SIGABRT", when: { afterMs: 2_000 } },
  ],
  "sink@kill:end,parse@1m30s": [
    { stage: "sink", signal: "SIGKILL", when: { share: 1 } },
    { stage: "parse", signal: "SIGKILL", when: { afterMs: 90_000 } },
  ],
  "rules@start+20ms,rules@stop:break+1s": [
    { stage: "rules", signal: "SIGKILL", when: { afterStartMs: 20 } },
    { stage: "rules", signal: "SIGSTOP", when: { afterBreakMs: 1_000 } },
  ],
};

for (const [text, faults] of Object.entries(READ)) {
  Deno.test(`chaosFlag reads ${text}`, () => {
    assertEquals(
      read(text),
      faults.map((each, at) => ({ text: text.split(",")[at]!, ...each })),
    );
  });
}

const FORM = "expected STAGE@WHEN, as in parse@30% or sink@stop:2s, and found";
const WHEN =
  "expected a share such as 30%, a time such as 2s, start+200ms or break+50ms, or end, and found";

/** What cannot be read, and what is said of it. */
const WRONG: Record<string, string> = {
  "parse": `${FORM} "parse"`,
  "parse@30%,": `${FORM} ""`,
  "parse@kill:2s:3s": `${FORM} "parse@kill:2s:3s"`,
  "prase@30%": 'there is no stage "prase"; did you mean "parse"?',
  "sink@kil:2s": 'a stage cannot be "kil"; did you mean "kill"?',
  "sink@toString:2s":
    'a stage cannot be "toString"; expected one of kill, stop, term, abort',
  "parse@": `${WHEN} ""`,
  "parse@kill:": `${WHEN} ""`,
  "parse@sink@2s": `${WHEN} "sink@2s"`,
  "parse@101%": `${WHEN} "101%"`,
  "parse@-1%": `${WHEN} "-1%"`,
  "parse@30": `${WHEN} "30"`,
  "parse@start": `${WHEN} "start"`,
  "parse@break+5": `${WHEN} "break+5"`,
  "parse@soon": `${WHEN} "soon"`,
  "sink@30%,parse@2days": `${WHEN} "2days"`,
};

for (const [text, message] of Object.entries(WRONG)) {
  Deno.test(`chaosFlag refuses ${text}`, () => {
    assertThrows(
      () => read(text),
      UsageError,
      `Cannot read --chaos="${text}": ${message}`,
    );
  });
}

/** Stages whose processes are numbers, and what was done to them. */
function createTargets() {
  const pids = Object.fromEntries(STAGES.map((name, at) => [name, at]));
  const struck: string[] = [];
  let heard = Promise.withResolvers<void>();
  return {
    struck,
    targets: {
      pid: (name: StageName) => pids[name]!,
      signal(name: StageName, signal: Deno.Signal) {
        struck.push(`${signal} ${name}`);
        heard.resolve();
        heard = Promise.withResolvers();
      },
    },
    /** The stage is another process from now on. */
    startAgain: (name: StageName) => void (pids[name]! += STAGES.length),
    next: () => heard.promise,
  };
}

Deno.test("plannedFaults() strikes when the share of the input is reached, once", () => {
  const { targets, struck } = createTargets();
  using _log = logged();
  using injector = createFaultInjector(read("parse@30%"), targets);
  injector.opened();

  for (const share of [0, 0.29]) injector.progress(share);
  assertEquals(struck, []);
  for (const share of [0.3, 0.5, 1]) injector.progress(share);

  assertEquals(struck, ["SIGKILL parse"]);
});

Deno.test("plannedFaults() says what it does", () => {
  const { targets } = createTargets();
  using log = logged();
  using injector = createFaultInjector(read("sink@stop:end"), targets);

  injector.progress(1);

  assertEquals(log.lines, ['chaos: SIGSTOP to "sink" (sink@stop:end)']);
});

Deno.test("plannedFaults() strikes all that is due at once", () => {
  const { targets, struck } = createTargets();
  using _log = logged();
  using injector = createFaultInjector(
    read("ingest@10%,sink@term:20%,rules@end"),
    targets,
  );

  injector.progress(0.9);

  assertEquals(struck, ["SIGKILL ingest", "SIGTERM sink"]);
});

Deno.test("plannedFaults() strikes each process once: what is due waits for the next one", () => {
  const { targets, struck, startAgain } = createTargets();
  using _log = logged();
  using injector = createFaultInjector(
    read("parse@10%,parse@20%,parse@30%"),
    targets,
  );

  injector.progress(0.5);
  injector.progress(0.6); // it is dead and not yet started again
  assertEquals(struck.length, 1);
  startAgain("parse");
  injector.progress(0.4); // going on from what is saved
  assertEquals(struck.length, 2);
  startAgain("parse");
  injector.progress(0.4);

  assertEquals(struck.length, 3);
});

Deno.test("plannedFaults() strikes when its time has come, since the start", async () => {
  const { targets, struck, next } = createTargets();
  using _log = logged();
  using injector = createFaultInjector(read("parse@1ms,sink@1h"), targets);

  injector.progress(0.5);
  assertEquals(struck, []); // not started yet
  const strike = next();
  injector.opened();
  await strike;

  assertEquals(struck, ["SIGKILL parse"]);
});

Deno.test("plannedFaults() strikes when its time has come, since the stages started and since the first break", async () => {
  const { targets, struck, next } = createTargets();
  using _log = logged();
  using injector = createFaultInjector(
    read("parse@start+1ms,rules@break+1ms,sink@break+1h"),
    targets,
  );

  let strike = next();
  injector.started();
  await strike;
  assertEquals(struck, ["SIGKILL parse"]);
  strike = next();
  injector.broken();
  await strike;

  assertEquals(struck, ["SIGKILL parse", "SIGKILL rules"]);
});

Deno.test("plannedFaults() says what has not happened, and does it no more", () => {
  const { targets, struck } = createTargets();
  using log = logged();
  {
    using injector = createFaultInjector(
      read("ingest@10%,parse@90%,sink@1h"),
      targets,
    );
    injector.opened();
    injector.progress(0.5);
  }

  assertEquals(struck, ["SIGKILL ingest"]);
  assertEquals(log.lines.slice(1), [
    "chaos: parse@90% has not happened: the run was over before",
    "chaos: sink@1h has not happened: the run was over before",
  ]);
});
