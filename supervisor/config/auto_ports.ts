/**
 * Chooses ports for `port: auto`, and remembers them in the state folder.
 *
 * So a service keeps its port when it is restarted, and whoever reads the
 * config while the service runs finds the same port.
 *
 * @module
 */

import { join } from "node:path";
import * as z from "zod";
import { writePrivateFile } from "../../runtime/files/private_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { log } from "../../runtime/program/log.ts";
import { shortPath } from "../../runtime/program/paths.ts";
import { isFree, pickPort } from "../../runtime/process/free_port.ts";
import { readJson } from "../state_folder/json_file.ts";
import { makeOwnState, requireOwnState } from "../state_folder/own_state.ts";
import { isClaimed } from "../state_folder/single_instance.ts";
import type { AutoPort } from "./port.ts";

/** The ports that have been chosen for a config. */
export interface AutoPorts {
  /** The port of a key; chosen now, unless it has one that can be used. */
  choose: AutoPort;
  /** Writes down what was chosen since. */
  save(): Promise<void>;
}

/**
 * Opens the list of a state folder.
 *
 * A port that somebody else has taken is replaced; but while a supervisor runs
 * it is our own services that hold theirs.
 *
 * @throws {Failure} If the state folder is not this user's own.
 */
export async function openAutoPorts(stateDir: string): Promise<AutoPorts> {
  await requireOwnState(stateDir);
  const path = join(stateDir, "ports.json");
  const known = await readPorts(path);
  const inUse = known.size > 0 && await isClaimed(stateDir);
  let changed = false;
  return {
    choose(key, taken, preferred) {
      const before = known.get(key);
      if (
        before !== undefined && !taken.has(before) &&
        (inUse || isFree(before))
      ) return before;
      // Two configs that start together would both find the same one free.
      const own = `${stateDir}/${key}`;
      const port = pickPort(
        own,
        new Set([...taken, ...known.values()]),
        preferred,
      );
      known.set(key, port);
      changed = true;
      return port;
    },
    async save() {
      if (!changed) return;
      await makeOwnState(stateDir);
      const text = JSON.stringify(Object.fromEntries(known), undefined, 2);
      await writePrivateFile(path, `${text}\n`);
      changed = false;
    },
  };
}

const PORTS = z.record(z.string(), z.int().min(1).max(65_535));

async function readPorts(path: string): Promise<Map<string, number>> {
  const record = await readJson(path, PORTS).catch((error) => {
    throw new Failure(
      `Cannot read "${shortPath(path)}": ${
        systemReason(error)
      }; remove or rename it, and ports are chosen anew`,
      1,
      { cause: error },
    );
  });
  switch (record.status) {
    case "read":
      return new Map(Object.entries(record.value));
    case "missing":
      return new Map();
    case "damaged":
      log(
        `Cannot use "${shortPath(path)}": it is damaged; ports are chosen anew`,
      );
      return new Map();
  }
}
