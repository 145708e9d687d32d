/**
 * Keys of the config that systemd has nothing for, or does something else with.
 *
 * @module
 */

import type { ServiceSpec } from "../../../supervisor/config/config.ts";
import type { WrittenKeys } from "../../../supervisor/config/load_config.ts";
import { comesFromOutside } from "../outside.ts";
import type { NotCarried } from "../target.ts";
import { withoutWrongNames } from "./environment.ts";
import { FIRST_FREE_PORT } from "./hardening.ts";

/**
 * Tells of them, where they are written.
 *
 * @param account Whom the process belongs to; undefined with units of a user.
 */
export function otherKeys(
  {
    runs,
    port,
    auth,
    profiles,
    healthcheck,
    inheritEnvironment,
    restart,
    schedule,
    tls,
  }: ServiceSpec,
  written: WrittenKeys,
  { isAwaited, account }: { isAwaited: boolean; account: string | undefined },
): Omit<NotCarried, "service">[] {
  const list: Omit<NotCarried, "service">[] = [];
  const tell = (key: string, why: string, doInstead: string) => {
    list.push({ key, why, doInstead });
  };
  const has = (path: string) => {
    let value: unknown = written;
    for (const key of path.split(".")) value = Object(value)[key];
    return value !== undefined;
  };
  if ([written.args, written.command].flat().some(comesFromOutside)) {
    tell(
      written.args === undefined ? "command" : "args",
      "its ${NAME} are filled in from the environment of the export, and anybody may read them in the unit",
      "export again when they change, and pass secrets by environment or env_file",
    );
  }
  if (runs.kind === "command" && account !== undefined) {
    tell(
      "command",
      `the program runs by ${account}, and writes only where that may`,
      "give it a folder there (chown), or export with --run-as=USER",
    );
  }
  if (runs.kind === "command" && port !== undefined && auth === "token") {
    tell(
      "auth",
      "the program is given the token, but only it can ask others for that: its unit lets in whoever reaches the port",
      "have it listen on 127.0.0.1, or write IPAddressDeny=any and IPAddressAllow= into a drop-in",
    );
  }
  if (has("watch") && written.watch !== false) {
    tell(
      has("watch.cascade") ? "watch.cascade" : "watch",
      "systemd does not look at the source of scripts",
      "restart the unit after a change, or write a .path unit",
    );
  }
  if (has("build_with")) {
    tell(
      "build_with",
      "units build nothing",
      `run \`${String(written.build_with)}\` before the target is started`,
    );
  }
  for (const key of Object.keys(Object(written.logging))) {
    tell(
      `logging.${key}`,
      "what it writes goes to the journal, which has limits for all units together",
      "write SystemMaxUse= into journald.conf, or LogNamespace= into a drop-in",
    );
  }
  if (inheritEnvironment) {
    tell(
      "inherit_environment",
      "a unit gets no variables of a terminal",
      "name what it needs in environment",
    );
  }
  const { env = [] } = runs.kind === "script" ? runs.permissions : {};
  const patterns = env === true
    ? ["all"]
    : env === false
    ? []
    : env.filter((name) => name.endsWith("*"));
  if (patterns.length > 0) {
    tell(
      "permissions.env",
      `systemd passes on variables by their whole names only, and not ${
        patterns.join(", ")
      }`,
      "name what it needs in environment",
    );
  }
  const named = Array.isArray(env)
    ? env.filter((name) => !name.endsWith("*"))
    : [];
  list.push(...withoutWrongNames(named, "permissions.env").notCarried);
  if (account === undefined) list.push(...lowPort(port));
  if (healthcheck) {
    const used = isAwaited ? ["start_interval", "timeout"] : [];
    const unused = Object.keys(Object(written.healthcheck))
      .filter((key) => !used.includes(key) && !PROBES.has(key));
    const rest = unused.length === 0
      ? ""
      : `, so nothing uses ${unused.join(", ")}`;
    tell(
      "healthcheck",
      (isAwaited
        ? "systemd waits for the health of a start, before what depends on it, and asks no more after that"
        : "systemd asks no service for its health") + rest,
      "have the service end when it is sick, ask by a timer of your own, or export with --supervisor",
    );
  }
  if (tls && account !== undefined) {
    tell(
      "tls",
      "each process has copies of its files that systemd made at its start, so SIGHUP brings no new certificate",
      "restart the unit after `certificates` has renewed them",
    );
  }
  if (schedule && restart.when !== "no") {
    tell(
      "restart",
      "a run that is tried again goes on being tried when the next one is due, which is then left out",
      "write restart: no, if each run is to be on time",
    );
  }
  if (profiles.length > 1) {
    tell(
      "profiles",
      `it stops when the target of any of its profiles stops: ${
        profiles.join(", ")
      }`,
      "stop units, not targets, where another profile needs them",
    );
  }
  return list;
}

/** Keys that say who is asked, and not how. */
const PROBES = new Set(["grpc", "tcp", "http", "exec"]);

/** Tells of a port that no unit of a user may listen at. */
export function lowPort(
  port: number | undefined,
): Omit<NotCarried, "service">[] {
  if (port === undefined || port >= FIRST_FREE_PORT) return [];
  return [{
    key: "port",
    why:
      `the manager of a user cannot give the right to listen below ${FIRST_FREE_PORT}, as at ${port}`,
    doInstead:
      `write another port, use units of the system, or set net.ipv4.ip_unprivileged_port_start=${port} by sysctl`,
  }];
}
