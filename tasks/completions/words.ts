/**
 * Finds words that a shell offers and that only the user's files can tell:
 * services, profiles, stages.
 *
 * A shell asks at each press of a key. So it reads only the YAML, checks
 * nothing, and loads nothing of the supervisor or the pipeline. Where a file
 * cannot be read there are no words: the command itself will say why.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { interpolate } from "../../runtime/config/interpolation.ts";
import { isFileOnDisk } from "../../runtime/config/named_files.ts";
import { readYaml } from "../../runtime/config/yaml_text.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import type { Asked } from "./candidates.ts";

/** The files that hold the words. */
export interface WordFiles {
  config: string;
  /** A stages file besides the one that ships. */
  stages?: string | undefined;
}

/** Finds the words of a kind, in the order in which they are written. */
export async function wordsFrom(
  asked: Asked,
  { config, stages }: WordFiles,
): Promise<string[]> {
  switch (asked) {
    case "services":
      return [
        ...(await servicesIn(config)).map(([name]) => name),
        ...await dashboardIn(config),
      ];
    case "profiles":
      return unique(
        (await servicesIn(config)).flatMap(([, service]) =>
          texts(entry(service, "profiles"))
        ),
      );
    case "stages":
      return (await stagesIn(stages)).map(([name]) => name);
    case "variants":
      return variantsOf(await stagesIn(stages));
    case "stages-and-variants": {
      const found = await stagesIn(stages);
      return [...found.map(([name]) => name), ...variantsOf(found)];
    }
  }
}

/** Reads the services of a config and of what it includes. */
async function servicesIn(
  path: string,
  seen = new Set<string>(),
): Promise<[string, unknown][]> {
  if (seen.has(path)) return [];
  seen.add(path);
  const config = await yamlIn(path);
  const included: [string, unknown][] = [];
  for (const name of includedBy(config)) {
    included.push(...await servicesIn(resolve(dirname(path), name), seen));
  }
  return [...entries(entry(config, "services")), ...included];
}

/** Names the service that `dashboard:` stands for, where it is on. */
async function dashboardIn(path: string): Promise<string[]> {
  return entry(await yamlIn(path), "dashboard") ? ["dashboard"] : [];
}

/** Reads `include:`, which is a path, or a list of paths or of maps with one. */
function includedBy(config: unknown): string[] {
  const { value } = interpolate(
    entry(config, "include"),
    Deno.env.toObject(),
  );
  return [value].flat().flatMap((each) =>
    texts(typeof each === "string" ? [each] : [entry(each, "path")].flat())
  );
}

/** Reads the variants of each stage, those that ship first. */
async function stagesIn(
  path: string | undefined,
): Promise<[stage: string, variants: string[]][]> {
  const found = new Map<string, string[]>();
  const files = [join(PROJECT, "stages/stages.yaml"), ...path ? [path] : []];
  for (const file of files) {
    for (const [stage, shape] of entries(entry(await yamlIn(file), "stages"))) {
      const names = entries(entry(shape, "variants")).map(([name]) => name);
      found.set(stage, unique([...found.get(stage) ?? [], ...names]));
    }
  }
  return [...found];
}

function variantsOf(stages: readonly [string, string[]][]): string[] {
  return stages.flatMap(([stage, variants]) =>
    variants.map((variant) => `${stage}=${variant}`)
  );
}

async function yamlIn(path: string): Promise<unknown> {
  try {
    // A pipe or a device would be waited for, or read without an end.
    if (!isFileOnDisk(path)) return undefined;
    return readYaml(await Deno.readTextFile(path));
  } catch (error) {
    // Whatever is wrong with the file: a key was pressed, and nothing was run.
    if (error instanceof Error) return undefined;
    throw error;
  }
}

function entry(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null &&
      Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function entries(value: unknown): [string, unknown][] {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.entries(value).filter(([name]) => isShown(name))
    : [];
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((each) => typeof each === "string" && isShown(each))
    : [];
}

/** False for what would be several lines for a shell, or none. */
function isShown(name: string): boolean {
  return /^[^\p{Cc}]+$/u.test(name);
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
