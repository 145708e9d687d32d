/**
 * The folder a run is saved in, and whether a run may go on from it.
 *
 * aggregate writes its checkpoints there; this file adds `run.json`, which says
 * what run they are of. A run that is not to be kept has a folder of its own
 * that goes with it.
 *
 * @module
 */

import { join } from "node:path";
import type { Position } from "../proto/pipeline/batches.ts";
import { flushFolder, writeDurably } from "../runtime/files/durable_file.ts";
import { isThere, removeIfThere } from "../runtime/files/optional_file.ts";
import { systemReason } from "../runtime/files/system_reason.ts";
import type { Guardian } from "../runtime/process/guardian.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { shortPath, userPath } from "../runtime/program/paths.ts";
import { CHECKPOINT_FILES } from "../stages/aggregate/checkpoint.ts";
import { isSeekable } from "../stages/ingest/input.ts";
import { compareInput, type InputFacts } from "../stages/ingest/input_facts.ts";
import type { RunPlan } from "./plan.ts";
import { unfinishedFiles } from "./stage_specs.ts";
import { type WatchedInput, watchInput } from "./watched_input.ts";

/** The state of one run. Disposing of it lets others use the folder. */
export interface RunState extends AsyncDisposable {
  /** Names the run. */
  readonly run: string;
  /** Its folder, an absolute path. */
  readonly folder: string;
  /** What the input must still be; undefined for what can be read only once. */
  readonly input: InputFacts | undefined;
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
}

/** What `run.json` holds. */
interface Manifest {
  version: 1;
  run: string;
  /** What must be the same for the run to go on, by the flag that says it. */
  settings: Record<string, string>;
  input: InputFacts;
}

/** Time between two notes of what was read, in milliseconds. */
const NOTE_MS = 1_000;

const MANIFEST = "run.json";
const LOCK = "lock";

/**
 * Opens the state of a run.
 *
 * @throws {UsageError} If the folder holds a run and is not to be resumed, or
 * holds none, or one of other settings, and is.
 * @throws {Failure} If another run uses it, or it cannot be written.
 */
export async function openRunState(
  plan: RunPlan,
  { folder, resume, guardian, prepare }: RunStateOptions,
): Promise<RunState> {
  if (folder === undefined) {
    if (resume) {
      throw new UsageError("Cannot resume: say where the run is, by --state");
    }
    await prepare();
    return await openPassing(plan, guardian);
  }
  if (!await isSeekable(plan.input)) {
    throw new UsageError(
      `Cannot keep the state of a run over ${
        shortPath(plan.input)
      }: it cannot be read again; put it into a file`,
    );
  }
  return await openKept(plan, userPath(folder), { resume, prepare });
}

/** A state that goes with its run. */
async function openPassing(
  plan: RunPlan,
  guardian: Pick<Guardian, "remove">,
): Promise<RunState> {
  const input = await isSeekable(plan.input)
    ? await watchInput(plan.input)
    : undefined;
  const folder = await Deno.makeTempDir({ prefix: "denizen-state-" });
  const leftovers = [folder, ...unfinishedFiles(plan)];
  for (const path of leftovers) guardian.remove(path);
  const remove = async () => {
    for (const path of leftovers) await removeIfThere(path);
  };
  return {
    run: crypto.randomUUID(),
    folder,
    get input() {
      return input?.facts;
    },
    canResume: () => Promise.resolve(false),
    note: onceIn(NOTE_MS, async ({ offset }) => await input?.note(offset)),
    finish: remove,
    async [Symbol.asyncDispose]() {
      input?.[Symbol.dispose]();
      await remove();
    },
  };
}

/** Does something with a position, but not again before `ms` milliseconds. */
function onceIn(
  ms: number,
  work: (at: Position) => Promise<void>,
): (at: Position) => Promise<void> {
  let lastMs = performance.now();
  return async (at) => {
    if (performance.now() - lastMs < ms) return;
    lastMs = performance.now();
    await work(at);
  };
}

async function openKept(
  plan: RunPlan,
  folder: string,
  { resume, prepare }: Pick<RunStateOptions, "resume" | "prepare">,
): Promise<RunState> {
  const shown = shortPath(folder);
  const lock = await lockFolder(folder, shown);
  let input: WatchedInput | undefined;
  try {
    const path = join(folder, MANIFEST);
    const found = await readManifest(path);
    if (found && !resume) {
      throw new UsageError(
        `Cannot start the run: "${shown}" holds one that has not come to its end; go on with it by --resume, or remove the folder`,
      );
    }
    if (!found && resume) {
      throw new UsageError(
        `Cannot resume: "${shown}" holds no run; leave out --resume to start one`,
      );
    }
    if (found) await checkSame(found, plan, shown);
    else await prepare();
    const watched = input = await watchInput(plan.input, found?.input);
    const manifest: Manifest = found ?? {
      version: 1,
      run: crypto.randomUUID(),
      settings: settingsOf(plan),
      input: watched.facts,
    };
    if (!found) await writeManifest(folder, manifest);
    const hasSaved = async () => {
      // Between two renames there is only the one before.
      const [newest, previous] = CHECKPOINT_FILES;
      return await isThere(join(folder, newest)) ||
        await isThere(join(folder, previous));
    };
    const finish = async () => {
      for (const name of [MANIFEST, ...CHECKPOINT_FILES]) {
        await removeIfThere(join(folder, name));
      }
      for (const path of unfinishedFiles(plan)) await removeIfThere(path);
    };
    return {
      run: manifest.run,
      folder,
      get input() {
        return watched.facts;
      },
      canResume: async () =>
        await hasSaved() &&
        (await compareInput(plan.input, watched.facts)).length === 0,
      note: onceIn(NOTE_MS, async ({ offset }) => {
        await watched.note(offset);
        manifest.input = watched.facts;
        await writeManifest(folder, manifest);
      }),
      finish,
      async [Symbol.asyncDispose]() {
        if (!await hasSaved()) await finish();
        watched[Symbol.dispose]();
        lock.close();
      },
    };
  } catch (error) {
    input?.[Symbol.dispose]();
    lock.close();
    throw error;
  }
}

/** Takes the folder for this process; the system gives it back when we end. */
async function lockFolder(folder: string, shown: string): Promise<Deno.FsFile> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    file = await Deno.open(join(folder, LOCK), { write: true, create: true });
  } catch (error) {
    throw cannotKeep(folder, error);
  }
  if (await file.tryLock(true)) return file;
  file.close();
  throw new Failure(
    `Cannot keep the run in "${shown}": another run is using it`,
  );
}

/** Says all that is not as it was. */
async function checkSame(
  { settings, input }: Manifest,
  plan: RunPlan,
  shown: string,
): Promise<void> {
  const now = settingsOf(plan);
  const differences = Object.keys(now)
    .filter((name) => settings[name] !== now[name])
    .map((name) => `${name} was ${settings[name]} and is ${now[name]}`);
  if (settings["--input"] === now["--input"]) {
    differences.push(...await compareInput(plan.input, input));
  }
  if (differences.length === 0) return;
  throw new UsageError(
    [
      `Cannot resume the run in "${shown}": not all is as it was`,
      ...differences.map((each) => `  ${each}`),
    ].join("\n"),
  );
}

/** What decides the result, and where it goes. */
function settingsOf(plan: RunPlan): Record<string, string> {
  return {
    "--input": plan.input,
    "--output": plan.output,
    "--rejects": plan.rejects,
    "--types": plan.types.join(","),
    "--rules": JSON.stringify(plan.rules),
    "--max-line": String(plan.maxLine),
  };
}

async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await Deno.readTextFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    if (error instanceof SyntaxError) {
      throw new Failure(
        `Cannot resume: "${shortPath(path)}" is damaged; remove its folder`,
      );
    }
    throw error;
  }
}

/** @throws {Failure} If it cannot be written; the one before it stays. */
async function writeManifest(
  folder: string,
  manifest: Manifest,
): Promise<void> {
  const path = join(folder, MANIFEST);
  const partial = `${path}.partial`;
  const text = `${JSON.stringify(manifest, null, 2)}\n`;
  try {
    await writeDurably(partial, new TextEncoder().encode(text));
    await Deno.rename(partial, path);
    await flushFolder(folder);
  } catch (error) {
    await removeIfThere(partial);
    throw cannotKeep(folder, error);
  }
}

function cannotKeep(folder: string, error: unknown): Failure {
  return new Failure(
    `Cannot keep the run in "${shortPath(folder)}": ${systemReason(error)}`,
    1,
    { cause: error },
  );
}
