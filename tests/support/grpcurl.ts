/**
 * The real grpcurl, a client in Go that knows of a server only what the server's
 * reflection says.
 *
 * Where it is not there its tests are ignored, with the reason in their names;
 * in CI they run, and fail.
 *
 * @module
 */

import type { DeclareTest, TestRun } from "./at_once.ts";
import { testWhere } from "./built_clients.ts";
import { endsWell } from "./programs.ts";
import { spawn } from "./spawned.ts";

/** The version that CI installs. */
const INSTALL =
  "GOBIN=$PWD/.denizen/bin go install github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3";

const GRPCURL = [
  new URL("../../.denizen/bin/grpcurl", import.meta.url).pathname,
  "grpcurl",
].find((program) => endsWell(program, ["-version"]));

/** Declares a test that needs grpcurl. */
export function testGrpcurl(
  name: string,
  run: TestRun,
  declare?: DeclareTest,
): void {
  testWhere(
    name,
    GRPCURL === undefined
      ? `grpcurl is not there; "${INSTALL}" installs it`
      : undefined,
    run,
    declare,
  );
}

/** What grpcurl printed, and how it ended. */
export interface Answer {
  code: number;
  stdout: string;
  stderr: string;
}

/**
 * Runs grpcurl against a server.
 *
 * @param address As servers print it, `host:port` or `unix:/path`.
 * @param options Its flags, before the address.
 */
export async function grpcurl(
  address: string,
  words: string[],
  options: string[] = [],
): Promise<Answer> {
  await using tool = spawn(GRPCURL!, [
    "-plaintext",
    ...options,
    address,
    ...words,
  ]);
  const { code } = await tool.status;
  return {
    code,
    stdout: await tool.stdout.rest(),
    stderr: await tool.stderr.rest(),
  };
}
