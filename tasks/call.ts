/**
 * The `call` command: calls any gRPC method, with JSON for its messages.
 *
 * @module
 */

import type { DescMethod } from "@bufbuild/protobuf";
import { Failure, Fault, UsageError } from "../runtime/program/errors.ts";
import {
  duration,
  type Flags,
  readFlags,
  toggle,
} from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { log, print } from "../runtime/program/log.ts";
import { callMethod, givesStream, takesStream } from "./call/call_method.ts";
import { chooseMethod, chooseService } from "./call/choose.ts";
import {
  type Directory,
  directoryAt,
  directoryOfBroker,
  findServer,
} from "./call/directory.ts";
import {
  describeListed,
  exampleCommand,
  type Listed,
  listed,
  listedAsJson,
} from "./call/listing.ts";
import { headers, metadataOf } from "./call/metadata.ts";
import { readRequests, STDIN } from "./call/requests.ts";
import {
  type DescribedService,
  openServer,
  type Server,
} from "./call/server.ts";
import { describeStatus } from "./call/status.ts";
import { ANY_NUMBER, runConfig } from "./control/flags.ts";
import { showToken } from "./control/owners_token.ts";
import { showCertificate } from "./control/own_certificate.ts";
import { TLS_FLAGS } from "../runtime/program/tls_files.ts";
import {
  brokerAddress,
  brokerOf,
  resolveAddress,
  serviceAddress,
} from "./control/service_address.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const callFlags = {
  address: serviceAddress("the server, instead of one that the broker knows"),
  broker: brokerAddress,
  header: headers("what else the server is told; may be repeated"),
  H: headers("the same"),
  config: runConfig,
  ...TLS_FLAGS,
  timeout: duration("how long the call may take", undefined),
  json: toggle("print JSON: a list as one document, each answer as one line"),
  help: toggle("print this"),
};

/** How many servers are asked at the same time for a list. */
const ASKED_AT_ONCE = 8;

/**
 * Runs the command.
 *
 * @param argv Its arguments: a service or a method, and requests as JSON.
 * @returns The exit code.
 * @throws {UsageError} If a flag, a name or a request is wrong.
 * @throws {Failure} If the call fails; the message has the status by its name.
 */
export async function call(argv: string[]): Promise<number | void> {
  const { flags, given, words } = readFlags(argv, callFlags, {
    maxWords: ANY_NUMBER,
  });
  if (flags.help) {
    return printHelp(
      "call [flags] [SERVICE[/METHOD] [JSON | @FILE | - ...]]",
      "Calls a gRPC method, or lists the services and methods that there are.",
      callFlags,
    );
  }
  const again = (["address", "broker", "config"] as const).filter((name) =>
    given.has(name)
  ).map((name) => `--${name}=${flags[name]}`);
  const [word, ...requests] = words;
  const noToken = await showToken(flags.config);
  await showCertificate(flags, flags.config);
  const directory = await openDirectory(flags);
  if (word === undefined) {
    return printList(await listAll(directory), flags.json, again);
  }
  const choice = chooseService(word, directory);
  if (choice.method === undefined) {
    if (requests.length > 0) {
      throw new UsageError(
        `Cannot call "${word}": it is a service; name a method of it, as in ${choice.service}/METHOD`,
      );
    }
    const { server, described } = await findServer(directory, choice.service);
    const { service } = choice;
    const only = { service, address: server.address, described };
    return printList([only], flags.json, again);
  }
  const { server, described } = await findServer(directory, choice.service);
  const method = chooseMethod(choice.method, described.service);
  return await make({
    server,
    described,
    method,
    requests,
    flags,
    again,
    noToken,
  });
}

/** Where the services are that the flags are about. */
async function openDirectory(
  { address, broker, config, header, H }: Flags<typeof callFlags>,
): Promise<Directory> {
  const metadata = metadataOf([...header, ...H]);
  const open = (at: string) => openServer(at, { metadata });
  return address === undefined
    ? await directoryOfBroker(await brokerOf(broker, config), open)
    : await directoryAt(open(await resolveAddress(address, config)));
}

async function listAll(directory: Directory): Promise<Listed[]> {
  const all: Listed[] = [];
  const left = [...directory.services];
  while (left.length > 0) {
    const some = left.splice(0, ASKED_AT_ONCE);
    all.push(
      ...await Promise.all(
        some.map((service) => listed(directory, service)),
      ),
    );
  }
  return all;
}

function printList(
  services: readonly Listed[],
  json: boolean,
  flags: readonly string[],
): void {
  if (json) print(JSON.stringify(listedAsJson(services), undefined, 2));
  else print(describeListed(services, flags));
}

/** A call that is to be made. */
interface Wanted {
  server: Server;
  described: DescribedService;
  method: DescMethod;
  requests: readonly string[];
  flags: Flags<typeof callFlags>;
  /** What has to be given to call the same server again. */
  again: readonly string[];
  /** Why no token is shown; "" where one is. */
  noToken: string;
}

async function make(
  { server, described, method, requests, flags, again, noToken }: Wanted,
): Promise<number | void> {
  if (takesStream(method) && requests.length === 0) {
    throw new UsageError(
      `Cannot call "${method.parent.typeName}/${method.name}": it takes a stream of requests, and none is given; as in ${
        exampleCommand(method, again)
      }, or "-" for standard input`,
    );
  }
  if (requests.includes(STDIN) && Deno.stdin.isTerminal()) {
    log("Reading requests as JSON from the terminal; Ctrl-D ends them");
  }
  using interrupts = listenForInterrupts();
  const { stop, hurry } = interrupts;
  hurry.addEventListener("abort", () => Deno.exit(hurry.reason));
  const isForPerson = !flags.json && !givesStream(method) &&
    Deno.stdout.isTerminal();
  try {
    const answers = callMethod(server, method, readRequests(requests), {
      ...described,
      signal: stop,
      deadlineMs: flags.timeout,
    });
    for await (const answer of answers) {
      print(JSON.stringify(answer, undefined, isForPerson ? 2 : undefined));
    }
  } catch (error) {
    if (stop.aborted) return stop.reason;
    if (!(error instanceof Fault)) throw error;
    const lines = [
      await describeStatus(error, described),
      ...(error.code === "invalid" && requests.length === 0
        ? [
          `The request was empty, as none is given; with one: ${
            exampleCommand(method, again)
          }`,
        ]
        : []),
      ...(error.code === "unauthenticated" && noToken ? [noToken] : []),
    ];
    throw new Failure(
      lines.join("\n"),
      1,
      { cause: error },
    );
  }
}
