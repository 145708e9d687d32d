/**
 * Starts programs for tests, and sees to it that they are gone afterwards.
 *
 * ```ts ignore
 * await using server = await spawnFixture("serves_echo.ts");
 * using client = connectEcho(server.firstLine);
 * ```
 *
 * A fixture prints one line to standard output when it is ready. Leaving the
 * block, however it is left, kills the process and waits until it is gone.
 *
 * @module
 */

/** Options for {@linkcode spawnScript}. */
export interface SpawnOptions {
  /** What follows the script. @default {[]} */
  args?: string[];
  /** What it may do, as flags of Deno. @default {["--allow-all"]} */
  permissions?: string[];
  /** Variables, besides those of this process. @default {{}} */
  env?: Record<string, string>;
  /** Gives it those variables and no others. @default {false} */
  clearEnv?: boolean;
  /** Where it runs. @default {the repository} */
  cwd?: string;
  /**
   * Gives it a process group, which is killed as a whole: for programs that
   * start others. @default {false}
   */
  group?: boolean;
  /** Its standard input: none, or {@linkcode Spawned.stdin}. @default {"null"} */
  stdin?: "null" | "piped";
}

/** Lines of text that a program prints, kept until they are asked for. */
export interface Lines {
  /** The next line; undefined after the last. */
  next(): Promise<string | undefined>;
  /**
   * The next line that `pattern` fits; those before it are passed over.
   *
   * @throws {Error} If no such line comes.
   */
  find(pattern: RegExp): Promise<string>;
  /** Passes over what has been read so far, asked for or not. */
  skip(): void;
  /** All lines from the next one on, once the program has ended. */
  rest(): Promise<string>;
}

/** A running program. */
export interface Spawned extends AsyncDisposable {
  readonly pid: number;
  /** Where it reads from, when asked for; open until it is closed or ended. */
  readonly stdin: WritableStream<Uint8Array> | undefined;
  readonly stdout: Lines;
  readonly stderr: Lines;
  /** Resolves when it has ended. */
  readonly status: Promise<Deno.CommandStatus>;
  /** Sends a signal, unless it has ended already. */
  kill(signal: Deno.Signal): void;
}

/** A running program that has said it is ready. */
export interface Ready extends Spawned {
  /** The first line of its standard output. */
  readonly firstLine: string;
}

const ROOT = new URL("../../", import.meta.url);

/**
 * Runs a file of tests/fixtures/ and waits for its first line.
 *
 * @throws {Error} With what it printed if it ends without a line.
 */
export async function spawnFixture(
  name: string,
  options: SpawnOptions = {},
): Promise<Ready> {
  const spawned = spawnScript(`tests/fixtures/${name}`, options);
  const firstLine = await spawned.stdout.next();
  if (firstLine !== undefined) return Object.assign(spawned, { firstLine });
  await using _ended = spawned;
  const { code } = await spawned.status;
  const printed = await spawned.stderr.rest();
  throw new Error(
    `Cannot start fixture "${name}": it ended with code ${code} and\n${printed}`,
  );
}

/** Runs a script of the repository, for example "main.ts". */
export function spawnScript(
  script: string,
  { permissions = ["--allow-all"], args = [], ...options }: SpawnOptions = {},
): Spawned {
  return spawn(Deno.execPath(), [
    "run",
    "--quiet",
    "--no-prompt",
    "--cached-only",
    ...permissions,
    new URL(script, ROOT).pathname,
    ...args,
  ], options);
}

/** Runs any program. */
export function spawn(
  program: string,
  args: string[],
  {
    env = {},
    clearEnv = false,
    cwd = ROOT.pathname,
    group = false,
    stdin = "null",
  }: Omit<SpawnOptions, "args" | "permissions"> = {},
): Spawned {
  const child = new Deno.Command(program, {
    args,
    // npx leaves where it was started; a task is where it runs.
    env: clearEnv ? env : { INIT_CWD: cwd, ...env },
    clearEnv,
    cwd,
    detached: group,
    stdin,
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdout = readLines(child.stdout);
  const stderr = readLines(child.stderr);
  const kill = (signal: Deno.Signal) => {
    try {
      if (group) Deno.kill(-child.pid, signal);
      else child.kill(signal);
    } catch (error) {
      // It has ended: a child says so by a TypeError, a group by NotFound.
      if (error instanceof TypeError) return;
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  };
  return {
    pid: child.pid,
    stdin: stdin === "piped" ? child.stdin : undefined,
    stdout,
    stderr,
    status: child.status,
    kill,
    async [Symbol.asyncDispose]() {
      kill("SIGKILL");
      await child.status;
      // The test may have closed it, or the program is gone: both are well.
      if (stdin === "piped") await child.stdin.close().catch(() => {});
      await Promise.all([stdout.ended, stderr.ended]);
    },
  };
}

/** Reads at once, so that a program never waits for its output to be read. */
function readLines(bytes: ReadableStream<Uint8Array>) {
  const lines: string[] = [];
  let more = Promise.withResolvers<void>();
  let taken = 0;
  let over = false;
  const ended = (async () => {
    let unfinished = "";
    for await (const text of bytes.pipeThrough(new TextDecoderStream())) {
      const pieces = (unfinished + text).split("\n");
      unfinished = pieces.pop()!;
      lines.push(...pieces);
      more.resolve();
      more = Promise.withResolvers();
    }
    if (unfinished) lines.push(unfinished);
    over = true;
    more.resolve();
  })();
  const next = async () => {
    while (taken === lines.length && !over) await more.promise;
    return lines[taken++];
  };
  return {
    ended,
    next,
    async find(pattern: RegExp) {
      const from = taken;
      for (let line; (line = await next()) !== undefined;) {
        if (pattern.test(line)) return line;
      }
      throw new Error(
        `Cannot find ${pattern} in the output:\n${
          lines.slice(from).join("\n")
        }`,
      );
    },
    skip() {
      taken = lines.length;
    },
    async rest() {
      await ended;
      return lines.slice(taken).join("\n");
    },
  } satisfies Lines & { ended: Promise<void> };
}
