/**
 * Lists services with their methods, each with a command line that calls it.
 *
 * @module
 */

import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { commandFor } from "../../runtime/program/command_name.ts";
import { visibleInLine } from "../../runtime/program/visible_text.ts";
import { exampleOf } from "./example.ts";
import { type Directory, findServer } from "./directory.ts";
import type { DescribedService } from "./server.ts";
import { commentOf } from "./types.ts";

/** A service, or why it cannot be described. */
export type Listed =
  & { service: string; address: string }
  & ({ described: DescribedService } | { problem: string });

/** Asks whoever has a service for it; whatever is wrong is part of the list. */
export async function listed(
  directory: Pick<Directory, "serversOf">,
  service: string,
): Promise<Listed> {
  try {
    const { server, described } = await findServer(directory, service);
    return { service, address: server.address, described };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const { address } = directory.serversOf(service)[0]!;
    return { service, address, problem: error.message };
  }
}

/**
 * Writes a list for a person.
 *
 * @param flags What has to be given to call the same server again.
 */
export function describeListed(
  services: readonly Listed[],
  flags: readonly string[],
): string {
  return services.map((each) => {
    const head = `${each.service} at ${each.address}`;
    if ("problem" in each) return `${head}\n  ${visibleInLine(each.problem)}`;
    const methods = each.described.service.methods.map((method) =>
      describeMethod(method, flags)
    );
    return [head, ...methods].join("\n");
  }).join("\n\n");
}

function describeMethod(method: DescMethod, flags: readonly string[]): string {
  const kind = method.methodKind.replace("_", " ");
  const comment = firstSentence(commentOf(method.parent, method.name));
  return [
    `  ${method.name} (${kind})`,
    ...(comment ? [`    ${comment}`] : []),
    `    ${exampleCommand(method, flags)}`,
  ].join("\n");
}

/** A command line that calls a method with made-up values. */
export function exampleCommand(
  method: DescMethod,
  flags: readonly string[] = [],
): string {
  const name = `${method.parent.typeName}/${method.name}`;
  const request = JSON.stringify(exampleOf(method.input));
  return [commandFor("call"), ...[...flags, name, request].map(asWord)].join(
    " ",
  );
}

/** Writes a word for the shell, in quotes where it takes them. */
function asWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word)
    ? word
    : `'${word.replaceAll("'", "'\\''")}'`;
}

function firstSentence(text: string): string {
  return text.split(/(?<=\.)\s/, 1)[0] ?? "";
}

/** What `--json` has of a list. */
export function listedAsJson(services: readonly Listed[]): JsonObject[] {
  return services.map((each) => {
    const { service, address } = each;
    if ("problem" in each) return { service, address, problem: each.problem };
    const { methods } = each.described.service;
    return {
      service,
      address,
      methods: methods.map((method) => ({
        method: method.name,
        kind: method.methodKind,
        description: commentOf(method.parent, method.name),
        request: exampleOf(method.input),
      })),
    };
  });
}
