/**
 * What a config's files say as they are written: no default, nothing filled in.
 *
 * For whoever has to tell what a user wrote from what is so by itself.
 *
 * @module
 */

import { withoutExtensions } from "../../runtime/config/extensions.ts";
import { readYaml } from "../../runtime/config/yaml_text.ts";
import type { Config } from "./config.ts";
import { mergeServices } from "./merge_services.ts";
import { NAMED } from "./passes.ts";

/** Keys with what stands after them. */
export type WrittenKeys = Readonly<Record<string, unknown>>;

/** What the files of a config say. */
export interface Written {
  /** The config itself, without its services. */
  file: WrittenKeys;
  /** Each service; of one that several files have, all that they say. */
  services: ReadonlyMap<string, WrittenKeys>;
}

/** Reads the texts of a config once more. It is right, so nothing can fail. */
export function writtenIn(
  { path, texts, sources, services }: Pick<
    Config,
    "path" | "texts" | "sources" | "services"
  >,
): Written {
  const files = new Map(
    [...texts].map(([file, text]) => [
      file,
      Object(withoutExtensions(readYaml(text), NAMED)) as WrittenKeys,
    ]),
  );
  const { services: _, ...file } = files.get(path) ?? {};
  const all = [...services.keys()].map((service) => {
    const said = (sources.get(service)?.files ?? [path])
      .map((each) => Object(files.get(each)?.services)[service] as unknown)
      .filter((each) => each !== undefined)
      .reduce<Record<string, unknown>>(
        (base, each) => mergeServices(base, { [service]: each }),
        {},
      );
    return [service, Object(said[service]) as WrittenKeys] as const;
  });
  return { file, services: new Map(all) };
}
