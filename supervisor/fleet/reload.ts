/**
 * Takes over a new config while its services run: what does not differ is not
 * touched.
 *
 * What differs is decided in changes.ts; how services are started and
 * stopped, in ordered_changes.ts.
 *
 * @module
 */

import { basename, relative } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isFileOnDisk } from "../../runtime/config/named_files.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import { logDefect } from "../../runtime/program/log.ts";
import { suggestion } from "../../runtime/program/suggest.ts";
import {
  type Before,
  configChanges,
  type ServiceChange,
} from "../config/changes.ts";
import { processSpec } from "../config/command_line.ts";
import {
  type Config,
  filesOfService,
  taskFor,
  UnknownServiceError,
} from "../config/config.ts";
import { loadConfig, parseWithSamePorts } from "../config/load_config.ts";
import type { ServiceSpec } from "../config/service_spec.ts";
import type { EventLog } from "../events/event_log.ts";
import type { ServiceLoop } from "../service/service_loop.ts";
import { isAtRest } from "../service/state.ts";
import { createCertificateRenewal } from "./certificate_renewal.ts";
import type { Fleet } from "./fleet.ts";
import type { OrderedChanges } from "./ordered_changes.ts";

/** What changing the config of a fleet needs besides the fleet. */
export interface ReloadContext {
  /** Returns the services that are started when nobody names any. */
  choose(config: Config): readonly string[];
  /** Prepares a config to come into force. @throws {UsageError} If it cannot. */
  prepare(config: Config): Config;
  /** Has an event told. */
  emit: EventLog["append"];
  changes: Pick<OrderedChanges, "stop" | "restart">;
}

/** A change of config that is being carried out. */
export interface Applying {
  changes: ServiceChange[];
  /** Resolves when it is carried out. */
  done: Promise<void>;
}

/** Changes the config of a fleet, one change at a time. */
export interface Reloader {
  /**
   * Reads the config file again.
   *
   * @param dryRun Only tells what would change.
   * @throws {UsageError} If the file is wrong; nothing is changed then.
   */
  reload(dryRun: boolean): Promise<Applying>;
  /**
   * Changes how many replicas run, until the next reload.
   *
   * @throws {UsageError} For a service that is not there, or that cannot run so
   * often; nothing is changed then.
   */
  scale(replicas: ReadonlyMap<string, number>): Promise<Applying>;
}

/** The most replicas of one service, as in the schema. */
const MAX_REPLICAS = 1_000;

/** Makes the reloader of a fleet. */
export function createReloader(
  fleet: Fleet,
  context: ReloadContext,
): Reloader {
  const { prepare, emit } = context;
  const renew = createCertificateRenewal(fleet);
  /** What `scale` has changed since the file was read. */
  let scaled: ReadonlyMap<string, number> = new Map();
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (act: () => Promise<Applying>): Promise<Applying> => {
    const mine = last.then(act);
    last = mine.then(
      ({ done }) => done.catch((error) => logDefect("changing config", error)),
      () => {}, // whoever asked for it is told
    );
    return mine;
  };
  return {
    reload: (dryRun) =>
      inTurn(async () => {
        const next = prepare(await loadConfig(fleet.config.path));
        const changes = (await compare(fleet, context, next)).map((change) =>
          withScaleNote(change, scaled, next)
        );
        if (dryRun) return { changes, done: Promise.resolve() };
        scaled = new Map();
        emit(reloaded(changes, next));
        return {
          changes,
          done: apply(fleet, context, next, changes, "config").then(renew),
        };
      }),
    scale: (replicas) =>
      inTurn(async () => {
        checkReplicas(replicas, fleet.config);
        const { path, texts } = fleet.config;
        const all = new Map([...scaled, ...replicas]);
        const wish = [...replicas].map(([service, count]) =>
          `${service}=${count}`
        );
        const next = prepare(
          await parseWithSamePorts(texts.get(path)!, {
            path,
            // The files as they were when they were read.
            isFile: (file) => texts.has(file) || isFileOnDisk(file),
            readFile: (file) => texts.get(file) ?? Deno.readTextFileSync(file),
            replicas: all,
            refusal: `Cannot scale ${wish.join(" ")}`,
          }),
        );
        // Those that refer to a scaled service by its name differ as well.
        const before = fleet.config.services;
        const changes = (await compare(fleet, context, next)).filter((
          { service },
        ) =>
          replicas.has(service) ||
          !isDeepStrictEqual(before.get(service), next.services.get(service))
        );
        scaled = all;
        for (const [service, count] of replicas) {
          const former = before.get(service)?.length;
          if (former === count) continue;
          emit({
            type: "service_scaled",
            service,
            replicas: count,
            message: `replicas: ${former} -> ${count}`,
          });
        }
        return { changes, done: apply(fleet, context, next, changes, "scale") };
      }),
  };
}

function checkReplicas(
  replicas: ReadonlyMap<string, number>,
  { services, path }: Config,
): void {
  for (const [service, count] of replicas) {
    if (!services.has(service)) {
      const known = [...services.keys()];
      throw new UnknownServiceError(
        `Cannot scale "${service}": there is no such service in ${
          basename(path)
        }${suggestion(service, known, `; services are ${known.join(", ")}`)}`,
      );
    }
    if (services.get(service)?.[0]?.looksOn) {
      throw new UsageError(
        `Cannot scale "${service}": one page is enough for all who look at it`,
      );
    }
    if (!(Number.isInteger(count) && count >= 1 && count <= MAX_REPLICAS)) {
      throw new UsageError(
        `Cannot scale "${service}" to ${count}: expected a whole number from 1 to ${MAX_REPLICAS}; "${
          taskFor(`stop ${service}`, path)
        }" stops all`,
      );
    }
  }
}

async function compare(
  { config, loopsOf, isActive, orders }: Fleet,
  { choose }: ReloadContext,
  next: Config,
): Promise<ServiceChange[]> {
  const before = new Map<string, Before[]>();
  const phaseOf = (loop: ServiceLoop): Before["phase"] =>
    !isActive(loop)
      ? "idle"
      : orders.isToRest(loop)
      ? "stopped"
      : isAtRest(loop.state)
      ? "ended"
      : "active";
  for (const service of config.services.keys()) {
    const after = next.services.get(service) ?? [];
    before.set(
      service,
      await Promise.all(
        loopsOf(service).map((loop, index) =>
          describe(loop, phaseOf(loop), after[index])
        ),
      ),
    );
  }
  const wants = (names: readonly string[]) => (spec: ServiceSpec) =>
    names.includes(spec.service) || names.includes(spec.name);
  const wantedAfter = wants(choose(next));
  const concerns = ({ service, change }: ServiceChange) =>
    change === "added" || change === "removed" ||
    before.get(service)?.some(({ phase }) => phase !== "idle") ||
    next.services.get(service)?.some(wantedAfter);
  // What nobody has asked for, as a profile's, is nothing to tell of.
  return configChanges({
    before,
    after: next.services,
    wantedBefore: wants(choose(config)),
    wantedAfter,
  }).filter(concerns);
}

async function describe(
  { inUse, spec }: ServiceLoop,
  phase: Before["phase"],
  after: ServiceSpec | undefined,
): Promise<Before> {
  const sameFiles = inUse !== undefined && after !== undefined &&
    isDeepStrictEqual(
      whatGivesVariables(inUse.spec),
      whatGivesVariables(after),
    );
  return {
    // A name is of no importance to a process; the latest is the one known.
    spec: { ...(inUse?.spec ?? spec), name: spec.name },
    phase,
    envFilesDiffer: sameFiles &&
      !isDeepStrictEqual(inUse.env, (await processSpec(after)).env),
  };
}

/** Returns what decides on a service's variables, besides what files say. */
function whatGivesVariables(
  { envFiles, environment, inheritEnvironment, runs }: ServiceSpec,
) {
  return [envFiles, environment, inheritEnvironment, runs];
}

function withScaleNote(
  change: ServiceChange,
  scaled: ReadonlyMap<string, number>,
  next: Config,
): ServiceChange {
  const count = scaled.get(change.service);
  const says = next.services.get(change.service)?.length;
  if (count === undefined || says === undefined || count === says) {
    return change;
  }
  return {
    ...change,
    note: `${change.note}; it was scaled by hand, and the file says ${says}`,
  };
}

/** Makes the event that tells of a config which is in force from now on. */
function reloaded(changes: readonly ServiceChange[], { path }: Config) {
  const differing = changes.filter(({ change }) => change !== "unchanged");
  const words = differing.map(({ service, change }) => `${service} ${change}`);
  return {
    type: "config_reloaded",
    services: differing.map(({ service }) => service),
    message: `${basename(path)} was read again: ${
      words.join(", ") || "nothing differs"
    }`,
  } as const;
}

/** Carries out changes. */
async function apply(
  fleet: Fleet,
  { changes: { stop, restart } }: ReloadContext,
  next: Config,
  changes: readonly ServiceChange[],
  cause: "config" | "scale",
): Promise<void> {
  const file = basename(next.path);
  const changeOf = new Map(changes.map((each) => [each.service, each]));
  const going = fleet.byName(changes.flatMap(({ stops }) => stops));
  for (const loop of going) {
    loop.addNote(whyStopped(changeOf.get(loop.spec.service), file));
  }
  const gone = fleet.without(next);
  // From now on nobody starts again what will be forgotten.
  fleet.orders.retire(gone);
  await stop([...new Set([...going, ...gone.filter(fleet.isActive)])]);
  // Unless somebody has asked for it meanwhile.
  fleet.deactivate(going.filter(fleet.orders.isToRest));
  fleet.replace(next);
  addNotes(fleet, changes, cause);
  const touched = fleet.byName(
    changes.flatMap(({ starts, restarts }) => [...starts, ...restarts]),
  );
  await restart(touched);
  // Whom they wait for may have changed, or be gone.
  for (const loop of fleet.active()) {
    if (
      loop.state.status === "pending" && !touched.includes(loop) &&
      !fleet.orders.isToRest(loop)
    ) {
      loop.start();
    }
  }
}

function whyStopped(change: ServiceChange | undefined, file: string): string {
  if (change?.change === "removed") {
    return `is stopped: it is no longer in ${file}`;
  }
  return change?.keys.includes("deploy.replicas")
    ? "is stopped: fewer replicas are to run"
    : `is stopped: ${file} does not ask for it any more`;
}

/** Notes which are restarted, and why; and which need not be. */
function addNotes(
  { byName, loopsOf, isActive, config }: Fleet,
  changes: readonly ServiceChange[],
  cause: "config" | "scale",
): void {
  for (const { service, change, keys, starts, stops, restarts } of changes) {
    if (change !== "changed") continue;
    const file = filesOfService(config, service)
      .map((path) => relative(config.folder, path)).join(", ");
    const what = cause === "scale"
      ? `the number of replicas has changed (${keys.join(", ")})`
      : `${file} has changed (${keys.join(", ")})`;
    for (const { addNote } of byName(restarts)) {
      addNote(`is restarted: ${what}`, { type: "service_restarting", cause });
    }
    if (starts.length + stops.length + restarts.length > 0) continue;
    for (const loop of loopsOf(service)) {
      if (isActive(loop)) loop.addNote(`needs no restart: ${what}`);
    }
  }
}
