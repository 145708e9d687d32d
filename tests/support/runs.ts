/**
 * Runs `main.ts pipeline` and `main.ts monolith` as processes for tests, each
 * with its own folder and, for the pipeline, its own ports.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { isFree } from "../../runtime/process/free_port.ts";
import { groupMembers } from "../../runtime/process/process_group.ts";
import { STAGES } from "../../stages/names.ts";
import { eventually } from "./eventually.ts";
import { type Spawned, type SpawnOptions, spawnScript } from "./spawned.ts";
import { freePorts, PIPELINE_PORTS } from "./free_ports.ts";

/** The two commands that run events through the stages. */
export type Command = "pipeline" | "monolith";

/** A folder of one test, with the files of a run. */
export interface RunFolder extends AsyncDisposable {
  path: string;
  /** A path in the folder. */
  file(name: string): string;
  output: string;
  rejects: string;
  /** The names in it, sorted. */
  names(): Promise<string[]>;
}

/** Makes a folder, which is removed at the end of the block. */
export async function runFolder(): Promise<RunFolder> {
  const path = await Deno.makeTempDir({ prefix: "denizen-run-" });
  const file = (name: string) => `${path}/${name}`;
  return {
    path,
    file,
    output: file("results.ndjson"),
    rejects: file("rejects.ndjson"),
    async names() {
      const entries = await Array.fromAsync(Deno.readDir(path));
      return entries.map(({ name }) => name).sort();
    },
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}

/** A command that has been started. */
export interface Run extends Spawned {
  /** First of the pipeline's ports. */
  port: number;
  /** How many they are: two for each process. @default {10} */
  ports?: number;
  folder: RunFolder;
}

/** Options for {@linkcode startRun}. */
export interface RunOptions
  extends Pick<SpawnOptions, "stdin" | "cwd" | "env"> {
  /** @default {the first of those that are free} */
  port?: number;
  /** How many ports the pipeline needs: two for each process. @default {10} */
  ports?: number;
  /** The program, as an absolute path. @default {the main.ts of this checkout} */
  main?: string;
}

/**
 * Starts a command. Leaving the block kills it and waits until every stage is
 * gone: the guardian ends them.
 */
export function startRun(
  command: Command,
  folder: RunFolder,
  args: string[],
  {
    ports = PIPELINE_PORTS,
    port = freePorts(ports),
    main = "main.ts",
    ...options
  }: RunOptions = {},
): Run {
  const spawned = spawnScript(main, {
    args: [
      command,
      ...(command === "pipeline" ? [`--port=${port}`] : []),
      ...argsOf(folder, args),
    ],
    ...options,
  });
  return {
    ...spawned,
    port,
    ports,
    folder,
    async [Symbol.asyncDispose]() {
      await spawned[Symbol.asyncDispose]();
      if (command === "pipeline") await stagesGone(port, ports);
    },
  };
}

/** The arguments, after those that name the files; the last of a flag counts. */
export function argsOf(
  { output, rejects }: RunFolder,
  args: string[],
): string[] {
  return [`--output=${output}`, `--rejects=${rejects}`, ...args];
}

/** How a command ended, and all it printed. */
export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Waits until a command has ended. */
export async function ended(run: Spawned): Promise<Ended> {
  const [{ code }, stdout, stderr] = await Promise.all([
    run.status,
    run.stdout.rest(),
    run.stderr.rest(),
  ]);
  return { code, stdout, stderr };
}

/** Runs a command to its end. */
export async function runToEnd(
  command: Command,
  folder: RunFolder,
  args: string[],
  options: RunOptions = {},
): Promise<Ended> {
  await using run = startRun(command, folder, args, options);
  return await ended(run);
}

/** What a run has written, and what `--json` has printed. */
export interface Written {
  report: {
    events: number;
    rejected: number;
    filtered: number;
    fractionsCut?: number;
    results: { key: string; count: number; sum: number | string }[];
    stages: {
      name: string;
      workers?: number;
      in: number;
      out: number;
      batches: number;
      peakRssBytes?: number;
    }[];
  };
  results: string;
  rejects: string;
}

/** Runs a command that must succeed. */
export async function runWell(
  command: Command,
  args: string[],
  options: RunOptions & { input?: Uint8Array } = {},
): Promise<Written> {
  await using folder = await runFolder();
  const { input, ...rest } = options;
  await using run = startRun(command, folder, ["--json", ...args], {
    ...rest,
    ...(input ? { stdin: "piped" } : {}),
  });
  if (input) {
    const writer = run.stdin!.getWriter();
    await writer.write(input);
    await writer.close();
  }
  const { code, stdout, stderr } = await ended(run);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertEquals(await folder.names(), ["rejects.ndjson", "results.ndjson"]);
  return {
    report: JSON.parse(stdout),
    results: await Deno.readTextFile(folder.output),
    rejects: await Deno.readTextFile(folder.rejects),
  };
}

/** What a run has written so far of a file of its folder; undefined if nothing. */
export async function unfinishedFile(
  folder: RunFolder,
  name: string,
): Promise<string | undefined> {
  const names = await folder.names();
  const found = names.find((each) =>
    each.startsWith(`${name}.`) && each.endsWith(".partial")
  );
  return found && folder.file(found);
}

/** Waits until the chain of a pipeline is open, or the monolith reads. */
export async function opened({ folder, status }: Run): Promise<void> {
  let over = false;
  status.then(() => over = true);
  // The sink makes the file when it is opened, and it is the last to be.
  await eventually("the chain is open", async () => {
    assert(!over, "the run has ended");
    return await unfinishedFile(folder, "rejects.ndjson") !== undefined;
  });
}

/**
 * Writes events until nobody reads them any more.
 *
 * @param events Makes some of them, from a number on. @default {all alike}
 * @returns `first` is over when events have been read, `broken` when they are no
 * more.
 */
export function writeWithoutEnd(
  stdin: WritableStream<Uint8Array>,
  events: (from: number, count: number) => string = (_, count) =>
    '{"ts":"2026-01-01T00:00:00.250Z","type":"click","user":"u1","value":17}\n'
      .repeat(count),
) {
  const encoder = new TextEncoder();
  let written = 0;
  const next = () => {
    const block = encoder.encode(events(written, BLOCK_EVENTS));
    written += BLOCK_EVENTS;
    return block;
  };
  const writer = stdin.getWriter();
  const flows = Promise.withResolvers<void>();
  const broken = (async () => {
    try {
      for (let blocks = 1;; blocks++) {
        await writer.write(next());
        if (blocks === FLOWING_BLOCKS) flows.resolve();
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    } finally {
      flows.resolve();
    }
  })();
  return { first: flows.promise, broken };
}

/** Events written at once. */
const BLOCK_EVENTS = 1_000;
/**
 * Events flow when so many blocks are written: a pipe holds 64 KiB, as many may
 * be about to be read, and the rest has been.
 */
const FLOWING_BLOCKS = 4;

/**
 * The stages that run on these ports: their pids by name, which is `parse.2`
 * for the second process of parse.
 */
export async function findStages(
  port: number,
  ports: number = PIPELINE_PORTS,
): Promise<Partial<Record<string, number>>> {
  const found: Record<string, number> = {};
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const args = await commandLine(name);
    const stage = STAGES.find((each) => args.includes(each));
    const [, own] = valueOf(args, "address")?.split(":") ?? [];
    const at = Number(own) - port;
    if (!stage || !(at >= 0 && at < ports)) continue;
    const worker = valueOf(args, "worker");
    found[worker ? `${stage}.${worker}` : stage] = Number(name);
  }
  return found;
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${flag}=`))?.split("=")[1];
}

/** The arguments of a process; none when it is gone. */
async function commandLine(pid: string): Promise<string[]> {
  try {
    return (await Deno.readTextFile(`/proc/${pid}/cmdline`)).split("\0");
  } catch (error) {
    const gone = error instanceof Deno.errors.NotFound ||
      (error instanceof Error && /No such process/.test(error.message));
    if (gone) return [];
    throw error;
  }
}

/** Waits until no stage runs on these ports; none may be left for long. */
export async function stagesGone(
  port: number,
  ports: number = PIPELINE_PORTS,
): Promise<void> {
  await eventually(
    `no stage runs on ${port} to ${port + ports - 1}`,
    async () => Object.keys(await findStages(port, ports)).length === 0,
  );
}

/**
 * Ends a pipeline and its stages at one stroke: none can say anything more.
 *
 * @param stages Where they are known already: to look for them takes its time.
 */
export async function killWhole(
  run: Run,
  stages?: Partial<Record<string, number>>,
): Promise<void> {
  stages ??= await findStages(run.port, run.ports);
  for (const pid of [run.pid, ...Object.values(stages)]) {
    try {
      Deno.kill(pid!, "SIGKILL");
    } catch (error) {
      // The guardian may have been faster.
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  await run.status;
  await stagesGone(run.port, run.ports);
}

/** Checks that a run has left no process, no listener and no unfinished file. */
export async function assertNothingLeft(
  { port, ports = PIPELINE_PORTS, folder, pid }: Run,
): Promise<void> {
  assertEquals(await findStages(port, ports), {});
  assertEquals(await groupMembers(pid), []);
  const all = Array.from({ length: ports }, (_, at) => port + at);
  assertEquals(all.filter((port) => !isFree(port)), []);
  const left = (await folder.names()).filter((name) =>
    /partial|tmp|lock/.test(name)
  );
  assertEquals(left, []);
}
