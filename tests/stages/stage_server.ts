/**
 * Stages on real servers within the test's own process.
 *
 * @module
 */

import { connect, type Connection } from "../../proto/connect.ts";
import type { Implementation } from "../../proto/handlers.ts";
import { type Opening, START } from "../../proto/pipeline/batches.ts";
import { serve } from "../../proto/serve.ts";
import { WINDOW } from "../../stages/window.ts";

/** The opening of a test's run. */
export const OPENING: Opening = {
  run: "test",
  windowBatches: WINDOW.batches,
  windowBytes: WINDOW.bytes,
  types: [],
  tags: [],
};

/** What the first stage is told when nothing has been done before. */
export const RESUME = { position: START, fields: [] };

/** Serves one stage on a free port, and connects to it, until the block ends. */
export async function serveStage(
  service: string,
  implementation: Implementation,
): Promise<Connection & AsyncDisposable> {
  const served = await serve({
    address: "127.0.0.1:0",
    services: { [`pipeline.v1.${service}`]: implementation },
  });
  const connection = connect(served.address, { name: service });
  return {
    ...connection,
    async [Symbol.asyncDispose]() {
      connection.close();
      await served.stop(0);
    },
  };
}
