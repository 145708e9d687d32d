/**
 * Stages on real servers within the test's own process.
 *
 * @module
 */

import { type Opening, START } from "../../proto/pipeline/batches.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import type { Implementation } from "../../runtime/rpc/handlers.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { CHANNEL, WINDOW } from "../../stages/hop/window.ts";
import { builtInSchema } from "../../stages/schema/schema.ts";

/** The opening of a test's run. */
export const OPENING: Opening = {
  run: "test",
  windowBatches: WINDOW.batches,
  windowBytes: WINDOW.bytes,
  schema: builtInSchema(["click"]),
  tags: [],
  kept: null,
  lane: null,
  protocol: 1,
  next: [],
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
    channel: CHANNEL,
  });
  const connection = connect(served.address, {
    name: service,
    channel: CHANNEL,
  });
  return {
    ...connection,
    async [Symbol.asyncDispose]() {
      connection.close();
      await served.stop(0);
    },
  };
}
