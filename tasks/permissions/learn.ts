/**
 * `permissions learn`: finds out what a service has to be allowed, from what it
 * does.
 *
 * @module
 */

import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { relative } from "node:path";
import { replaceFile } from "../../runtime/files/replace_file.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { readFlags, toggle } from "../../runtime/program/flags.ts";
import {
  INTERRUPTED,
  listenForInterrupts,
} from "../../runtime/program/interrupts.ts";
import { log, print } from "../../runtime/program/log.ts";
import {
  type Config,
  filesOfService,
  taskFor,
} from "../../supervisor/config/config.ts";
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
  /** The file that its permissions stand in; none where several files have it. */
  file: string | undefined;
  /** The block for that file, and what it changes there. */
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
  const edits = createEdits();
  const lessons: Lesson[] = [];
  for (const service of services) {
    const judged = await judge(config, service, observations);
    const { rights } = judged.needs;
    const spelling = spellingFor(config, service);
    const [file, ...others] = filesOfService(config, service);
    if (file === undefined || others.length > 0) {
      const { block } = editPermissions(
        `services:\n  ${service}:\n    script: ""\n`,
        service,
        rights,
        spelling,
      );
      lessons.push({ judged, file: undefined, block, diff: "" });
      continue;
    }
    const before = await edits.textOf(file);
    const edited = editPermissions(before, service, rights, spelling);
    const diff = edited.text === before
      ? ""
      : diffOf(fileName(config, file), before, edited.text);
    lessons.push({ judged, file, block: edited.block, diff });
    edits.change(file, edited.text);
  }
  const failed = lessons.flatMap(({ judged }) => judged.failures);
  const changed = edits.changed();
  const written = flags.write && failed.length === 0 && changed.size > 0;
  if (written) await replaceFiles(config, changed);
  print(
    flags.json
      ? JSON.stringify(lessons.map(reportOf(written)), undefined, 2)
      : lessons.map(describe(config, observations.ranMs)).join("\n\n"),
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
  const files = [...new Set(lessons.flatMap(({ file }) => file ?? []))];
  for (const file of flags.write ? files : []) {
    log(changed.has(file) ? `Wrote ${file}` : `Left ${file} as it is`);
  }
  if (written && observations.supervised) {
    log(`"${taskFor("reload", config.path)}" has the supervisor take it over`);
  }
  return 0;
}

/** What files say, and will say. */
function createEdits() {
  const before = new Map<string, string>();
  const after = new Map<string, string>();
  return {
    /** Reads a file as it is now: somebody may have edited it in the meantime. */
    async textOf(file: string): Promise<string> {
      const text = after.get(file) ?? await Deno.readTextFile(file);
      if (!before.has(file)) before.set(file, text);
      return text;
    },
    change: (file: string, text: string) => void after.set(file, text),
    /** Returns the new texts of those that differ. */
    changed: () =>
      new Map([...after].filter(([file, text]) => before.get(file) !== text)),
  };
}

/** Names a file as one would find it from the config. */
function fileName({ folder }: Config, file: string): string {
  return relative(folder, file);
}

function diffOf(name: string, before: string, after: string): string {
  return createTwoFilesPatch(name, name, before, after, "", "learned", {
    headerOptions: FILE_HEADERS_ONLY,
  }).trimEnd();
}

/** Returns what a lesson has to say to a person. */
function describe(config: Config, ranMs: number) {
  return (
    { judged: { service, needs }, file, block, diff }: Lesson,
  ): string => {
    const seconds = (ranMs / 1_000).toFixed(1);
    const several = filesOfService(config, service)
      .map((each) => fileName(config, each)).join(" and ");
    const where = file === undefined || file === config.path
      ? "the config"
      : fileName(config, file);
    const change = file === undefined
      ? `${several} have it together: write it there by hand.`
      : diff === ""
      ? "The config has exactly that."
      : `As a change of ${where}; --write makes it:\n\n${diff}`;
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
  return ({ judged, file, block, diff }: Lesson) => ({
    service: judged.service,
    ...file === undefined ? {} : { file },
    block,
    diff,
    notes: notesOf(judged.needs),
    failures: judged.failures,
    written,
  });
}

/**
 * Replaces files of a config, each in one step, if it is right with all of them.
 *
 * @throws {UsageError} If it is not; the files are then as they were.
 */
async function replaceFiles(
  { path }: Config,
  texts: ReadonlyMap<string, string>,
): Promise<void> {
  parseConfig(texts.get(path) ?? await Deno.readTextFile(path), {
    path,
    readFile: (file) => texts.get(file) ?? Deno.readTextFileSync(file),
  });
  for (const [file, text] of texts) {
    const real = await Deno.realPath(file);
    const { mode } = await Deno.stat(real);
    await replaceFile(real, text, { mode: mode ?? undefined });
  }
}
