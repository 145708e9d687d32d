/**
 * The `dashboard:` of a config, as the service that it stands for.
 *
 * passes.ts puts that service beside the others, so that it gets its port, its
 * rights and its restarts as they do. What is told of it is told of the key, since
 * the service is written nowhere.
 *
 * @module
 */

import { basename, dirname } from "node:path";
import { interpolate } from "../../runtime/config/interpolation.ts";
import type { Problem } from "../../runtime/config/problems.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import type { DashboardPlace } from "../state_folder/dashboard_place.ts";
import { DEFAULT_CONFIG } from "../state_folder/place.ts";
import { addressesAt, type Names } from "./addresses.ts";
import { DASHBOARD_PORT, dashboardScript } from "./dashboard_script.ts";
import type { AutoPort } from "./port.ts";
import { DASHBOARD_SCHEMA, type DashboardShape } from "./schema.ts";
import type { Variables } from "./source.ts";

/** The key, and the name of the service. */
export const DASHBOARD = "dashboard";
/** The name of its one process. */
export const DASHBOARD_PROCESS = `${DASHBOARD}-1`;

/** The service that it asks who is registered, where the config names none. */
const BROKER = "broker";

/** What a config asks for. */
export type WantedDashboard = Exclude<DashboardShape, boolean>;

/** True for the text of a config that may want one, so that it gets a folder. */
export function mayWantDashboard(text: string): boolean {
  return /^[^#\n]*\bdashboard["']?\s*:(?!\s*false)/m.test(text);
}

/**
 * Returns what a config asks for; undefined where it wants no dashboard, and
 * where what it says is wrong, for which the schema has the words.
 *
 * @param written All that the file says, its names not filled in.
 */
export function wantedDashboard(
  written: unknown,
  variables: Variables,
): WantedDashboard | undefined {
  const { dashboard, services } = Object(written);
  // It stands beside services, and is none of them.
  if (Object.keys(Object(services)).length === 0) return undefined;
  const { value } = interpolate(dashboard, variables);
  // `true` asks for what an empty map does.
  const { data } = DASHBOARD_SCHEMA.safeParse(value === true ? {} : value);
  return typeof data === "object" ? data : undefined;
}

/** Returns what chooses the port of each service, its own among them. */
export function withDashboardPort(choose: AutoPort): AutoPort {
  return (key, taken) =>
    key === DASHBOARD_PROCESS
      ? choose(key, taken, DASHBOARD_PORT)
      : choose(key, taken);
}

/** What is said of the port of a dashboard before there is all of it. */
export function portOfDashboard(
  { port = "auto" }: WantedDashboard,
): Record<string, unknown> {
  return { port };
}

/**
 * Returns the service, as a config would write it.
 *
 * @param path The config, absolute.
 */
export function dashboardService(
  wanted: WantedDashboard,
  { path, place, names }: {
    path: string;
    place: DashboardPlace;
    names: Names;
  },
): Record<string, unknown> {
  const [address = ""] = addressesAt(names.ports.get(DASHBOARD) ?? []);
  const { script, args, permissions } = dashboardScript({
    address,
    place,
    control: place.control,
    broker: addressOfBroker(wanted, names),
    title: titleOf(path),
    readOnly: wanted.read_only,
  });
  return {
    ...portOfDashboard(wanted),
    ...asWritten({ script, args, permissions }),
    // Whoever is let into its socket shows a token, whatever the others ask for.
    auth: "token",
    healthcheck: {
      http: "http://${self.address}/healthz",
      interval: "5s",
      timeout: "2s",
    },
    restart: "always",
    stop_grace_period: "2s",
  };
}

/**
 * Finds what is wrong between a dashboard and the services.
 *
 * @param services The names of those that are written as such.
 */
export function dashboardProblems(
  { broker }: WantedDashboard,
  services: readonly string[],
  { ports, sockets }: Names,
): Problem[] {
  const problems: Problem[] = [];
  if (services.includes(DASHBOARD)) {
    problems.push({
      path: [DASHBOARD],
      message:
        `there is a service "${DASHBOARD}" already; give that another name, or take this key away`,
    });
  }
  if (broker === undefined) return problems;
  const path = [DASHBOARD, "broker"];
  if (!services.includes(broker)) {
    const known = `; services are ${services.join(", ")}`;
    const message = `there is no service "${broker}"${
      suggestion(broker, services, known)
    }`;
    problems.push({ path, message });
  } else if (!ports.has(broker) && !sockets.has(broker)) {
    const message = `service "${broker}" has no port; write port: into it`;
    problems.push({ path, message });
  }
  return problems;
}

/** Has what is told of the service told of the key that it stands for. */
export function atDashboardKey(problem: Problem): Problem {
  const [root, service, key] = problem.path;
  if (root !== "services" || service !== DASHBOARD) return problem;
  return { ...problem, path: key === "port" ? [DASHBOARD, key] : [DASHBOARD] };
}

function addressOfBroker(
  { broker = BROKER }: WantedDashboard,
  { ports, sockets }: Names,
): string | undefined {
  const [path] = sockets.get(broker) ?? [];
  return path === undefined
    ? addressesAt(ports.get(broker) ?? [])[0]
    : `unix:${path}`;
}

/** Returns values as a config has them, where a dollar sign begins a name. */
function asWritten<T>(values: T): T {
  return JSON.parse(
    JSON.stringify(values),
    (_key, value) =>
      typeof value === "string" ? value.replaceAll("$", "$$$$") : value,
  );
}

/** Says what a person would call what runs: by its folder, for the most. */
export function titleOf(path: string): string {
  const folder = basename(dirname(path));
  const name = basename(path);
  return name === DEFAULT_CONFIG ? folder || name : `${folder}/${name}`;
}
