/**
 * Puts a config and the files that it includes together: the services of all,
 * and for each where it is written.
 *
 * It behaves as docker compose's `include`: each file stands for itself, with a
 * folder of its own, and may include others. Two things differ: a name that two
 * files have is always an error, and no `.env` is read unless it is named.
 * load_config.ts calls it before the passes.
 *
 * @module
 */

import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { withoutExtensions } from "../../runtime/config/extensions.ts";
import { interpolate } from "../../runtime/config/interpolation.ts";
import type { Problem } from "../../runtime/config/problems.ts";
import { placesIn } from "../../runtime/config/yaml_places.ts";
import {
  type EntryContext,
  type Unit,
  unitOf,
  withoutLinks,
} from "./include_entry.ts";
import { mergeServices } from "./merge_services.ts";
import { NAMED } from "./passes.ts";
import { placeText } from "./placed_problems.ts";
import { isMap } from "./relations.ts";
import type { FileShape } from "./schema.ts";
import type { Source, Variables } from "./source.ts";
import { checkFile, readSourceFile } from "./source_file.ts";

/** What a config itself says. */
export interface MainFile {
  /** An absolute path. */
  path: string;
  text: string;
  /** Its YAML, read. */
  written: unknown;
}

/** A config, with all that it includes. */
export interface Gathered {
  /** What one file would say that had everything in it. */
  written: unknown;
  /** Where the services of included files are written. */
  sources: Map<string, Source>;
  /** What each file says that was read, by path. */
  texts: Map<string, string>;
  problems: Problem[];
  /** True where something could not be read: there may be more services. */
  isIncomplete: boolean;
}

/** How files are read, and with which variables. */
export interface GatherContext extends Pick<EntryContext, "isFile"> {
  /** The environment. */
  variables: Variables;
  /** Returns what a file says. */
  readFile: (path: string) => string;
}

/** So many files are read for one config. */
const MAX_FILES = 1_000;

/** Reads what a config includes. */
export function gatherIncluded(
  { path, text, written: all }: MainFile,
  { variables, isFile, readFile }: GatherContext,
): Gathered {
  const texts = new Map([[path, text]]);
  const written = withoutExtensions(all, NAMED);
  const alone = {
    written,
    sources: new Map<string, Source>(),
    texts,
    problems: [],
    isIncomplete: false,
  };
  if (!isMap(written) || !Object.hasOwn(written, "include")) return alone;
  const { include, ...rest } = written;
  const own = rest.services ?? {};
  const main: Unit = {
    files: [path],
    folder: dirname(path),
    defaults: {},
    trail: [withoutLinks(path)],
  };
  const checked = checkFile({ include }, path, variables);
  const gathering = createGathering(texts, {
    variables,
    isFile,
    readText(file) {
      const known = texts.get(file) ?? readFile(file);
      texts.set(file, known);
      return known;
    },
  });
  if (isMap(own)) gathering.take(own, main);
  gathering.lack(checked.problems);
  gathering.includeAll(checked.value.include, path, main);
  const { services, sources, problems, isIncomplete } = gathering.result();
  return {
    // Whatever else the config has as its services, the schema has the words.
    written: { ...rest, services: isMap(own) ? services : rest.services },
    sources: new Map(
      [...sources].filter(([, { files }]) => files[0] !== path),
    ),
    texts,
    problems,
    isIncomplete,
  };
}

/** What has been put together so far. */
interface Gathering {
  /** Adds services; the same one may come by two ways. */
  take(services: Readonly<Record<string, unknown>>, source: Source): void;
  /** Adds problems because of which something is not read. */
  lack(problems: readonly Problem[]): void;
  /** Adds what entries of a file name, and what that includes. */
  includeAll(entries: FileShape["include"], file: string, unit: Unit): void;
  result(): Pick<Gathered, "sources" | "problems" | "isIncomplete"> & {
    services: Record<string, unknown>;
  };
}

function createGathering(
  texts: ReadonlyMap<string, string>,
  context: EntryContext,
): Gathering {
  const { variables, readText } = context;
  const services: Record<string, unknown> = {};
  const sources = new Map<string, Source>();
  const problems: Problem[] = [];
  let isIncomplete = false;
  /** What has been read: once more, it adds nothing. */
  const done = new Set<string>();

  const take: Gathering["take"] = (added, source) => {
    for (const [name, shape] of Object.entries(added)) {
      const former = sources.get(name);
      if (!former) {
        services[name] = shape;
        sources.set(name, source);
        continue;
      }
      const meanings = [[services[name], former], [shape, source]] as const;
      const [before, now] = meanings.map(([written, each]) =>
        meaningOf(written, each, variables)
      );
      if (isDeepStrictEqual(before, now)) continue;
      problems.push({
        path: ["services", name],
        file: source.files.at(-1)!,
        message: nameTwice(name, former, source, texts),
      });
    }
  };
  const lack: Gathering["lack"] = (found) => {
    problems.push(...found);
    isIncomplete ||= found.length > 0;
  };

  /** Adds the files of one entry, and what they include. */
  const takeUnit = (unit: Unit) => {
    const known = { ...unit.defaults, ...variables };
    const files = unit.files.map((file) => {
      const { value, problems } = readSourceFile(file, known, readText);
      lack(problems);
      return { file, said: value };
    });
    const auth = files.findLast(({ said }) => said.auth)?.said.auth;
    const certified = files.findLast(({ said }) => said.tls !== undefined);
    const inForce: Unit = {
      ...unit,
      auth: auth ?? unit.auth,
      tls: certified
        ? {
          value: certified.said.tls,
          path: ["tls"],
          folder: unit.folder,
          file: certified.file,
        }
        : unit.tls,
    };
    const names = files.flatMap(({ said }) => Object.keys(said.services ?? {}));
    for (const name of new Set(names)) {
      const having = files.filter(({ said }) =>
        Object.hasOwn(said.services ?? {}, name)
      );
      const merged = having.reduce<Record<string, unknown>>(
        (base, { said }) =>
          mergeServices(base, { [name]: said.services?.[name] }),
        {},
      );
      take(merged, sourceOf(inForce, having.map(({ file }) => file)));
    }
    for (const { file, said } of files) {
      includeAll(said.include, file, inForce);
    }
  };
  const includeAll: Gathering["includeAll"] = (entries, file, parent) => {
    for (const [index, entry] of entries.entries()) {
      const path = ["include", index];
      const { unit, problems } = unitOf({ entry, file, path, parent }, context);
      lack(problems);
      if (!unit) continue;
      const key = JSON.stringify(sourceOf(unit));
      if (done.has(key)) continue;
      done.add(key);
      if (done.size > MAX_FILES) {
        const message = `more than ${MAX_FILES} files would be included`;
        return lack([{ path, file, message }]);
      }
      takeUnit(unit);
    }
  };
  return {
    take,
    lack,
    includeAll,
    result: () => ({ services, sources, problems, isIncomplete }),
  };
}

function sourceOf(
  { folder, defaults, auth, tls, files: all }: Source,
  files: readonly string[] = all,
): Source {
  return { files, folder, defaults, auth, tls };
}

/** Returns what makes a service what it is, to compare two of one name. */
function meaningOf(
  written: unknown,
  { files, folder, auth, tls, defaults }: Source,
  variables: Variables,
): unknown[] {
  const { value } = interpolate(written, { ...defaults, ...variables });
  return [files, folder, auth, tls, value];
}

function nameTwice(
  name: string,
  former: Source,
  { files }: Source,
  texts: ReadonlyMap<string, string>,
): string {
  const file = former.files.at(-1)!;
  if (file === files.at(-1)) {
    return "is included twice, with other variables, another folder, another auth or other certificates; include it once";
  }
  const { line, column } = placesIn(texts.get(file) ?? "")(["services", name]);
  return `stands in ${
    placeText(file, { line, column })
  }, too; rename one of them`;
}
