/**
 * What a config asks for on this machine that is no service of it: a database at
 * 127.0.0.1, or a socket. In a container that address is the container itself.
 *
 * @module
 */

import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { Places } from "./addresses.ts";
import type { Container } from "./container.ts";

/** An address of this machine: in a URL, or with its port. */
const LOCAL =
  /(?<![\w.-])(?:127(?:\.\d{1,3}){3}|localhost|\[::1\]):\d{1,5}(?!\d)|(?<=:\/\/(?:[^/\s@]*@)?)(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?![\w.:-])/g;

/** An entry of `net` that is an address of this machine. */
const LOCAL_ENTRY = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d+)?$/;

/** One that is there to listen at, and that nobody calls. */
const ANY_ENTRY = /^(?:0\.0\.0\.0|\[::\])(?::\d+)?$/;

/** Something on this machine that a service asks for. */
export interface OnThisMachine {
  /** The key of the config that names it. */
  key: string;
  /** As it is written there: an address, or `unix:` and a path. */
  address: string;
}

/** True for an address of whoever asks. */
export function isLocal(entry: string): boolean {
  return LOCAL_ENTRY.test(entry) || ANY_ENTRY.test(entry);
}

/** Lists what a container asks for, each once for a key. */
export function onThisMachine(
  { spec, environment }: Pick<Container, "spec" | "environment">,
  places: Places,
): OnThisMachine[] {
  const { runs, healthcheck } = spec;
  const net = runs.kind === "script" ? runs.permissions.net ?? [] : [];
  const listed = (typeof net === "boolean" ? [] : net).filter((entry) =>
    (LOCAL_ENTRY.test(entry) || entry.startsWith("unix:")) && !places.at(entry)
  );
  const values = [...environment.values()].map((variable) => {
    switch (variable.kind) {
      case "value":
      case "secret":
        return variable.value;
      case "passed":
        return "";
      case "filled":
        return variable.text;
    }
  });
  const found = [
    ...listed.map((address) => ({ key: "permissions.net", address })),
    ...addressesIn(runs.args, places)
      .map((address) => ({
        key: runs.kind === "command" ? "command" : "args",
        address,
      })),
    ...addressesIn(values, places)
      .map((address) => ({ key: "environment", address })),
    ...(healthcheck ? askedBy(healthcheck.probe, places) : []),
  ];
  return [
    ...new Map(
      found.map((each) => [`${each.key} ${each.address}`, each]),
    ).values(),
  ];
}

/** The addresses in texts that are those of no service. */
function addressesIn(texts: readonly string[], places: Places): string[] {
  return texts.flatMap((text) =>
    [...text.matchAll(LOCAL)].map(([address]) => address)
      .filter((address) => !places.at(address))
  );
}

function askedBy(
  probe: NonNullable<ServiceSpec["healthcheck"]>["probe"],
  places: Places,
): OnThisMachine[] {
  const texts = probe.kind === "exec"
    ? probe.args
    : [probe.kind === "http" ? probe.url : probe.address];
  const sockets = probe.kind === "tcp" || probe.kind === "grpc"
    ? [probe.address].filter((address) =>
      address.startsWith("unix:") && !places.at(address)
    )
    : [];
  return [...addressesIn(texts, places), ...sockets]
    .map((address) => ({ key: `healthcheck.${probe.kind}`, address }));
}
