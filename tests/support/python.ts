/**
 * The real gRPC of Python, a client that knows of a server only what the
 * server's reflection says.
 *
 * @module
 */

import { endsWell } from "./programs.ts";

/** The first Python that has what the tests' tools import. */
export const PYTHON = [
  new URL("../../.denizen/python/bin/python", import.meta.url).pathname,
  "python3",
].find((python) => endsWell(python, ["-c", "import grpc_reflection"]));

/** Why tests with it cannot run; undefined where they can. */
export const NO_PYTHON = PYTHON === undefined
  ? 'Python lacks grpcio-reflection; "python3 -m venv .denizen/python && .denizen/python/bin/pip install grpcio-reflection" installs it'
  : undefined;
