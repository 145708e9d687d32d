/**
 * Where the generations of a followed file are written down, before anything of
 * them is sent: whoever goes on with the run finds each of them again.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { PRIVATE_FILE } from "../../runtime/files/own_folder.ts";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Generation } from "./generation.ts";

/** The generations of a run. */
export interface Generations {
  /** The number of the first that is still needed. */
  first: number;
  generations: Generation[];
}

/** Keeps the generations of one run. */
export interface GenerationStore {
  /** @throws {Fault} `failed_precondition` if they cannot be read. */
  load(): Promise<Generations | undefined>;
  /** @throws {Fault} `failed_precondition` if they cannot be written. */
  save(generations: Generations): Promise<void>;
}

/** The files of a store: the whole one, and the one that is being written. */
export const GENERATION_FILES = ["followed.json", "followed.json.partial"];

/** Keeps them in a folder. */
export function openGenerations(folder: string): GenerationStore {
  const [path, partial] = GENERATION_FILES.map((name) => join(folder, name));
  const cannot = (what: string, error: unknown) =>
    new Fault(
      "failed_precondition",
      `Cannot ${what} "${path}": ${systemReason(error)}`,
      { cause: error },
    );
  return {
    async load() {
      try {
        const text = await ifThere(Deno.readTextFile(path!));
        return text === undefined ? undefined : JSON.parse(text);
      } catch (error) {
        throw cannot("read", error);
      }
    },
    async save(generations) {
      try {
        await replaceFile(path!, `${JSON.stringify(generations)}\n`, {
          durable: true,
          mode: PRIVATE_FILE,
          partial: partial!,
        });
      } catch (error) {
        throw cannot("write", error);
      }
    },
  };
}

/** Keeps them for as long as the process lasts, which is as long as the run. */
export function rememberGenerations(): GenerationStore {
  let kept: Generations | undefined;
  return {
    load: () => Promise.resolve(kept),
    save(generations) {
      kept = generations;
      return Promise.resolve();
    },
  };
}
