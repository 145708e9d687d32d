/**
 * A service as containers run it: what its process is given, with the addresses
 * and the paths that are true in there. Compose and Kubernetes write the same of
 * it in their own words.
 *
 * @module
 */

import { commandLine } from "../../../runtime/process/command_line.ts";
import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { Project } from "../project.ts";
import { type Places, placesOf } from "./addresses.ts";
import {
  type Certificate,
  certificateOf,
  TLS_IN_CONTAINER,
  withCertificate,
} from "./certificate.ts";
import { type Variable, variablesOf } from "./environment_values.ts";
import { type ImagePaths, imagePaths } from "./image_paths.ts";
import { labelsFor } from "./names.ts";
import { type Storage, storageOf } from "./volumes.ts";

/** Programs that the image of a project has besides its files. */
const IN_IMAGE = ["deno", "node", "npm", "npx", "sh", "bash"];

/** How whoever runs containers asks one whether it is well. */
type Healthcheck = NonNullable<ServiceSpec["healthcheck"]>;

/** One kind of container, and how many of it there are. */
export interface Container {
  /** A label that no other container has. */
  name: string;
  /** The label by which others call it, which all of its replicas share. */
  host: string;
  /** What the config says of it; of several replicas, of the first. */
  spec: ServiceSpec;
  replicas: number;
  /** The program and its arguments. */
  command: readonly [string, ...string[]];
  /** Whether its program is in no image that is known here. */
  isForeign: boolean;
  /** In the image. */
  workingDir: string;
  environment: ReadonlyMap<string, Variable>;
  /** Where it listens, on all of its addresses. */
  port: number | undefined;
  /** Whether the config leaves it open which port that is. */
  isAnyPort: boolean;
  /** Its addresses are those in the container. */
  healthcheck: Healthcheck | undefined;
  storage: Storage;
  /** It then calls and serves by TLS, and needs no token. */
  certificate: Certificate | undefined;
  /** Services that it may call. */
  calls: readonly string[];
}

/** All containers of a config. */
export interface Containers {
  containers: readonly Container[];
  places: Places;
  paths: ImagePaths;
  /** The label of each service, by which it is called. */
  hosts: ReadonlyMap<string, string>;
}

/** What containers are made of. */
export type ContainerSource = Pick<
  Project,
  "services" | "written" | "fileVariables"
>;

/**
 * Makes containers of the services of a config. Opens no file.
 *
 * @param root The folder that the image is made of.
 */
export function containersOf(
  source: ContainerSource,
  root: string,
): Containers {
  const { services, written, fileVariables } = source;
  const specs = [...services.values()].flat();
  const labels = labelsFor([
    ...new Set([...services.keys(), ...specs.map(({ name }) => name)]),
  ]);
  const hosts = new Map(
    [...services.keys()].map((service) => [service, labels.get(service)!]),
  );
  const paths = imagePaths(root);
  const firsts = [...services.values()].flatMap(([spec]) => spec ?? []);
  const storages = storageOf(firsts, paths);
  const from = { written, fileVariables, paths, hosts, labels, storages };
  // What they are called depends on what they are, and the rights on the names.
  const called = Map.groupBy(
    grouped(services, { ...from, places: placesOf(source, hosts) }),
    ({ host }) => host,
  );
  const places = placesOf(
    source,
    hosts,
    new Map(
      [...called].map(([host, all]) => [host, all.map(({ name }) => name)]),
    ),
  );
  return {
    containers: grouped(services, { ...from, places }).map((each) => {
      const { spec, host, name, port } = each;
      const calledAt = port === undefined ? [] : [host, name];
      return { ...each, certificate: certificateOf(spec, calledAt) };
    }),
    places,
    paths,
    hosts,
  };
}

/** Makes one container of replicas that are the same, and else one of each. */
function grouped(
  services: ContainerSource["services"],
  context: Context,
): Uncertified[] {
  return [...services.values()].flatMap((specs) => {
    const each = specs.map((spec) => containerOf(spec, context));
    const [first] = each;
    if (!first) return [];
    return !isKnownByItself(first) && each.every((one) => isSame(one, first))
      ? [{ ...first, name: first.host, replicas: each.length }]
      : each;
  });
}

/** What a container is before anybody knows by which names it is called. */
type Uncertified = Omit<Container, "certificate">;

interface Context extends Pick<Containers, "places" | "paths" | "hosts"> {
  written: Project["written"];
  fileVariables: Project["fileVariables"];
  /** The label of each service, and of each of its replicas. */
  labels: ReadonlyMap<string, string>;
  storages: ReadonlyMap<string, Storage>;
}

function containerOf(
  spec: ServiceSpec,
  { written, fileVariables, places, paths, hosts, labels, storages }: Context,
): Uncertified {
  const { service, runs, healthcheck, tls } = spec;
  const port = places.portOf(service);
  const fill = (text: string) =>
    withPort(
      paths.inText(places.inText(withCertificate(text, tls), spec)),
      spec.port,
      port,
    );
  const environment = variablesOf(written, spec, {
    fill,
    named: (name, field) => places.named(name, field, service),
  });
  const workingDir = paths.of(spec.workingDir) ?? spec.workingDir;
  return {
    name: labels.get(spec.name)!,
    host: hosts.get(service)!,
    spec,
    replicas: 1,
    command: commandOf(spec, {
      fill,
      places,
      paths,
      workingDir,
      environment,
      fromFiles: fileVariables.get(spec.name) ?? {},
    }),
    isForeign: runs.kind === "command" &&
      (isPath(runs.program)
        ? paths.of(runs.program) === undefined
        : !IN_IMAGE.includes(runs.program)),
    workingDir,
    environment,
    port,
    isAnyPort: places.isAnyPort(service),
    healthcheck: healthcheck && inContainer(healthcheck, spec, places, fill),
    storage: storages.get(service)!,
    calls: callsOf(spec, places),
  };
}

/** A certificate is for names, so each replica that is called has one of its own. */
export function isKnownByItself(
  { spec: { tls }, port }: Pick<Container, "spec" | "port">,
): boolean {
  return tls !== undefined && port !== undefined;
}

/** Two replicas are the same where nothing tells one from the other. */
function isSame(one: Uncertified, other: Uncertified): boolean {
  const said = (each: Uncertified) =>
    JSON.stringify([
      each.command,
      [...each.environment],
      each.workingDir,
      each.healthcheck,
      each.spec.tls,
    ]);
  return said(one) === said(other);
}

/** True for a program that is a file; another one is found on PATH. */
function isPath(program: string): boolean {
  return program.includes("/");
}

function commandOf(
  spec: ServiceSpec,
  { fill, places, paths, workingDir, environment, fromFiles }: {
    fill: (text: string) => string;
    places: Places;
    paths: ImagePaths;
    workingDir: string;
    environment: ReadonlyMap<string, Variable>;
    /** What its env files say: whoever runs it reads them, and gives it that. */
    fromFiles: Readonly<Record<string, string>>;
  },
): [string, ...string[]] {
  const { runs, memLimitBytes } = spec;
  const args = runs.args.map(fill);
  if (runs.kind === "command") {
    const program = isPath(runs.program)
      ? paths.of(runs.program) ?? runs.program
      : runs.program;
    return [program, ...args];
  }
  const { read, write, net, ...others } = runs.permissions;
  const files = (entries: readonly string[] | boolean = []) =>
    typeof entries === "boolean"
      ? entries
      : entries.filter((entry) => !places.isSocket(entry))
        .map((entry) => paths.inText(withCertificate(entry, spec.tls)));
  const v8Flags = environment.get("DENO_V8_FLAGS") ??
    { kind: "value", value: fromFiles.DENO_V8_FLAGS ?? "" };
  const line = commandLine(
    {
      runs: {
        ...runs,
        script: paths.of(runs.script) ?? runs.script,
        args,
        permissions: {
          ...others,
          net: places.grants(net, spec),
          read: files(read),
          write: files(write),
        },
      },
      workingDir,
      memLimitBytes,
    },
    [...new Set([...Object.keys(fromFiles), ...environment.keys()])],
    v8Flags.kind === "value" ? v8Flags.value : "",
  );
  return ["deno", ...line.args];
}

function inContainer(
  healthcheck: Healthcheck,
  spec: ServiceSpec,
  places: Places,
  fill: (text: string) => string,
): Healthcheck {
  const { probe } = healthcheck;
  // It asks from within, where 127.0.0.1 is the container itself.
  const local = (text: string) =>
    places.fromWithin(withCertificate(text, spec.tls), spec);
  switch (probe.kind) {
    case "grpc":
      return {
        ...healthcheck,
        probe: {
          ...probe,
          address: local(probe.address),
          // Who may not call it may ask for its health, so its own does.
          ...(probe.tls ? { tls: TLS_IN_CONTAINER } : {}),
        },
      };
    case "tcp":
      return {
        ...healthcheck,
        probe: { ...probe, address: local(probe.address) },
      };
    case "http":
      return { ...healthcheck, probe: { ...probe, url: local(probe.url) } };
    case "exec":
      return {
        ...healthcheck,
        probe: {
          ...probe,
          program: fill(probe.program),
          args: probe.args.map(local),
        },
      };
  }
}

/** The services that a process may call, by its rights or by what it is told. */
function callsOf(spec: ServiceSpec, places: Places): string[] {
  const { service, runs, environment, dependsOn } = spec;
  const told = [...runs.args, ...Object.values(environment)]
    .flatMap((text) => text === null ? [] : places.servicesInText(text));
  const granted = runs.kind === "script"
    ? places.servicesIn(runs.permissions.net)
    : dependsOn.map((each) => each.service);
  return [...new Set([...granted, ...told])].filter((each) => each !== service);
}

/** A port alone, which a text may have besides addresses, is that of the first. */
function withPort(
  text: string,
  own: number | undefined,
  port: number | undefined,
): string {
  return own === undefined || port === undefined || own === port
    ? text
    : text.replaceAll(
      new RegExp(`(?<![\\w.])${own}(?![\\w.])`, "g"),
      `${port}`,
    );
}
