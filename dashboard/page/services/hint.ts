/**
 * Makes of the sentence that says what a service lacks the lines of its entry in
 * config.yaml, to be copied.
 *
 * @module
 */

const ADD =
  /^Denied [a-z ]+? to (.+): add (.+) under (services\.\S+\.permissions\.\S+(?: and services\.\S+)?)$/;
const ALL =
  /^Denied [a-z ]+: set (services\.\S+(?: and services\.\S+)?) to true$/;
const NAMES =
  /^(\w+(?:, \w+)*) (?:was|were) withheld from its environment: add (?:it|them) under services\.\S+\.permissions\.env;/;

/** What the lines look like; undefined where a sentence is all there is. */
export function linesToAdd(hint: string): string | undefined {
  const add = ADD.exec(hint);
  if (add) {
    const [, value = "", what = "", places = ""] = add;
    return lines(places, `[${asYaml(what === "it" ? value : what)}]`);
  }
  const all = ALL.exec(hint)?.[1];
  if (all !== undefined) return lines(all, "true");
  const names = NAMES.exec(hint)?.[1];
  return names === undefined ? undefined : `permissions:\n  env: [${names}]`;
}

function lines(places: string, value: string): string {
  const kinds = places.split(" and ").map((place) => place.split(".").at(-1));
  return [
    "permissions:",
    ...kinds.map((kind) => `  ${kind}: ${value}`),
  ].join("\n");
}

/** Quoted unless it is plainly a path, a name or an address. */
function asYaml(value: string): string {
  return /^[\w./~][\w./@~-]*(?::\d+)?$/.test(value)
    ? value
    : JSON.stringify(value);
}
