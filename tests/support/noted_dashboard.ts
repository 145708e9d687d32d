/**
 * A dashboard without a page: it notes what runs tell it.
 *
 * @module
 */

import { collectorAddress } from "../../dashboard/client.ts";
import { dashboardFolder } from "../../runtime/control/dashboard_socket.ts";
import { collectorService } from "../../dashboard/runs/collector.ts";
import { createRunHistory } from "../../dashboard/runs/history.ts";
import type { RunRecord } from "../../dashboard/wire.ts";
import { serveOnSocket } from "../../runtime/control/control_socket.ts";
import { makeSocketFolder } from "../../runtime/control/socket_folder.ts";
import { keepToken } from "../../runtime/files/token_file.ts";

/** A dashboard, until the block ends. */
export interface NotedDashboard extends AsyncDisposable {
  /** What it was told, by each who told it, in the order they came. */
  told: { record: RunRecord; over: boolean }[];
}

/** Serves one for a state folder. */
export async function serveNotedDashboard(
  stateDir: string,
): Promise<NotedDashboard> {
  const folder = dashboardFolder(stateDir);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  await makeSocketFolder(folder, "collector.sock");
  const token = "the-token-of-a-dashboard";
  const kept = await keepToken(folder, token);
  const told: NotedDashboard["told"] = [];
  const server = await serveOnSocket(await collectorAddress(folder), {
    authentication: { token, name: "the dashboard" },
    services: {
      "dashboard.v1.DashboardService": collectorService({
        invite: () => "",
        async report(updates) {
          const history = createRunHistory();
          const mine = { record: history.record, over: false };
          told.push(mine);
          for await (const update of updates) history.take(update, Date.now());
          mine.over = true;
        },
        leave: () => Promise.resolve(),
      }),
    },
  });
  return {
    told,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await kept[Symbol.asyncDispose]();
    },
  };
}
