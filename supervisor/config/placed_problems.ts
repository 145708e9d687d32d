/**
 * Puts the problems of a config into words, each with its file, line and column.
 *
 * @module
 */

import {
  describeProblems,
  type Problem,
} from "../../runtime/config/problems.ts";
import { type Place, placesIn } from "../../runtime/config/yaml_places.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { filesOf, type Sources } from "./source.ts";

/** The files of a config. */
export interface ConfigTexts {
  /** The config itself, an absolute path. */
  path: string;
  /** What the config and the files that it includes say, by absolute path. */
  texts: ReadonlyMap<string, string>;
  sources: Sources;
}

/** Writes problems as lines such as `config.yaml:4:5: services.a: is missing`. */
export function describePlaced(
  problems: readonly Problem[],
  { path, texts, sources }: ConfigTexts,
): string {
  const places = new Map<string, ReturnType<typeof placesIn>>();
  const findIn = (file: string) => {
    const find = places.get(file) ?? placesIn(texts.get(file) ?? "");
    places.set(file, find);
    return find;
  };
  const lines = problems.map((problem) => {
    const [line = ""] = describeProblems([problem]).split("\n");
    const found = filesOf(problem, sources, path).map((file) => ({
      file,
      ...problem.at ? { ...problem.at, depth: 0 } : findIn(file)(problem.path),
    }));
    // Of several files, the last that says anything of it.
    const deepest = Math.max(...found.map(({ depth }) => depth));
    const place = found.findLast(({ depth }) => depth === deepest)!;
    return `  ${placeText(place.file, place)}: ${line.trimStart()}`;
  });
  return [...new Set(lines)].join("\n");
}

/** Writes a place as terminals and editors read it: `config.yaml:4:5`. */
export function placeText(file: string, { line, column }: Place): string {
  return `${shortPath(file)}:${line}:${column}`;
}
