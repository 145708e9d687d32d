/**
 * The `mcp` command: lets a program that speaks the Model Context Protocol look
 * at the services, over standard input and output.
 *
 * @module
 */

import process from "node:process";
import { aborted } from "../runtime/program/abort.ts";
import { readFlags, toggle } from "../runtime/program/flags.ts";
import { listenForInterrupts } from "../runtime/program/interrupts.ts";
import { divertPrint, log } from "../runtime/program/log.ts";
import { CONTROL_FLAGS } from "./control/flags.ts";
import { printHelp } from "./terminal/help.ts";

/** The flags of the command. */
export const mcpFlags = {
  config: CONTROL_FLAGS.config,
  help: toggle("print this"),
};

/**
 * Runs the command, until standard input ends.
 *
 * @param argv Its flags.
 * @returns The exit code: 130 or 143 when it was interrupted.
 * @throws {UsageError} If a flag is wrong.
 */
export async function mcp(argv: string[]): Promise<number> {
  const { flags } = readFlags(argv, mcpFlags);
  if (flags.help) {
    const summary =
      "Shows services to a program that speaks the Model Context Protocol; reads only.";
    printHelp("mcp [flags]", summary, mcpFlags);
    return 0;
  }
  // Standard output is for the protocol alone.
  using _printed = divertPrint(log);
  using interrupts = listenForInterrupts();
  const [{ serveStdio }, { mcpServer }, { openPlace }, { default: DENO_JSON }] =
    await Promise.all([
      import("@modelcontextprotocol/server/stdio"),
      import("./mcp/server.ts"),
      import("./mcp/place.ts"),
      import("../deno.json", { with: { type: "json" } }),
    ]);
  const place = openPlace(flags.config);
  const over = Promise.withResolvers<void>();
  process.stdin.once("end", over.resolve).once("close", over.resolve);
  const served = serveStdio(() => mcpServer(place, DENO_JSON.version), {
    onerror: ({ message }) =>
      log(`The client could not be understood: ${message}`),
  });
  await Promise.race([over.promise, aborted(interrupts.stop)]);
  await served.close();
  return interrupts.stop.aborted ? interrupts.stop.reason : 0;
}
