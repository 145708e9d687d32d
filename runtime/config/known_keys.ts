/**
 * Which keys a file may have at a place, to suggest one for a misspelt key.
 *
 * @module
 */

/**
 * Names the keys that a schema knows at a path.
 *
 * @param schema The schema for editors, as text.
 */
export function knownKeys(
  schema: string,
  path: readonly PropertyKey[],
): string[] {
  let nodes: JsonSchema[] = [JSON.parse(schema)];
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
