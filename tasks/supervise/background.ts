/**
 * Runs a supervisor in the background and waits until everything is healthy,
 * for scripts and CI. `deno task stop` ends it.
 *
 * @module
 */

import { join } from "node:path";
import { Failure } from "../../runtime/program/errors.ts";
import type { Config } from "../../supervisor/config/config.ts";
import { connectControl } from "../../supervisor/control/client.ts";
import type { MeasuredSnapshot } from "../../supervisor/service/snapshot.ts";
import { isGood } from "../control/service_report.ts";

/**
 * The arguments of Deno that run `supervise` as a process. A small young
 * generation costs nothing measurable here and saves 12 MB.
 */
export const SUPERVISE: readonly string[] = [
  "run",
  "-A",
  "--v8-flags=--max-semi-space-size=1,--optimize-for-size",
  new URL("../supervise.ts", import.meta.url).pathname,
];

/**
 * Starts a supervisor that outlives this process.
 *
 * @param config What to run.
 * @param selection What was said of the services to run: names and profiles.
 * @param timeoutMs How long all of them have to become healthy.
 * @returns The services, once all are healthy.
 * @throws {Failure} If they are not in time, saying which; nothing is left
 * running then.
 */
export async function superviseInBackground(
  config: Config,
  selection: readonly string[],
  timeoutMs: number,
): Promise<MeasuredSnapshot[]> {
  const deadline = performance.now() + timeoutMs;
  await Deno.mkdir(config.stateDir, { recursive: true, mode: 0o700 });
  const outputPath = join(config.stateDir, "supervisor.log");
  await Deno.writeTextFile(outputPath, "");
  const { INIT_CWD: _, ...env } = Deno.env.toObject();
  const child = new Deno.Command("/bin/sh", {
    args: [
      ...["-c", 'exec "$@" >>"$0" 2>&1', outputPath],
      ...[Deno.execPath(), ...SUPERVISE, "--quiet"],
      ...[`--config=${config.path}`, ...selection],
    ],
    env,
    clearEnv: true,
    detached: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();

  const control = await connectControl(config.stateDir, { waitForReady: true });
  const started = control.change("Start", [], timeoutMs);
  const first = await Promise.race([started, child.status]);
  if (!Array.isArray(first)) {
    started.catch(() => {}); // nobody will answer any more
    const words = (await Deno.readTextFile(outputPath)).trimEnd();
    throw new Failure(words.split("\n").slice(-10).join("\n"));
  }
  const late = first.filter((each) => !isGood(each));
  if (late.length === 0) return (await control.list()).services;
  await control.shutdown();
  await child.status;
  const waitedMs = Math.min(
    timeoutMs,
    timeoutMs - (deadline - performance.now()),
  );
  throw new Failure(
    [
      `Cannot bring everything up within ${
        Math.round(waitedMs)
      } ms; all is stopped again:`,
      ...late.map(({ name, status, detail }) =>
        `  ${name} is ${status}${detail === "" ? "" : `: ${detail}`}`
      ),
      `Logs are in ${join(config.stateDir, "logs")}`,
    ].join("\n"),
  );
}
