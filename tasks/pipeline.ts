/**
 * The `pipeline` command: starts the stages as processes, runs them over an
 * input, shows what came out and what it cost, and ends them.
 *
 * This process may do anything; each stage runs with the permissions that
 * stage_specs.ts lists. No data passes through this process.
 *
 * @module
 */

import {
  chooseStages,
  requirePrograms,
  stageFlag,
  variantsIn,
  workersOf,
} from "../orchestrator/chosen_stages.ts";
import { chaosFlag, plannedFaults } from "../orchestrator/fault_injection.ts";
import { createMoments } from "../orchestrator/moments.ts";
import type { Drive, Driven } from "../orchestrator/drive_run.ts";
import { rangesOf, type RunPlan } from "../orchestrator/plan.ts";
import { openRunState, type RunState } from "../orchestrator/run_state.ts";
import { startLooks } from "../orchestrator/run_looks.ts";
import { createRunView } from "../orchestrator/run_view.ts";
import {
  type ChosenStages,
  loadStageCatalog,
} from "../orchestrator/stage_catalog.ts";
import { holdPorts, startStages } from "../orchestrator/stage_processes.ts";
import { stageSpecs } from "../orchestrator/stage_specs.ts";
import { plannedSwaps, swapFlag } from "../orchestrator/swap_flag.ts";
import { createSwaps } from "../orchestrator/swaps.ts";
import { workersFlag } from "../orchestrator/workers.ts";
import { startGuardian } from "../runtime/process/guardian.ts";
import { signalGroup } from "../runtime/process/process_group.ts";
import { abortOnDispose } from "../runtime/program/abort.ts";
import { UsageError } from "../runtime/program/errors.ts";
import { userPath } from "../runtime/program/paths.ts";
import { createToken } from "../runtime/rpc/token.ts";
import {
  duration,
  integer,
  readFlags,
  repeated,
  text,
  toggle,
} from "../runtime/program/flags.ts";
import { keepToken } from "../runtime/files/token_file.ts";
import { log } from "../runtime/program/log.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { readWritten } from "../stages/sink/sink.ts";
import { openAppending } from "./run/appending.ts";
import { type AskedFor, checkMoments } from "./run/check_moments.ts";
import { claimFiles } from "./run/claims.ts";
import { failRun, finishRun, noteResults } from "./run/end.ts";
import { interruptsOf } from "./run/endless.ts";
import { generateInput, planRun, RUN_FLAGS } from "./run/flags.ts";
import { openOutlets } from "./run/outlets.ts";
import {
  findReport,
  keepReport,
  reportFlag,
  whyEnded,
} from "./run/kept_report.ts";
import { progressOnDemand } from "./run/late_progress.ts";
import { mostReported } from "./run/report.ts";
import type { Outlets } from "./run/planned_run.ts";
import { runTitle } from "./run/run_title.ts";
import { servedRun } from "./run/served_run.ts";
import { stageFigures } from "./run/stage_figures.ts";
import { toldRun } from "./run/told_run.ts";
import { printHelp } from "./terminal/help.ts";
import { whileShown } from "./terminal/status_line.ts";

/** The flags of the command. */
export const pipelineFlags = {
  ...RUN_FLAGS,
  workers: workersFlag,
  stage: repeated(stageFlag),
  stages: text(
    "FILE",
    "what the stages run, where that is not as in stages/stages.yaml",
  ),
  "dry-run": toggle("print what would be started, and start nothing"),
  port: integer(
    "first of the ports: ten, and two for each further worker",
    6_001,
    { min: 1, max: 65_526 },
  ),
  state: text(
    "FOLDER",
    "keeps the state of the run there, so that it can be resumed",
  ),
  resume: toggle("go on with the run that --state holds"),
  "checkpoint-interval": duration(
    "the least time between two checkpoints",
    "250ms",
  ),
  "max-recoveries": integer("recoveries after which the run fails", 10, {
    min: 0,
    max: 1_000_000,
  }),
  chaos: chaosFlag,
  swap: swapFlag,
  report: reportFlag,
};

/**
 * Runs the command.
 *
 * @returns The exit code: 130 or 143 when it was interrupted, but
 * for an input without end: its first interrupt ends the run in order, with 0.
 * @throws {UsageError} If the command line is wrong.
 * @throws {Failure} If the run fails; nothing is left running, and no result
 * file is written but that of `--every`. One of an earlier run stays as it is, and
 * the message says so.
 */
export async function pipeline(argv: string[]): Promise<number | void> {
  if (argv[0] === "swap") {
    const { swap } = await import("./run/swap.ts");
    return await swap(argv.slice(1));
  }
  const { flags, given, words } = readFlags(argv, pipelineFlags, {
    maxWords: Infinity,
  });
  if (flags.help) {
    printHelp(
      "pipeline [flags] [FILE...]",
      "Runs the five-stage pipeline over generated or given events. `pipeline swap STAGE[=VARIANT]` exchanges a stage of a run that goes on.",
      pipelineFlags,
    );
    return 0;
  }
  using listening = listenForInterrupts();
  const planned = await planRun(flags, given, words);
  const interrupts = await interruptsOf(planned, listening);
  const { stop } = interrupts;
  const { port, state: folder, resume } = flags;
  if (folder !== undefined) requireFiles(planned.outlets);
  const checkpointIntervalMs = flags["checkpoint-interval"];
  const catalog = await loadStageCatalog(
    flags.stages && userPath(flags.stages),
  );
  const programs = chooseStages(catalog, flags.stage);
  const workers = workersOf(flags.workers, programs);
  await checkMoments(flags, planned, { workers, catalog });
  const reportPath = await findReport(flags.report, planned);
  if (flags["dry-run"]) {
    const { printDryRun } = await import("./run/dry_run.ts");
    await printDryRun(planned, {
      json: flags.json,
      catalog,
      swaps: flags.swap,
      state: folder && userPath(folder),
      port,
      workers,
      programs,
      checkpointIntervalMs,
      report: reportPath,
    });
    return 0;
  }
  await requirePrograms([
    ...Object.values(programs),
    ...flags.swap.map(({ stage, variant }) => catalog.variant(stage, variant)),
  ]);
  await using guardian = startGuardian();
  await using outlets = await openOutlets(planned, guardian);
  const { plan } = outlets;
  await using _mine = await claimFiles(plan, guardian);
  const older = await noteResults(plan);
  const token = createToken();
  let state: RunState | undefined;
  try {
    const specsOf = (
      { run, folder }: Pick<RunState, "run" | "folder">,
      chosen: ChosenStages = programs,
    ) =>
      stageSpecs(plan, {
        port,
        workers,
        programs: chosen,
        run,
        token,
        state: folder,
        checkpointIntervalMs,
      });
    using _ports = await holdPorts(
      await specsOf({ run: "", folder: "" }),
      stop,
    );
    await using opened = await openRunState(plan, {
      folder,
      resume,
      guardian,
      prepare: () => generateInput(plan, { signal: stop, guardian }),
    });
    state = opened;
    await using _kept = await keepToken(opened.folder, token);
    const startMs = performance.now();
    await using stages = await whileShown(
      "Starting the stages",
      startStages(await specsOf(state), guardian, interrupts),
    );
    const view = createRunView({
      run: state.run,
      stages,
      swaps: () => swaps,
      title: runTitle(plan),
      batch: plan.batch,
      schema: plan.schema,
    });
    await using swaps = createSwaps({
      stages,
      variants: variantsIn(programs),
      async specsOf(stage, variant) {
        const specs = await specsOf(opened, {
          ...programs,
          [stage]: catalog.variant(stage, variant),
        });
        return specs.filter((spec) => spec.stage === stage);
      },
      inputs: plan.inputs,
      stop,
      onChange: view.note,
      tell(message) {
        log(message);
        view.happened(message, "RUN_EVENT_SWAP");
      },
    });
    await using served = servedRun({
      folder: state.folder,
      token,
      view,
      swaps,
      guardian,
      interrupts,
    });
    await using told = toldRun(view);
    await using report = reportPath === undefined
      ? undefined
      : keepReport(reportPath, view);
    using looks = startLooks({ stages, view });
    await using _over = {
      async [Symbol.asyncDispose]() {
        await looks.last();
        view.over();
      },
    };
    using appending = openAppending(plan, state.run);
    const driveUntil = (stop: AbortSignal) =>
      drive(plan, flags, {
        stages,
        swaps,
        state: opened,
        stop,
        finish: interrupts.finish,
        view,
        onReady() {
          interrupts.begin();
          served.begin();
          told.begin();
        },
      });
    const driven = await (appending?.during(stop, driveUntil) ??
      driveUntil(stop)).catch((error) => {
        view.happened(whyEnded(error, stop));
        throw error;
      });
    const { finished, openedMs, startedAt, elapsedMs } = driven;
    await looks.last();
    // Its own clock began with the last opening.
    view.over({ ...finished, elapsedMs });
    const results = await readWritten(
      { ...plan, run: state.run },
      mostReported(plan.kind, flags.json),
    );
    await state.finish();
    await finishRun(
      plan,
      flags.json,
      {
        command: "pipeline",
        totals: finished.totals!,
        results,
        startupMs: openedMs - startMs,
        openedMs,
        elapsedMs,
        recoveries: driven.recoveries,
        recoveryMs: driven.recoveryMs,
        swaps: driven.swaps,
        swapMs: driven.swapMs,
        ...(resume ? { resumedAt: startedAt } : {}),
        ...(driven.stagesFrom > 0 ? { stagesFrom: driven.stagesFrom } : {}),
      },
      await stageFigures(finished.stages, stages),
      { appending, report },
    );
    return 0;
  } catch (error) {
    return await failRun(plan, error, {
      older,
      stop,
      isResumed: resume,
      canResume: await state?.canResume(),
    });
  }
}

/** What has left the run cannot be taken back when it is resumed. */
function requireFiles({ output, rejects }: Outlets): void {
  const outlet = output ?? rejects;
  if (!outlet) return;
  throw new UsageError(
    `Cannot use --state with --${
      output ? "output" : "rejects"
    }=${outlet.name}: it is no file; name one`,
  );
}

/** Lets the run go through whatever is to happen to it. */
async function drive(
  plan: RunPlan,
  { chaos, swap, "max-recoveries": maxRecoveries }: AskedFor & {
    "max-recoveries": number;
  },
  running:
    & Pick<Drive, "stages" | "state" | "stop" | "finish" | "onReady">
    & Required<Pick<Drive, "swaps" | "view">>,
): Promise<Driven> {
  using watching = abortOnDispose();
  const { stages, swaps } = running;
  using moments = createMoments([
    ...plannedFaults(chaos, {
      pid: stages.pid,
      signal: (name, signal) => signalGroup(stages.pid(name), signal),
    }),
    ...plannedSwaps(swap, swaps),
  ]);
  // Until the first event another line says that the stages come up.
  using progress = progressOnDemand();
  // Loaded while the stages load: they are there already.
  const [{ driveRun }, { killFrozen }, { killOverLimit }] = await Promise.all([
    import("../orchestrator/drive_run.ts"),
    import("../orchestrator/frozen_stages.ts"),
    import("../orchestrator/memory_limits.ts"),
  ]);
  void killFrozen(stages, watching.signal);
  void killOverLimit(stages, watching.signal);
  try {
    return await driveRun({
      ...running,
      plan,
      policy: {
        maxRecoveries,
        batch: plan.batching.batch,
        inputs: rangesOf(plan),
      },
      moments,
      progress,
      whileStarting: (starting) => whileShown("Starting the stages", starting),
    });
  } finally {
    swaps.over();
  }
}
