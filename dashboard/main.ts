/**
 * Runs the dashboard as a process, in its own sandbox.
 *
 * It may listen at its address, reach the supervisor by its socket and the broker
 * by its address, and use its own folder; nothing else.
 *
 * @module
 */

import { removeIfThere } from "../runtime/files/optional_file.ts";
import { PRIVATE_FOLDER } from "../runtime/files/own_folder.ts";
import { keepToken } from "../runtime/files/token_file.ts";
import { serveOnSocket } from "../runtime/control/control_socket.ts";
import { aborted, abortOnDispose, pause } from "../runtime/program/abort.ts";
import { HOST, isLoopback, parseAddress } from "../runtime/program/address.ts";
import { Failure, UsageError } from "../runtime/program/errors.ts";
import { address, text, toggle } from "../runtime/program/flags.ts";
import { log } from "../runtime/program/log.ts";
import { runProgram } from "../runtime/program/program.ts";
import {
  readVariable,
  RUN_VARIABLES,
} from "../runtime/program/run_variables.ts";
import { connect } from "../runtime/rpc/connect.ts";
import { createToken } from "../runtime/rpc/token.ts";
import { commandsOver } from "../supervisor/control/remote_commands.ts";
import { askToLeave } from "./client.ts";
import { createDashboard, type Dashboard } from "./dashboard.ts";
import { collectorService } from "./runs/collector.ts";
import { loadSessionKey } from "./server/sessions.ts";

const FLAGS = {
  address: address("where the page is served", "127.0.0.1:4646"),
  folder: text("DIR", "where it keeps its files"),
  collector: address("where runs and commands reach it", undefined),
  control: address("the supervisor", undefined),
  broker: address("the broker", undefined),
  title: text("TEXT", "what the page is called", "Denizen"),
  "read-only": toggle("the page may change nothing"),
};

/** How long a port is waited for that the one before has not left yet. */
const PORT_MS = 3_000;
const RETRY_MS = 100;
/** How long pages have to be told that it ends, in milliseconds. */
const LEAVE_MS = 500;

if (import.meta.main) {
  await runProgram({
    name: "dashboard/main.ts",
    summary: "Shows in a browser what runs here.",
    flags: FLAGS,
  }, async (flags, signal) => {
    const { folder, collector } = flags;
    if (!folder || !collector) {
      throw new UsageError(
        `Cannot start the dashboard: --${
          folder ? "collector" : "folder"
        } is missing`,
      );
    }
    const port = portOf(flags.address);
    await makeFolder(folder);
    const before = await askToLeave(folder, collector);
    if (before !== undefined) {
      log(`Takes the place of the dashboard with pid ${before}`);
    }
    const self = readVariable(RUN_VARIABLES.service)?.replace(/^.*\//s, "");
    const dashboard = createDashboard({
      port,
      title: flags.title,
      sessionKey: await loadSessionKey(folder),
      commands: flags.control === undefined
        ? undefined
        : commandsOver(connect(flags.control, { name: "the supervisor" })),
      broker: flags.broker,
      readOnly: flags["read-only"],
      self,
    });
    await serveUntil(signal, { dashboard, port, folder, collector });
  });
}

interface Place {
  dashboard: Dashboard;
  port: number;
  folder: string;
  collector: string;
}

/** Serves until `signal` aborts, or another one takes its place. */
async function serveUntil(
  signal: AbortSignal,
  { dashboard, port, folder, collector }: Place,
): Promise<void> {
  using over = abortOnDispose();
  const left = Promise.withResolvers<void>();
  const server = await listen(port, dashboard);
  const token = createToken();
  let isLeft = false;
  const kept = await keepToken(folder, token);
  const collecting = await serveOnSocket(collector, {
    authentication: { token, name: "the dashboard" },
    services: {
      "dashboard.v1.DashboardService": collectorService({
        invite: () =>
          `http://${HOST}:${port}/login?token=${dashboard.invites.create()}`,
        report: dashboard.takeRun,
        async leave() {
          isLeft = true;
          await kept[Symbol.asyncDispose]();
          await removeIfThere(collector.slice("unix:".length));
          left.resolve();
        },
      }),
    },
  });
  const following = dashboard.run(AbortSignal.any([signal, over.signal]));
  log(`Serving on http://${HOST}:${port}`);
  try {
    await Promise.race([
      aborted(signal),
      left.promise,
      following.then(() => aborted(signal)),
    ]);
    if (isLeft) log("Another dashboard of this folder takes over");
  } finally {
    over[Symbol.dispose]();
    await Promise.race([server.shutdown(), pause(LEAVE_MS)]);
    await following;
    if (!isLeft) {
      await collecting[Symbol.asyncDispose]();
      await kept[Symbol.asyncDispose]();
    }
  }
}

/** Listens; the dashboard before this one may need a moment to leave. */
async function listen(
  port: number,
  { handle }: Dashboard,
): Promise<Deno.HttpServer> {
  const untilMs = performance.now() + PORT_MS;
  for (;;) {
    try {
      return Deno.serve({ hostname: HOST, port, onListen() {} }, handle);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
      if (performance.now() > untilMs) {
        throw new Failure(
          `Cannot serve the dashboard on ${HOST}:${port}: another program has that port`,
        );
      }
    }
    await pause(RETRY_MS);
  }
}

/** Makes the folder of its files, which nobody else may look into. */
async function makeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true, mode: PRIVATE_FOLDER });
  const { mode } = await Deno.stat(folder);
  if (((mode ?? 0) & 0o077) !== 0) await Deno.chmod(folder, PRIVATE_FOLDER);
}

/** Only this machine may reach the page: what it shows is its user's. */
function portOf(text: string): number {
  const parsed = parseAddress(text);
  if (parsed.kind === "tcp" && parsed.host === HOST && parsed.port > 0) {
    return parsed.port;
  }
  throw new UsageError(
    `Cannot serve the dashboard on "${text}": expected ${HOST}:PORT${
      isLoopback(parsed) ? "" : ", since nobody else may see it"
    }`,
  );
}
