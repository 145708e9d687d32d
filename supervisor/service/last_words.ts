/**
 * Says what a process has failed of, by how it ended and what it wrote last.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";
import type { ProcessExit } from "../../runtime/process/start_process.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import { loadAdvice } from "../modules/load_advice.ts";
import { findCrash, lastLine } from "./crash_report.ts";
import { describeDenial, findDenial } from "./denial.ts";
import { describeWithheld } from "./withheld.ts";

/** What a process has failed of. */
export interface LastWords {
  /** Empty where nothing tells. */
  words: string;
  /** True when they say what to change in the config: its log needs them. */
  isAdvice: boolean;
}

/** What a process is ended by for its own mistakes. */
const CRASHES: readonly Deno.Signal[] = [
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGILL",
  "SIGSEGV",
  "SIGTRAP",
];

/** How much of its last words is looked through for advice, in characters. */
const ADVICE_CHARS = 4_000;

/**
 * Returns what a process has failed of; nothing for one that ended well.
 *
 * @param tail What it wrote last to standard error.
 * @param spec What it was started with.
 * @param withheld The names of the variables that it did not get.
 */
export function lastWordsOf(
  exit: ProcessExit,
  tail: string,
  spec: ServiceSpec,
  withheld: readonly string[],
): LastWords {
  const say = (words = "") => ({ words, isAdvice: false });
  if (exit.code === 0) return say();
  const said = stripVTControlCharacters(tail);
  if (exit.signal !== null) {
    // Another signal comes from outside, whatever was written before.
    return say(CRASHES.includes(exit.signal) ? findCrash(said) : "");
  }
  const denial = findDenial(said);
  if (denial) return { words: describeDenial(denial, spec), isAdvice: true };
  const unloadable = spec.runs.kind === "script"
    ? loadAdvice(said, spec.runs.script)
    : undefined;
  if (unloadable !== undefined) return { words: unloadable, isAdvice: true };
  const reason = findCrash(said) ?? lastLine(said);
  const advice = describeWithheld(said.slice(-ADVICE_CHARS), withheld, spec);
  return advice === undefined
    ? say(reason)
    : { words: `${reason}; ${advice}`, isAdvice: true };
}
