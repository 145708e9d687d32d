/**
 * The folder in which a run is saved, and whether a run may go on from it.
 *
 * aggregate writes its checkpoints there. run_manifest.ts adds `run.json`,
 * which says which run they belong to. A run that is not kept has a folder of
 * its own, which is removed with it.
 *
 * @module
 */

import { join } from "node:path";
import type { Position } from "../proto/pipeline/batches.ts";
import {
  isThere,
  removeFolderIfEmpty,
  removeIfThere,
  statIfThere,
} from "../runtime/files/optional_file.ts";
import { systemReason } from "../runtime/files/system_reason.ts";
import type { Guardian } from "../runtime/process/guardian.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import {
  shortPath,
  temporaryFolder,
  userPath,
} from "../runtime/program/paths.ts";
import { CHECKPOINT_FILES } from "../stages/aggregate/checkpoint_files.ts";
import { GENERATION_FILES } from "../stages/ingest/generation_store.ts";
import { findPipe } from "../stages/ingest/input.ts";
import {
  compareInputs,
  type InputFacts,
} from "../stages/ingest/input_facts.ts";
import { removePartials, unfinishedFiles } from "../stages/sink/sink.ts";
import { noteFollowed } from "./follow.ts";
import type { RunPlan } from "./plan.ts";
import { type Manifest, readManifest, writeManifest } from "./run_manifest.ts";
import { settingsOf } from "./run_settings.ts";
import {
  clearStateFolder,
  PASSING_FILES,
  type StateFolder,
  takeStateFolder,
} from "./state_folder.ts";
import { type WatchedInputs, watchInputs } from "./watched_input.ts";

/** The state of one run. Disposing of it lets others use the folder. */
export interface RunState extends AsyncDisposable {
  /** Names the run. */
  readonly run: string;
  /** Its folder, an absolute path. */
  readonly folder: string;
  /** What each input must be; undefined for what can be read only once. */
  readonly inputs: readonly (InputFacts | undefined)[];
  /** True when there is something to go on from after a run that has failed. */
  canResume(): Promise<boolean>;
  /** Notes what is saved, so that the input can be told by it. */
  note(committed: Position): Promise<void>;
  /** Removes the state: the run has come to its end. */
  finish(): Promise<void>;
}

/** Options for {@linkcode openRunState}. */
export interface RunStateOptions {
  /** The folder; undefined for one that is not kept. */
  folder: string | undefined;
  /** Goes on from what the folder holds. */
  resume: boolean;
  /** Removes what is not kept when this process is killed. */
  guardian: Pick<Guardian, "remove">;
  /**
   * Makes the input of a run that starts; not called for one that goes on, or
   * may not be started.
   */
  prepare(): Promise<void>;
  /**
   * Now, in milliseconds of any clock; a test passes its own.
   *
   * @default {performance.now()}
   */
  nowMs?: () => number;
}

/** Time between two notes of what was read, in milliseconds. */
const NOTE_MS = 1_000;

/**
 * Opens the state of a run.
 *
 * @throws {UsageError} If the folder holds a run and is not to be resumed, or
 * holds none, or one of other settings, and is.
 * @throws {Failure} If another run uses it, or it cannot be written.
 */
export async function openRunState(
  plan: RunPlan,
  {
    folder,
    resume,
    guardian,
    prepare,
    nowMs = () => performance.now(),
  }: RunStateOptions,
): Promise<RunState> {
  if (folder === undefined) {
    if (resume) {
      throw new UsageError("Cannot resume: say where the run is, by --state");
    }
    await prepare();
    return await openPassing(plan, { guardian, nowMs });
  }
  const pipe = await findPipe(plan.inputs);
  if (pipe !== undefined) {
    throw new UsageError(
      `Cannot keep the state of a run over ${
        shortPath(pipe)
      }: it cannot be read again; put it into a file`,
    );
  }
  return await openKept(plan, userPath(folder), { resume, prepare, nowMs });
}

/** A state that goes with its run. */
async function openPassing(
  plan: RunPlan,
  { guardian, nowMs }: Pick<Required<RunStateOptions>, "guardian" | "nowMs">,
): Promise<RunState> {
  const inputs = await watchInputs(plan);
  let folder: string;
  try {
    folder = await makePassingFolder();
  } catch (error) {
    inputs[Symbol.dispose]();
    throw error;
  }
  const run = crypto.randomUUID();
  const leftovers = [
    ...unfinishedFiles({ ...plan, run }),
    ...[
      ...CHECKPOINT_FILES,
      ...(plan.follow ? GENERATION_FILES : []),
      ...PASSING_FILES,
    ].map((name) => join(folder, name)),
  ];
  const remove = async () => {
    for (const path of leftovers) await removeIfThere(path);
    await removeFolderIfEmpty(folder);
  };
  try {
    for (const path of [...leftovers, folder]) guardian.remove(path);
    await noteFollowed(plan, folder);
  } catch (error) {
    inputs[Symbol.dispose]();
    await remove();
    throw error;
  }
  return {
    run,
    folder,
    get inputs() {
      return inputs.facts;
    },
    canResume: () => Promise.resolve(false),
    note: onceIn(
      NOTE_MS,
      nowMs,
      async ({ offset }) => await inputs.note(offset),
    ),
    finish: remove,
    async [Symbol.asyncDispose]() {
      inputs[Symbol.dispose]();
      await remove();
    },
  };
}

/** Does something with a position, but not again before `ms` milliseconds. */
function onceIn(
  ms: number,
  nowMs: () => number,
  work: (at: Position) => Promise<void>,
): (at: Position) => Promise<void> {
  let lastMs = nowMs();
  return async (at) => {
    if (nowMs() - lastMs < ms) return;
    lastMs = nowMs();
    await work(at);
  };
}

async function makePassingFolder(): Promise<string> {
  try {
    return await Deno.makeTempDir({ prefix: "denizen-state-" });
  } catch (error) {
    throw new Failure(
      `Cannot make a folder for the run in "${temporaryFolder()}": ${
        systemReason(error)
      }; make room there, or name another folder by TMPDIR`,
      1,
      { cause: error },
    );
  }
}

async function openKept(
  plan: RunPlan,
  path: string,
  { resume, prepare, nowMs }: Pick<
    Required<RunStateOptions>,
    "resume" | "prepare" | "nowMs"
  >,
): Promise<RunState> {
  const shown = shortPath(path);
  const nothingThere = () =>
    new UsageError(
      `Cannot resume: "${shown}" holds no run; leave out --resume to start one`,
    );
  if (resume && !await isFolder(path)) throw nothingThere();
  const taken = await takeStateFolder(path, plan);
  const { path: folder, made } = taken;
  let inputs: WatchedInputs | undefined;
  try {
    const found = await readManifest(folder);
    if (found && !resume) {
      throw new UsageError(
        `Cannot start the run: "${shown}" holds one that has not come to its end; go on with it by --resume, or remove the folder`,
      );
    }
    if (!found && resume) throw nothingThere();
    if (found) await checkSame(found, plan, shown);
    else await prepare();
    const watched = inputs = await watchInputs(plan, found?.inputs);
    const manifest: Manifest = found ?? {
      version: 2,
      run: crypto.randomUUID(),
      settings: settingsOf(plan),
      inputs: factsOf(watched),
      madeFolder: made,
    };
    if (!found) await writeFirst(plan, folder, manifest);
    return keptState(plan, { taken, manifest, watched, nowMs });
  } catch (error) {
    inputs?.[Symbol.dispose]();
    await taken[Symbol.asyncDispose]();
    if (made) await removeFolderIfEmpty(folder);
    throw error;
  }
}

/** Writes down what a run begins with: all of it, or nothing. */
async function writeFirst(
  plan: RunPlan,
  folder: string,
  manifest: Manifest,
): Promise<void> {
  await writeManifest(folder, manifest);
  try {
    await noteFollowed(plan, folder);
  } catch (error) {
    await clearStateFolder(folder, false);
    throw error;
  }
}

/** What a run that is kept consists of. */
interface Kept {
  taken: StateFolder;
  manifest: Manifest;
  watched: WatchedInputs;
  nowMs: () => number;
}

/** A state that outlives its run where that fails. */
function keptState(
  plan: RunPlan,
  { taken, manifest, watched, nowMs }: Kept,
): RunState {
  const { path: folder } = taken;
  const { run, madeFolder = false } = manifest;
  const hasSaved = async () => {
    // Between two renames there is only the one before.
    const [newest, previous] = CHECKPOINT_FILES;
    return await isThere(join(folder, newest)) ||
      await isThere(join(folder, previous));
  };
  const finish = async () => {
    await clearStateFolder(folder, madeFolder);
    await removePartials({ ...plan, run });
  };
  return {
    run,
    folder,
    get inputs() {
      return watched.facts;
    },
    canResume: async () =>
      await hasSaved() &&
      (await compareInputs(plan.inputs, factsOf(watched))).length === 0,
    note: onceIn(NOTE_MS, nowMs, async ({ offset }) => {
      await watched.note(offset);
      manifest.inputs = factsOf(watched);
      await writeManifest(folder, manifest);
    }),
    finish,
    async [Symbol.asyncDispose]() {
      if (!await hasSaved()) await finish();
      watched[Symbol.dispose]();
      await taken[Symbol.asyncDispose]();
    },
  };
}

async function isFolder(path: string): Promise<boolean> {
  return (await statIfThere(path))?.isDirectory ?? false;
}

/** Says all that is not as it was. */
async function checkSame(
  { settings, inputs }: Manifest,
  plan: RunPlan,
  shown: string,
): Promise<void> {
  const now = settingsOf(plan);
  const differences = Object.keys(now)
    .filter((name) => settings[name] !== now[name])
    .map((name) => `${name} was ${settings[name]} and is ${now[name]}`);
  if (settings["--input"] === now["--input"]) {
    differences.push(...await compareInputs(plan.inputs, inputs));
  }
  if (differences.length === 0) return;
  throw new UsageError(
    [
      `Cannot resume the run in "${shown}": not all is as it was`,
      ...differences.map((each) => `  ${each}`),
    ].join("\n"),
  );
}

/** Facts of inputs that are all files. */
function factsOf({ facts }: WatchedInputs): InputFacts[] {
  return facts.filter((each) => each !== undefined);
}
