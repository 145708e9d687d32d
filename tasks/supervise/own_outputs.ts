/**
 * The two outputs of a supervisor. They survive a full disk and a reader that
 * has stopped reading, up to the last word.
 *
 * @module
 */

import { exitCodeOf } from "../../runtime/program/exit.ts";
import type { OutputLoss } from "../../runtime/program/lost_output.ts";
import { divertLog } from "../../runtime/program/log.ts";
import {
  type PatientWriter,
  patientWriter,
} from "../terminal/patient_writer.ts";

/** What a supervisor writes to. */
export interface OwnOutputs {
  stdout: PatientWriter;
  stderr: PatientWriter;
  /** Hears of lines that are lost, once it is set. */
  onLoss?: (
    output: "standard output" | "standard error",
    loss: OutputLoss,
  ) => void;
}

/**
 * Runs a command with them. Its log and the reason of its failure go there, too:
 * written in any other way they would wait for a reader that has stopped.
 *
 * @returns The exit code of the command.
 */
export async function withOwnOutputs(
  run: (outputs: OwnOutputs) => Promise<number>,
): Promise<number> {
  const writerOf = (
    file: typeof Deno.stdout,
    name: "standard output" | "standard error",
  ) =>
    patientWriter(file, {
      name,
      onLoss: (loss) => outputs.onLoss?.(name, loss),
    });
  using stdout = writerOf(Deno.stdout, "standard output");
  using stderr = writerOf(Deno.stderr, "standard error");
  const outputs: OwnOutputs = { stdout, stderr };
  using _log = divertLog((text) => void stderr.write(text));
  const exitCode = await exitCodeOf(() => run(outputs));
  await Promise.all([stdout.write(""), stderr.write("")]);
  return exitCode;
}
