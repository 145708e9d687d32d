/**
 * Finds the service and the method that are meant by a word of the command line.
 *
 * @module
 */

import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { UsageError } from "../../runtime/program/errors.ts";
import type { Directory } from "./directory.ts";
import { suggestion, suggestionOrAll } from "../../runtime/program/suggest.ts";

/** Most services that a message names. */
const MAX_NAMED = 20;

/** What a word means. */
export interface Choice {
  /** Full name of the service. */
  service: string;
  /** As it was written. */
  method: string | undefined;
}

/**
 * Reads `package.Service/Method`, `package.Service.Method`, or either without the
 * method. The package may be left out where one service only has that name.
 *
 * @param directory The services that there are.
 * @throws {UsageError} If no service is meant, or several.
 */
export function chooseService(
  word: string,
  { services, where, remedy }: Omit<Directory, "serversOf">,
): Choice {
  const [name, method] = word.replace(/^\//, "").split("/", 2) as [
    string,
    string?,
  ];
  const dot = name.lastIndexOf(".");
  const service = find(name, services);
  if (service !== undefined) return { service, method: method || undefined };
  const before = find(name.slice(0, dot), services);
  if (method === undefined && dot > 0 && before !== undefined) {
    return { service: before, method: name.slice(dot + 1) };
  }
  throw new UsageError(
    `Cannot call "${word}": there is no service "${name}" ${where}${
      suggestion(name, withShortNames(services), `; ${list(services)}`)
    }${remedy && `; ${remedy}`}`,
  );
}

function find(name: string, services: readonly string[]): string | undefined {
  if (services.includes(name)) return name;
  const ending = services.filter((each) => each.endsWith(`.${name}`));
  if (ending.length < 2) return ending[0];
  throw new UsageError(
    `Cannot call "${name}": several services have that name, ${
      ending.slice(0, MAX_NAMED).join(" and ")
    }`,
  );
}

function withShortNames(services: readonly string[]): string[] {
  return services.flatMap((name) => [
    name,
    name.slice(name.lastIndexOf(".") + 1),
  ]);
}

function list(services: readonly string[]): string {
  if (services.length === 0) return "there is none at all";
  const more = services.length - MAX_NAMED;
  return `there are ${services.slice(0, MAX_NAMED).join(", ")}${
    more > 0 ? ` and ${more} more` : ""
  }`;
}

/** @throws {UsageError} If the service has no such method. */
export function chooseMethod(name: string, service: DescService): DescMethod {
  const method = service.methods.find((each) => each.name === name);
  if (method) return method;
  throw new UsageError(
    `Cannot call "${service.typeName}/${name}": it has no such method${
      suggestionOrAll(name, service.methods.map((each) => each.name))
    }`,
  );
}
