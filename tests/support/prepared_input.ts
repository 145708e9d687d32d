/**
 * An input for runs that are disturbed, and what must come of it.
 *
 * @module
 */

import { writeEvents } from "../../tasks/generate.ts";
import { type RunFolder, runFolder, runWell } from "./runs.ts";

/** A folder with an input, and the answer of one process. */
export interface Prepared extends RunFolder {
  input: string;
  right: { results: string; rejects: string };
}

/** Prepares an input of which one line in fifty is a reject. */
export async function prepareInput(count: number): Promise<Prepared> {
  const folder = await runFolder();
  const input = folder.file("in.ndjson");
  await writeEvents({ count }, input);
  const lines = (await Deno.readTextFile(input)).split("\n");
  await Deno.writeTextFile(
    input,
    lines.map((line, at) => at % 50 === 7 ? `?${line}` : line).join("\n"),
  );
  const { results, rejects } = await runWell("monolith", [`--input=${input}`]);
  return { ...folder, input, right: { results, rejects } };
}
