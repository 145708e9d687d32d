// @ts-check
/**
 * Runs Deno in the place of this process, as far as Node can: it has the same
 * terminal, gets the signals that come here, and its end is ours.
 *
 * @module
 */

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { watchNpx } from "./npx_end.mjs";
import { StartError } from "./start_error.mjs";

/**
 * How a process ended.
 *
 * @typedef {object} End
 * @property {number | null} code
 * @property {NodeJS.Signals | null} signal
 */

/**
 * What whoever started us may send. The terminal sends its signals to the child
 * itself as well; the program takes two of a kind that come together for one.
 *
 * @type {NodeJS.Signals[]}
 */
const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

/**
 * @param {string[]} args
 * @param {Record<string, string | undefined>} env
 * @param {object} options
 * @param {boolean} options.isOfNpx True if it is to end with npx.
 * @param {import("node:child_process").StdioOptions} [options.stdio]
 * @returns {Promise<End>}
 * @throws {StartError} If there is no Deno to run.
 */
export async function runDeno(args, env, { isOfNpx, stdio = "inherit" }) {
  const program = denoProgram();
  const child = spawn(program, args, { env, stdio });
  /** @param {NodeJS.Signals} signal */
  const passOn = (signal) => void child.kill(signal);
  for (const signal of PASSED_ON) process.on(signal, passOn);
  const unwatch = isOfNpx ? watchNpx(() => passOn("SIGTERM")) : () => {};
  try {
    return await new Promise((resolve, reject) => {
      child.on("exit", (code, signal) => resolve({ code, signal }));
      child.on("error", (error) =>
        reject(
          new StartError(`Cannot start Deno, "${program}": ${error.message}`),
        ));
    });
  } finally {
    unwatch();
    for (const signal of PASSED_ON) process.off(signal, passOn);
  }
}

/**
 * Ends this process as the other has ended.
 *
 * @param {End} end
 */
export function endAs({ code, signal }) {
  if (signal === null) process.exitCode = code ?? 1;
  else process.kill(process.pid, signal);
}

/** Finds the Deno that npm has installed for us. */
function denoProgram() {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve("deno/package.json"));
    const program = join(
      folder,
      process.platform === "win32" ? "deno.exe" : "deno",
    );
    if (existsSync(program)) return program;
    // npm was told to run no scripts, so it is still packed.
    return require("deno/install_api.cjs").runInstall();
  } catch (error) {
    throw new StartError(
      `Cannot start Denizen: npm has installed no Deno for this machine: ${
        error instanceof Error ? error.message.split("\n")[0] : error
      }`,
    );
  }
}
