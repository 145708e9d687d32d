/**
 * Two outputs, often of one terminal, on which services write. Each line has
 * its service's name before it. A text without a line end is shown as it is,
 * and nobody else writes behind it.
 *
 * @module
 */

import type { PrintedAs } from "../../runtime/program/visible_text.ts";
import type { OutputChunk } from "../../supervisor/supervisor.ts";
import type { PatientWriter } from "../terminal/patient_writer.ts";
import { prefixLines } from "../terminal/terminal.ts";

/** One of the two. */
export type Output = Pick<PatientWriter, "write">;

/** Where services write. */
export interface LineScreen {
  /** Shows what a service has written. */
  show(chunk: OutputChunk): Promise<void>;
  /**
   * Ends the line of whoever has not ended it, for somebody else's. Resolves once
   * that is written.
   */
  endLine(): Promise<void>;
}

/**
 * Makes a screen of the two.
 *
 * @param as What services write is shown so.
 */
export function createLineScreen(
  stdout: Output,
  stderr: Output,
  as: PrintedAs,
): LineScreen {
  /** Whose line stands at the end, without a line end; and on which output. */
  let open: { name: string; writer: Output } | undefined;
  const isRest = createLineMemory();
  const endLine = () => {
    const ended = open?.writer.write("\n") ?? Promise.resolve();
    open = undefined;
    return ended;
  };
  return {
    endLine,
    async show(chunk) {
      const { name, stream, text } = chunk;
      const goesOnWithLine = isRest(chunk);
      const writer = stream === "stdout" ? stdout : stderr;
      const next = text.endsWith("\n") ? undefined : { name, writer };
      if (open?.name === name && open.writer === writer) {
        open = next;
        const lines = prefixLines(name, text).slice(`${name} | `.length);
        return await writer.write(lines, as);
      }
      // Its line was ended in between.
      const isEnded = goesOnWithLine && text.startsWith("\n");
      const lines = isEnded ? text.slice(1) : text;
      if (lines === "") return;
      void endLine();
      open = next;
      await writer.write(prefixLines(name, lines), as);
    },
  };
}

/** Tells of each chunk whether it goes on with a line that the one before began. */
export function createLineMemory(): (chunk: OutputChunk) => boolean {
  const begun = new Set<string>();
  return ({ name, stream, text }) => {
    const key = `${stream} ${name}`;
    const goesOn = begun.delete(key);
    if (!text.endsWith("\n")) begun.add(key);
    return goesOn;
  };
}
