/**
 * `permissions learn`: finds out what a service has to be allowed, from what it
 * does.
 *
 * @module
 */

import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { basename } from "node:path";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { readFlags, toggle } from "../../runtime/program/flags.ts";
import {
  INTERRUPTED,
  listenForInterrupts,
} from "../../runtime/program/interrupts.ts";
import { log, print } from "../../runtime/program/log.ts";
import type { Config } from "../../supervisor/config/config.ts";
import {
  loadConfig,
  parseConfig,
} from "../../supervisor/config/load_config.ts";
import { ANY_NUMBER } from "../control/flags.ts";
import { printHelp } from "../terminal/help.ts";
import { editPermissions } from "./edit_config.ts";
import { requireScripts, WATCH_FLAGS } from "./flags.ts";
import { judge, type Judged } from "./judge.ts";
import type { Needs } from "./least.ts";
import { observe } from "./observe.ts";
import { spellingFor } from "./spelling.ts";

/** The flags of the command. */
export const learnFlags = {
  ...WATCH_FLAGS,
  write: toggle("write the permissions into the config"),
};

/** What was learned of one service. */
interface Lesson {
  judged: Judged;
  /** The block for the config, and its text with the block. */
  block: string;
  diff: string;
}

/**
 * Runs the command.
 *
 * @param argv Its arguments: flags, and one or more services.
 * @returns The exit code: 1 if a service failed while it was watched.
 * @throws {UsageError} If the command line or the config is wrong.
 * @throws {Failure} If the config cannot be edited.
 */
export async function learn(argv: string[]): Promise<number> {
  const { flags, words } = readFlags(argv, learnFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    printHelp(
      "permissions learn [flags] service ...",
      "Runs services with everything allowed and prints the permissions they need.",
      learnFlags,
    );
    return 0;
  }
  const config = await loadConfig(flags.config);
  const services = requireScripts(config, words);
  if (services.length === 0) {
    throw new UsageError(
      "Cannot learn permissions: no service is named, as in: permissions learn SERVICE",
    );
  }
  using interrupts = listenForInterrupts();
  const observations = await observe(config, {
    watched: services,
    forMs: flags.for,
    signal: interrupts.stop,
    hurry: interrupts.hurry,
  });
  if (interrupts.stop.aborted && interrupts.stop.reason !== INTERRUPTED) {
    return interrupts.stop.reason;
  }
  // As it is now: somebody may have edited it in the meantime.
  const before = await Deno.readTextFile(config.path);
  let text = before;
  const lessons: Lesson[] = [];
  for (const service of services) {
    const judged = await judge(config, service, observations);
    const { rights } = judged.needs;
    const spelling = spellingFor(config, service);
    const edited = editPermissions(text, service, rights, spelling);
    const diff = edited.text === text ? "" : diffOf(config, text, edited.text);
    lessons.push({ judged, block: edited.block, diff });
    text = edited.text;
  }
  const failed = lessons.flatMap(({ judged }) => judged.failures);
  const written = flags.write && failed.length === 0 && text !== before;
  if (written) await replaceConfig(config, text);
  print(
    flags.json
      ? JSON.stringify(lessons.map(reportOf(written)), undefined, 2)
      : lessons.map(describe(observations.ranMs)).join("\n\n"),
  );
  if (failed.length > 0) {
    throw new Failure(
      lessons.flatMap(({ judged: { service, failures } }) =>
        failures.map((reason) =>
          `Service "${service}" did not run well, so what it needs is not known: ${reason}`
        )
      ).join("\n"),
    );
  }
  if (written) log(`Wrote ${config.path}`);
  else if (flags.write) log(`Left ${config.path} as it is`);
  return 0;
}

function diffOf(config: Config, before: string, after: string): string {
  const name = basename(config.path);
  return createTwoFilesPatch(name, name, before, after, "", "learned", {
    headerOptions: FILE_HEADERS_ONLY,
  }).trimEnd();
}

/** Returns what a lesson has to say to a person. */
function describe(ranMs: number) {
  return ({ judged: { service, needs }, block, diff }: Lesson): string => {
    const seconds = (ranMs / 1_000).toFixed(1);
    const change = diff === ""
      ? "The config has exactly that."
      : `As a change of the config; --write makes it:\n\n${diff}`;
    return [
      `${service} needs, after ${seconds} s:\n\n${
        block.replaceAll(/^/gm, "    ")
      }`,
      ...notesOf(needs).map((note) => `Note: ${note}.`),
      change,
    ].join("\n\n");
  };
}

function notesOf({ notes, unset }: Needs): string[] {
  return unset.length === 0 ? notes : [
    ...notes,
    `it asked for ${
      unset.join(", ")
    }, set here but not listed under env, so that it reads as unset`,
  ];
}

/** Returns a lesson in the shape of `--json`. */
function reportOf(written: boolean) {
  return ({ judged, block, diff }: Lesson) => ({
    service: judged.service,
    block,
    diff,
    notes: notesOf(judged.needs),
    failures: judged.failures,
    written,
  });
}

/**
 * Replaces the config in one step, if its new text is a right config.
 *
 * @throws {UsageError} If it is not; the file is then as it was.
 */
async function replaceConfig({ path }: Config, text: string): Promise<void> {
  parseConfig(text, { path });
  const real = await Deno.realPath(path);
  const { mode } = await Deno.stat(real);
  await replaceFile(real, text, { mode: mode ?? undefined });
}
