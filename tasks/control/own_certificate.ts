/**
 * The certificate of the user, for the commands that call services.
 *
 * @module
 */

import { ifThere } from "../../runtime/files/optional_file.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import type { Flags } from "../../runtime/program/flags.ts";
import { userPath } from "../../runtime/program/paths.ts";
import {
  type CallerFlags,
  ownTlsFiles,
  TLS_FILES,
  type TlsFiles,
  useTls,
} from "../../runtime/program/tls_files.ts";

/** What the top of a config has that gives its services certificates. */
const AT_TOP = /^tls\s*:/m;

/**
 * Shows the user's certificate to whatever this process calls from now on: the
 * one of the flags or the environment, else that of `client` in the config.
 *
 * @param config The path of the config, which need not be there.
 * @throws {UsageError} If not all three files are given.
 */
export async function showCertificate(
  flags: Flags<CallerFlags>,
  config: string,
): Promise<void> {
  const named = Object.fromEntries(
    TLS_FILES.map(({ flag }) => [flag, flags[flag] && userPath(flags[flag])]),
  ) as Flags<CallerFlags>;
  useTls(named);
  if (ownTlsFiles() !== undefined) return;
  const files = await clientFiles(config);
  if (!files) return;
  useTls({ "tls-ca": files.ca, "tls-cert": files.cert, "tls-key": files.key });
}

async function clientFiles(config: string): Promise<TlsFiles | undefined> {
  const text = await ifThere(Deno.readTextFile(config));
  if (!AT_TOP.test(text ?? "")) return undefined;
  // Loaded here only: most configs have none.
  const { peekConfig } = await import("../../supervisor/config/load_config.ts");
  try {
    return (await peekConfig(config, { isFile: () => true })).clientTls;
  } catch (error) {
    // Whoever supervises it is told what is wrong with it.
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
