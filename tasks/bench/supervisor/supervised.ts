/**
 * A `supervise` process over services of its own, and what it says of them.
 *
 * @module
 */

import { stringify } from "@std/yaml";
import { join } from "node:path";
import type { Guardian } from "../../../runtime/process/guardian.ts";
import {
  type MemoryField,
  readMemory,
} from "../../../runtime/process/process_memory.ts";
import { SUPERVISE } from "../../supervise/background.ts";
import { type ProgramUnderTest, startProgram } from "../program_under_test.ts";

/** A `supervise` process; disposing stops it and removes its folder. */
export interface Supervised extends ProgramUnderTest {
  readonly folder: string;
}

/**
 * Supervises services, by their definitions in a config.
 *
 * @param options.folder Where the config is, and the state. @default {a new one}
 * @param options.top What else stands in the config. @default {nothing}
 */
export async function superviseServices(
  guardian: Guardian,
  services: Record<string, unknown>,
  { folder, top = {} }: {
    folder?: string;
    top?: Record<string, unknown>;
  } = {},
): Promise<Supervised> {
  folder ??= await Deno.makeTempDir({ prefix: "denizen-bench-" });
  const config = join(folder, "config.yaml");
  await Deno.writeTextFile(config, stringify({ ...top, services }));
  const program = startProgram(guardian, {
    ...SUPERVISE,
    args: ["--plain", `--config=${config}`],
  });
  return {
    ...program,
    folder,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const SLEEP = { command: ["sleep", "1000"] };

/** Services that do nothing. */
export function sleepers(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`s${index}`, SLEEP]),
  );
}

/** What a process holds, in bytes; NaN where that cannot be known. */
export async function memoryOf(
  pid: number,
  field: MemoryField,
): Promise<number> {
  return await readMemory(pid, field) ?? NaN;
}
