/**
 * Runs one stage of the pipeline as a process.
 *
 *   deno run <permissions> stages/main.ts <stage> --address= [--next=] [...]
 *
 * Serves until SIGTERM. Which stage needs which flags is said by the table
 * below, and by `stages/main.ts --help`.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { exitWith } from "../runtime/program/exit.ts";
import {
  bytes,
  choice,
  duration,
  integer,
  readFlags,
  repeated,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { describeFlags } from "../runtime/program/help.ts";
import { log, print } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import type { Implementation } from "../runtime/rpc/handlers.ts";
import { serveUntilStopped } from "../runtime/rpc/serve.ts";
import { MAX_LINE_BYTES } from "./events/lines.ts";
import { mostGenerations, withGenerations } from "./events/places.ts";
import { connectNext } from "./hop/opening.ts";
import { CHANNEL } from "./hop/window.ts";
import { FORMATS } from "./sink/formats.ts";
import {
  healthNameOf,
  MAX_WORKERS,
  SERVES,
  type StageName,
  STAGES,
} from "./names.ts";

const FLAGS = {
  address: text("HOST:PORT", "where to serve"),
  next: text(
    "HOST:PORT,...",
    "the stage after this one, wherever it may be; not for sink",
  ),
  run: text("NAME", "the run that the stage belongs to"),
  owner: integer("the process that has started it", 0, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  worker: integer("parse, rules: which of several processes this is", 0, {
    min: 0,
    max: MAX_WORKERS,
  }),
  input: repeated(
    text("FILE", "an input, one flag each; - is standard input", ""),
  ),
  "max-line": bytes("ingest: the longest line", "1MiB", {
    min: 1,
    max: MAX_LINE_BYTES,
  }),
  "any-input": toggle(
    "ingest: take the input as it is, whatever it looks like",
  ),
  follow: toggle("ingest, aggregate, sink: the last input is followed"),
  "allow-gap": toggle("ingest: go on where a followed file has lost bytes"),
  replay: text(
    "FILE",
    "ingest, sink: the input is this rejects file, to be run again",
  ),
  rules: text("FILE", "rules: the rules file (default: no rules)"),
  "rules-digest": text("HEX", "rules: what the run began with"),
  "max-rejects": integer("aggregate: rejects after which to fail", undefined, {
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
  }),
  state: text("FOLDER", "ingest, aggregate: where to save the run"),
  "checkpoint-interval": duration(
    "aggregate: the least time between two checkpoints",
    "250ms",
  ),
  every: duration(
    "aggregate: the least time between two tellings of the results so far",
    undefined,
  ),
  appended: toggle("sink: hand results so far over in a file beside --output"),
  output: text("FILE", "sink: the result file"),
  rejects: text("FILE", "sink: the rejects file"),
  format: choice(
    [...FORMATS, "sqlite"],
    "sink: what the results are written as; sqlite: --output is a database",
  ),
  top: integer("sink: most results to write", undefined, {
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
  }),
  sort: text("FIELD", "sink: the field that orders the results"),
  expose: toggle("allow an address that other machines can reach"),
  help: toggle("print this"),
};

const SERVICE_OF: Record<StageName, string> = {
  ingest: "pipeline.v1.IngestService",
  parse: "pipeline.v1.ParseService",
  rules: "pipeline.v1.RulesService",
  aggregate: "pipeline.v1.AggregateService",
  sink: "pipeline.v1.SinkService",
};

function isStage(name: string | undefined): name is StageName {
  return STAGES.some((stage) => stage === name);
}

await exitWith(async () => {
  const { flags, words: [stage] } = readFlags(Deno.args, FLAGS, {
    maxWords: 1,
  });
  if (flags.help) {
    log(`A stage (${STAGES.join(", ")}) and its flags:`);
    for (const line of describeFlags(FLAGS).split("\n")) log(line);
    return;
  }
  if (!isStage(stage)) {
    throw new UsageError(
      stage === undefined
        ? `Cannot run a stage: name one of ${STAGES.join(", ")}`
        : `Cannot run stage "${stage}"${suggestionOrAll(stage, STAGES)}`,
    );
  }
  /** The value of a flag that this stage cannot do without. */
  const need = (
    name:
      | "address"
      | "next"
      | "state"
      | "output"
      | "rejects"
      | "run",
  ): string => {
    const value = flags[name];
    if (value !== undefined) return value;
    throw new UsageError(`Cannot run stage "${stage}": it needs --${name}`);
  };
  const needInputs = (): string[] => {
    if (flags.input.length > 0) return flags.input;
    throw new UsageError(`Cannot run stage "${stage}": it needs --input`);
  };
  const namedInputs = () =>
    flags.follow ? withGenerations(flags.input) : flags.input;
  const next = (name: StageName) => connectNext(name, need("next").split(","));

  const followLast = async () => {
    const [{ followFile }, { openGenerations }] = await Promise.all([
      import("./ingest/followed_file.ts"),
      import("./ingest/generation_store.ts"),
    ]);
    const inputs = needInputs();
    return followFile(inputs.at(-1)!, {
      store: openGenerations(need("state")),
      allowGap: flags["allow-gap"],
      asItIs: flags["any-input"],
      most: mostGenerations(inputs.length),
    });
  };

  // A stage loads what it needs: most of its start is loading.
  const build: Record<StageName, () => Promise<Implementation>> = {
    async ingest() {
      const [{ ingestService }, followed] = await Promise.all([
        import("./ingest/service.ts"),
        flags.follow ? followLast() : undefined,
      ]);
      return ingestService({
        run: flags.run,
        next: next("parse"),
        inputs: needInputs(),
        maxLine: flags["max-line"],
        anyInput: flags["any-input"],
        replay: flags.replay !== undefined,
        followed,
      });
    },
    async parse() {
      const { parseService } = await import("./parse/service.ts");
      return parseService({
        run: flags.run,
        next: next("rules"),
        worker: flags.worker,
      });
    },
    async rules() {
      const [{ rulesService }, { readRules }] = await Promise.all([
        import("./rules/service.ts"),
        import("./rules/read_rules.ts"),
      ]);
      return rulesService({
        run: flags.run,
        next: next("aggregate"),
        worker: flags.worker,
        rules: await readRules(flags.rules, flags["rules-digest"]),
      });
    },
    async aggregate() {
      const [{ aggregateService }, { openCheckpoints }] = await Promise.all([
        import("./aggregate/service.ts"),
        import("./aggregate/checkpoint.ts"),
      ]);
      return aggregateService({
        run: flags.run,
        next: next("sink"),
        inputs: namedInputs(),
        maxRejects: flags["max-rejects"],
        checkpoints: openCheckpoints(need("state")),
        checkpointIntervalMs: flags["checkpoint-interval"],
        everyMs: flags.every,
      });
    },
    async sink() {
      const { sinkService } = await import("./sink/service.ts");
      return sinkService({
        output: need("output"),
        rejects: need("rejects"),
        inputs: namedInputs(),
        run: need("run"),
        replay: flags.replay,
        appended: flags.appended,
        writing: { format: flags.format, top: flags.top, sort: flags.sort },
      }, need("run"));
    },
  };
  await serveUntilStopped(
    {
      address: need("address"),
      guarded: "all",
      services: { [SERVICE_OF[stage]]: await build[stage]() },
      expose: flags.expose,
      channel: CHANNEL,
    },
    ({ address, setHealth }) => {
      if (flags.run) setHealth(healthNameOf(flags.run, flags.owner), "SERVING");
      if (flags.owner > 0) print(SERVES);
      if (Deno.stderr.isTerminal()) log(`${stage} serves on ${address}`);
    },
  );
});
