/**
 * Which keys the config may have at a place, to suggest one for a misspelt key.
 *
 * @module
 */

import { configJsonSchema } from "./schema.ts";

/** Names the keys that the schema knows at a path. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let nodes: JsonSchema[] = [JSON.parse(configJsonSchema())];
  for (const part of path) {
    nodes = nodes.flatMap((node) =>
      [node, ...node.anyOf ?? []].flatMap((each) => {
        const next = each.properties?.[String(part)] ??
          each.additionalProperties ?? each.items;
        return typeof next === "object" ? [next] : [];
      })
    );
  }
  return nodes.flatMap((node) => [node, ...node.anyOf ?? []])
    .flatMap((node) => Object.keys(node.properties ?? {}));
}

/** The few words of JSON Schema that lead from a path to its keys. */
interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
}
