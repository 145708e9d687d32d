/**
 * Runs a program as a stage of the pipeline.
 *
 * A stage says what it does with batches; everything else is done here: flags,
 * the token, health and reflection, the stream from the stage before and to the
 * one after, windows and credit, resuming, lanes, reports, and the end on
 * SIGTERM. The five stages of Denizen run by it, and so does anybody's own: it is
 * what `denizen/stage` offers.
 *
 * @module
 */

import { UsageError } from "../runtime/program/errors.ts";
import { exitWith } from "../runtime/program/exit.ts";
import {
  type Flag,
  type Flags,
  readFlags,
  toggle,
} from "../runtime/program/flags.ts";
import { describeHelp } from "../runtime/program/help.ts";
import { log, print } from "../runtime/program/log.ts";
import { suggestionOrAll } from "../runtime/program/suggest.ts";
import type { Implementation } from "../runtime/rpc/handlers.ts";
import { serveUntilStopped } from "../runtime/rpc/serve.ts";
import type { AggregateWork } from "./aggregate/service.ts";
import { withGenerations } from "./events/places.ts";
import { createMonitor, type Monitor, monitorService } from "./hop/monitor.ts";
import { connectNext } from "./hop/opening.ts";
import { CHANNEL } from "./hop/window.ts";
import type { Sources } from "./ingest/sources.ts";
import { healthNameOf, SERVES, type StageName, STAGES } from "./names.ts";
import type { ParseWork } from "./parse/service.ts";
import type { RulesWork } from "./rules/service.ts";
import type { SinkWork } from "./sink/service.ts";
import { STAGE_FLAGS, type StageFlags } from "./stage_flags.ts";

/** What each stage does, by its name. */
export interface StageWork {
  ingest: Sources;
  parse: ParseWork;
  rules: RulesWork;
  aggregate: AggregateWork;
  sink: SinkWork;
}

/** Flags with a text that a stage may be unable to do without. */
export type NeededFlag =
  | "address"
  | "next"
  | "state"
  | "output"
  | "rejects"
  | "run";

/** What a stage is given when it starts. */
export interface StageContext<Own> {
  /** The values of its own flags, and of those that the engine gives. */
  flags: Own & StageFlags;
  /** The value of a flag. @throws {UsageError} If it was not given. */
  need(name: NeededFlag): string;
  /** The inputs of the run. @throws {UsageError} If there are none. */
  needInputs(): string[];
}

/** Flags by their names. */
type FlagSpec = Record<string, Flag<unknown>>;

/** Sets up what a stage does. Called once, before it serves. */
export type StartStage<Name extends StageName, Own = unknown> = (
  context: StageContext<Own>,
) => StageWork[Name] | Promise<StageWork[Name]>;

/** A program that is a stage, for its help and its command line. */
export interface StageProgram<Name extends StageName, Spec extends FlagSpec> {
  /** Which of the five it is. */
  stage: Name;
  /** What it does, in one line. @default {what such a stage does} */
  summary?: string;
  /**
   * Flags of its own, which `args` in a stages.yaml may give.
   * @default {none}
   */
  flags?: Spec;
}

/**
 * Runs this program as a stage, until SIGTERM, and ends the process.
 *
 * The engine gives it everything by its command line and its environment;
 * docs/write-a-stage.md has all of it. Exit codes: 0 after SIGTERM, 1 if it could
 * not serve, 2 if its flags are wrong.
 *
 * @example A stage that reads lines of another format.
 * ```ts
 * import { eachLine, runStage } from "denizen/stage";
 *
 * await runStage({ stage: "parse" }, () =>
 *   eachLine((line) => {
 *     const [route, ms] = line.split(" ");
 *     return ms === undefined ? "not two words" : { route, ms: Number(ms) };
 *   }));
 * ```
 *
 * @example A stage with a flag of its own, which drops what costs little.
 * ```ts ignore
 * import { runStage } from "denizen/stage";
 * import { integer } from "denizen";
 *
 * await runStage({
 *   stage: "rules",
 *   flags: { least: integer("the least value", 10, { min: 0, max: 1e9 }) },
 * }, ({ flags: { least } }) => rulesThatDropBelow(least));
 * ```
 *
 * @param program Which stage it is.
 * @param start Sets up what it does.
 */
export function runStage<
  Name extends StageName,
  const Spec extends FlagSpec = Record<never, Flag<unknown>>,
>(
  { stage, summary, flags = {} as Spec }: StageProgram<Name, Spec>,
  start: StartStage<Name, Flags<Spec>>,
): Promise<never> {
  const starts = { [stage]: start } as unknown as StageStarts;
  return runOneOf(starts, {
    summary: summary ?? `Is the ${stage} stage of a pipeline.`,
    flags,
  });
}

/** The stages that one program can be. */
export type StageStarts = { [Name in StageName]?: StartStage<Name> };

/**
 * Runs this program as the stage that its command line names.
 *
 * @param starts Sets up what each of them does.
 * @param options What the program is, for its help.
 */
export function runOneOf(
  starts: StageStarts,
  { summary, flags: own = {} }: { summary: string; flags?: FlagSpec },
): Promise<never> {
  const names = STAGES.filter((name) => starts[name]);
  const taken = Object.keys(own).find((name) => Object.hasOwn(KNOWN, name));
  if (taken !== undefined) {
    throw new TypeError(
      `Cannot run a stage with a flag --${taken} of its own: it has another meaning for every stage`,
    );
  }
  return exitWith(async () => {
    const spec = { ...own, ...KNOWN };
    const { flags, words: [word] } = readFlags(
      knownTo(spec, names, Deno.args),
      spec,
      { maxWords: 1 },
    );
    if (flags.help) {
      const usage = `${names.join("|")} [flags]`;
      print(describeHelp({ usage, summary, flags: spec }));
      return;
    }
    const stage = names.find((name) => name === word);
    if (stage === undefined) {
      throw new UsageError(
        word === undefined
          ? `Cannot run a stage: name ${
            names.length > 1 ? `one of ${names.join(", ")}` : names[0]
          }`
          : `Cannot run stage "${word}"${suggestionOrAll(word, names)}`,
      );
    }
    await serveStage(stage, starts, flags);
  });
}

const KNOWN = { ...STAGE_FLAGS, help: toggle("print this") };

/**
 * Leaves out the flags behind the stage's name that are not known: an engine may
 * be newer than a stage, and give it more. What stands before the name is
 * somebody's own, and has to be right.
 */
function knownTo(
  spec: FlagSpec,
  names: readonly string[],
  argv: readonly string[],
): string[] {
  const engineFrom = argv.findIndex((word) =>
    names.includes(word as StageName)
  );
  if (engineFrom < 0) return [...argv];
  return argv.filter((word, at) => {
    const [, name] = /^--([^=]+)/.exec(word) ?? [];
    return at < engineFrom || name === undefined || Object.hasOwn(spec, name);
  });
}

async function serveStage<Name extends StageName>(
  stage: Name,
  starts: StageStarts,
  flags: StageFlags,
): Promise<void> {
  const need = (name: NeededFlag): string => {
    const value = flags[name];
    if (value !== undefined) return value;
    throw new UsageError(`Cannot run stage "${stage}": it needs --${name}`);
  };
  const needInputs = (): string[] => {
    if (flags.input.length > 0) return flags.input;
    throw new UsageError(`Cannot run stage "${stage}": it needs --input`);
  };
  const context = { flags, need, needInputs };
  const start = starts[stage] as StartStage<Name>;
  const [build, work] = await Promise.all([BUILD[stage](), start(context)]);
  const next = STAGES[STAGES.indexOf(stage) + 1];
  const monitor = createMonitor(
    flags.worker > 0 ? `${stage}.${flags.worker}` : stage,
  );
  const place = {
    run: flags.run,
    monitor,
    worker: flags.worker,
    next: next ? connectNext(next, need("next").split(",")) : () => [],
  };
  const { expose, owner, run } = flags;
  await serveUntilStopped(
    {
      address: need("address"),
      guarded: "all",
      services: {
        [SERVICE_OF[stage]]: await build(work, place, context),
        "pipeline.v1.StageMonitorService": monitorService(monitor),
      },
      expose,
      channel: CHANNEL,
    },
    ({ address, setHealth }) => {
      if (run) setHealth(healthNameOf(run, owner), "SERVING");
      if (owner > 0) print(SERVES);
      if (Deno.stderr.isTerminal()) log(`${stage} serves on ${address}`);
    },
  );
}

const SERVICE_OF: Record<StageName, string> = {
  ingest: "pipeline.v1.IngestService",
  parse: "pipeline.v1.ParseService",
  rules: "pipeline.v1.RulesService",
  aggregate: "pipeline.v1.AggregateService",
  sink: "pipeline.v1.SinkService",
};

/** What a stage is in the chain. */
interface Place {
  run: string | undefined;
  worker: number;
  monitor: Monitor;
  next: ReturnType<typeof connectNext>;
}

/** Builds the handlers of a stage of what it does. */
type Build<Name extends StageName> = (
  work: StageWork[Name],
  place: Place,
  context: StageContext<unknown>,
) => Implementation | Promise<Implementation>;

// A stage loads what it needs: most of its start is loading.
const BUILD: { [Name in StageName]: () => Promise<Build<Name>> } = {
  async ingest() {
    const { ingestService } = await import("./ingest/service.ts");
    return (sources, place, { flags }) =>
      ingestService({
        ...place,
        sources,
        maxLine: flags["max-line"],
        anyInput: flags["any-input"],
      });
  },
  async parse() {
    const { parseService } = await import("./parse/service.ts");
    return (parse, place) => parseService({ ...place, parse });
  },
  async rules() {
    const { rulesService } = await import("./rules/service.ts");
    return (rules, place) => rulesService({ ...place, rules });
  },
  async aggregate() {
    const [{ aggregateService }, { openCheckpoints }] = await Promise.all([
      import("./aggregate/service.ts"),
      import("./aggregate/checkpoint.ts"),
    ]);
    return (aggregate, place, context) =>
      aggregateService({
        ...place,
        aggregate,
        inputs: namedInputs(context.flags),
        maxRejects: context.flags["max-rejects"],
        checkpoints: openCheckpoints(context.need("state")),
        checkpointIntervalMs: context.flags["checkpoint-interval"],
        everyMs: context.flags.every,
      });
  },
  async sink() {
    const { sinkService } = await import("./sink/service.ts");
    return (sink, { run, monitor }) => sinkService({ run, monitor, sink });
  },
};

/** The inputs that rejects name; a followed one is many files. */
export function namedInputs(
  { follow, input }: Pick<StageFlags, "follow" | "input">,
): string[] {
  return follow ? withGenerations(input) : input;
}
