/**
 * Supervisors with a dashboard, for tests that look at its page.
 *
 * @module
 */

import { collectorAddress, invite } from "../../dashboard/client.ts";
import { dashboardFolder } from "../../runtime/control/dashboard_socket.ts";
import { stateDirOf } from "../../supervisor/config/config.ts";
import { eventually } from "./eventually.ts";
import { freePorts } from "./free_ports.ts";
import {
  createWorkspace,
  type Supervised,
  type Workspace,
} from "./supervised.ts";

/** A supervisor that runs, and has a dashboard. */
export interface Watched extends AsyncDisposable {
  workspace: Workspace;
  supervised: Supervised;
  /** Returns an address that lets in one browser, once. */
  address(): Promise<string>;
}

/**
 * Starts a supervisor with a dashboard, and waits until that one answers.
 *
 * @param services Those of its config.
 * @param dashboard What the config says of it besides its port. @default {{}}
 */
export async function superviseWatched(
  services: Record<string, unknown>,
  dashboard: Record<string, unknown> = {},
): Promise<Watched> {
  await using opened = new AsyncDisposableStack();
  const port = freePorts(1);
  const workspace = opened.use(
    await createWorkspace(services, {
      top: { dashboard: { port, ...dashboard } },
    }),
  );
  const supervised = workspace.supervise();
  await supervised.said(/dashboard: http/);
  const held = opened.move();
  return {
    workspace,
    supervised,
    address: () => invited(`${workspace.folder}/config.yaml`),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Asks the dashboard of a config for an address, once it is there. */
export async function invited(config: string): Promise<string> {
  const folder = dashboardFolder(stateDirOf(config));
  let address: string | undefined;
  await eventually(
    `a dashboard answers at ${await collectorAddress(folder)}`,
    async () => (address = await invite(folder)) !== undefined,
  );
  return address!;
}
