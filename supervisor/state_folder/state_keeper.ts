/**
 * Notices that somebody has removed the state folder of a supervisor that runs,
 * as `git clean -fdx` does, and makes it anew.
 *
 * Without that nobody could reach the supervisor any more, and a second one
 * would start beside it.
 *
 * @module
 */

import { join } from "node:path";
import { ifThere } from "../../runtime/files/optional_file.ts";
import { writePrivateFile } from "../../runtime/files/private_file.ts";
import { systemReason } from "../../runtime/files/system_reason.ts";
import { after } from "../../runtime/program/abort.ts";
import type { Instance } from "./single_instance.ts";

/** What {@linkcode keepState} tells. */
export interface KeeperListener {
  /** The folder is there and locked again; the rest is to be written anew. */
  onRenewed(): Promise<void>;
  /** It cannot be made anew; told once for each reason. */
  onFailure(reason: string): void;
}

/** How often the folder is looked at, in milliseconds. */
const LOOK_MS = 500;
/** What is written by whoever loads the config, and must not change. */
const PORTS = "ports.json";

/**
 * Looks after the state folder until disposed.
 *
 * @param stateDir The folder.
 * @param instance The lock on it.
 */
export async function keepState(
  stateDir: string,
  instance: Instance,
  { onRenewed, onFailure }: KeeperListener,
): Promise<AsyncDisposable> {
  const portsPath = join(stateDir, PORTS);
  // Before anything runs: nobody can give back the ports of a folder that is gone.
  let ports = await ifThere(Deno.readTextFile(portsPath));
  let failure = "";
  let cancel: () => void;
  let looking = Promise.resolve();
  let isOver = false;

  const look = async () => {
    if (!await instance.isLost()) {
      ports = await ifThere(Deno.readTextFile(portsPath)) ?? ports;
      return;
    }
    if (!await instance.retake()) return;
    if (ports !== undefined) await writePrivateFile(portsPath, ports);
    await onRenewed();
  };
  const arm = (afterMs: number) =>
    cancel = after(afterMs, () => {
      looking = look().then(
        () => void (failure = ""),
        (error) => {
          const reason = systemReason(error);
          if (reason !== failure) onFailure(reason);
          failure = reason;
        },
      ).then(() => {
        if (!isOver) arm(LOOK_MS);
      });
    });
  arm(LOOK_MS);
  return {
    async [Symbol.asyncDispose]() {
      isOver = true;
      cancel();
      await looking;
    },
  };
}
