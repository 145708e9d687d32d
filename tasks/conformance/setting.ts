/**
 * The stage as a process with its files and its scripted neighbour on the right,
 * made anew as often as checks need it.
 *
 * @module
 */

import { join } from "node:path";
import { removeIfThere } from "../../runtime/files/optional_file.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import { NEXT } from "./hop_methods.ts";
import { type ReceiverServer, serveReceivers } from "./receiver.ts";
import {
  type Looked,
  prepareFiles,
  type StageFiles,
  type Startable,
  startable,
  type StartOptions,
} from "./stage_spec.ts";
import { type StageUnderTest, startUnderTest } from "./stage_under_test.ts";

/** Options for {@linkcode createSetting}. */
export interface SettingOptions {
  /** Where the files are made. */
  folder: string;
  /** Names the run that the stage belongs to. */
  run: string;
  guardian: Guardian;
  rules: Rule[];
  patienceMs: number;
}

/** What a stage is looked at in. */
export interface Setting extends AsyncDisposable {
  readonly files: StageFiles;
  readonly startable: Startable;
  readonly process: StageUnderTest;
  readonly server: ReceiverServer | undefined;
  /** True where it is as at first, but for streams that have come and gone. */
  isUsual(): Promise<boolean>;
  /** Removes what a stage has written, but for what it has saved. */
  tidy(): Promise<void>;
  /** Ends the process, and starts another with empty files. */
  renew(options?: StartOptions): Promise<void>;
  /** Starts the process again, with the same command line and files. */
  startAgain(): Promise<void>;
}

/** Makes a setting, with the stage running. */
export async function createSetting(
  looked: Looked,
  { folder, run, guardian, rules, patienceMs }: SettingOptions,
): Promise<Setting> {
  const token = createToken();
  const next = NEXT[looked.stage];
  let starts = 0;
  let files: StageFiles;
  let what: Startable;
  let process: StageUnderTest | undefined;
  let server: ReceiverServer | undefined;
  /** False where it was started in another way than at first. */
  let isUsual = true;

  const launch = async () => {
    process = startUnderTest(what, { guardian, patienceMs });
    await process.serves();
  };
  const end = async () => {
    await process?.[Symbol.asyncDispose]();
    process = undefined;
  };
  const renew = async (options?: StartOptions) => {
    isUsual = options === undefined;
    await end();
    await server?.[Symbol.asyncDispose]();
    const own = join(folder, String(++starts));
    await Deno.mkdir(own);
    files = await prepareFiles(own);
    what = await startable(looked, { files, run, token, rules, ...options });
    server = next &&
      await serveReceivers(next, what.next, { token, patienceMs });
    await launch();
  };
  const setting: Setting = {
    get files() {
      return files;
    },
    get startable() {
      return what;
    },
    get process() {
      return process!;
    },
    get server() {
      return server;
    },
    async isUsual() {
      return isUsual && !process!.exit && !await hasFiles(files.state);
    },
    async tidy() {
      for (const path of [files.output, files.rejects]) {
        await removeIfThere(path);
      }
    },
    renew,
    async startAgain() {
      await end();
      await launch();
    },
    async [Symbol.asyncDispose]() {
      await end();
      await server?.[Symbol.asyncDispose]();
    },
  };
  try {
    await renew();
  } catch (error) {
    await setting[Symbol.asyncDispose]();
    throw error;
  }
  return setting;
}

async function hasFiles(folder: string): Promise<boolean> {
  for await (const _file of Deno.readDir(folder)) return true;
  return false;
}
