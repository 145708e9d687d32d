/**
 * What may stand where a help writes a placeholder: a choice, a file, a name
 * from the config.
 *
 * Helps are the only source: what they call FILE, SERVICE or `ndjson|csv` is
 * what a shell offers there, so no command has to say it twice.
 *
 * @module
 */

/** Words that only the folder where the user stands can tell. */
export const ASKED = [
  "services",
  "profiles",
  "stages",
  "variants",
  "stages-and-variants",
] as const;

/** One kind of them. */
export type Asked = (typeof ASKED)[number];

/** What a shell offers at one place. */
export interface Candidates {
  /** Words as they are. */
  fixed: readonly string[];
  /** Words to ask for. */
  asked?: Asked;
  /** What each of these is followed by, where that is no blank. */
  suffix?: string;
  paths?: "files" | "folders";
  commands?: true;
}

/** What words as helps write them stand for. */
const KINDS: Record<string, Omit<Candidates, "fixed">> = {
  FILE: { paths: "files" },
  FOLDER: { paths: "folders" },
  DIR: { paths: "folders" },
  folder: { paths: "folders" },
  SERVICE: { asked: "services" },
  service: { asked: "services" },
  "service=number": { asked: "services", suffix: "=" },
  PROFILE: { asked: "profiles" },
  STAGE: { asked: "stages" },
  "STAGE=VARIANT": { asked: "variants" },
  "STAGE[=VARIANT]": { asked: "stages-and-variants" },
  COMMAND: { commands: true },
  command: { commands: true },
};

/** A word that is meant as it is written. */
const LITERAL = /^[a-z][a-z0-9_-]*$/;

/**
 * Reads a placeholder of a flag or of a usage, such as `FILE|-` or `N|auto`.
 * What it does not know gives no candidates.
 */
export function candidatesOf(placeholder: string): Candidates {
  const found: Candidates = { fixed: [] };
  const fixed: string[] = [];
  const words = placeholder.split("|").map((word) => word.trim());
  for (const word of words) {
    // Among others a small word is one to choose: `service|pipeline`.
    const isChoice = words.length > 1 && LITERAL.test(word);
    const kind = isChoice ? undefined : KINDS[word];
    // Files may be folders too, not the other way round.
    if (kind) Object.assign(found, kind, found.paths && { paths: "files" });
    else if (LITERAL.test(word)) fixed.push(word);
  }
  return { ...found, fixed };
}

/** The words that may follow a command. */
export interface Words extends Candidates {
  /** Any number of them, not only one. */
  many: boolean;
}

/**
 * Reads what a usage lets follow the command.
 *
 * @param usage As in `ps [flags] [service ...]`.
 * @param command The words of the command itself, which begin the usage.
 */
export function wordsOf(usage: string, command: readonly string[]): Words {
  const rest = usage.split(/\s+/).slice(command.length).join(" ")
    .replace("[flags]", "")
    // What follows `--` goes to another program.
    .replace(/\[?-- .*/, "")
    .trim();
  const bare = rest.replace(/\s*(\.{3}|…)/g, "").trim()
    .replace(/^\[(.*)\]$/, "$1");
  // A sequence of different words, as in `call`, is nothing a shell can know.
  const isOne = !/\s|\[\//.test(bare);
  return {
    ...(isOne ? candidatesOf(bare) : { fixed: [] }),
    many: /\.{3}|…/.test(rest),
  };
}
