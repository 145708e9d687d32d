/**
 * Starts one server of each kind for a soak, each as a process of its own.
 *
 * @module
 */

import { stringify } from "@std/yaml";
import { join } from "node:path";
import { readToken } from "../../runtime/files/token_file.ts";
import { denoCommand } from "../../runtime/process/deno_command.ts";
import { startGuardian } from "../../runtime/process/guardian.ts";
import type { Permissions } from "../../runtime/process/permission_flags.ts";
import { startProcess } from "../../runtime/process/start_process.ts";
import { stopProcess } from "../../runtime/process/stop_process.ts";
import { HOST } from "../../runtime/program/address.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { PROJECT } from "../../runtime/program/paths.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { pickPort } from "../../runtime/process/free_port.ts";
import { HealthService } from "../../runtime/rpc/health.ts";
import { stateDirOf } from "../../supervisor/config/config.ts";
import { controlAddress } from "../../supervisor/control/client.ts";
import type { Target } from "./storm.ts";

/** A server that is listening. */
export interface Server extends Target {
  /** What its callers have to show; undefined where it asks for nothing. */
  token: string | undefined;
}

/** Servers that are listening. */
export interface Servers extends AsyncDisposable {
  targets: Server[];
}

/** How a server is started. */
interface Plan {
  name: string;
  address: string;
  script: string;
  args: string[];
  /** What it may do; the supervisor alone may do everything. */
  permissions: Permissions | "all";
  /** Where it keeps the token that it asks for. @default {it asks for none} */
  state?: string;
}

/** How long a server may take to listen, in milliseconds. */
const START_MS = 60_000;

/**
 * Starts a broker, a calculator server, the five stages and a supervisor.
 *
 * @throws {Failure} If one of them does not come up.
 */
export async function startServers(): Promise<Servers> {
  await using cleanup = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "denizen-soak-" });
  cleanup.defer(() => Deno.remove(folder, { recursive: true }));
  const guardian = cleanup.use(startGuardian());
  const targets = await Promise.all(
    (await plansIn(folder)).map(async (plan) => {
      const { name, address, script, args, permissions, state } = plan;
      const process = startProcess({
        ...denoCommand({ script: join(PROJECT, script), args, permissions }),
        cwd: PROJECT,
        output: "null",
      }, guardian);
      cleanup.defer(async () => {
        await stopProcess(process, { graceMs: 10_000 });
        guardian.forget(process.pid);
      });
      await untilHealthy(plan, process.exit);
      const token = state === undefined ? undefined : await readToken(state);
      return { name, address, pid: process.pid, token };
    }),
  );
  const held = cleanup.move();
  return { targets, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

async function plansIn(folder: string): Promise<Plan[]> {
  const [broker, calculator, ...stages] = freeAddresses(7) as [
    string,
    string,
    ...string[],
  ];
  const file = (name: string) => join(folder, name);
  const rules = join(PROJECT, "stages", "rules.yaml");
  const input = file("in.ndjson");
  const config = file("config.yaml");
  const state = stateDirOf(config);
  await Deno.writeTextFile(input, "");
  await Deno.writeTextFile(
    config,
    stringify({ services: { idle: { command: ["sleep", "1000000"] } } }),
  );
  // Each names the one after it; nobody asks ingest to begin.
  const stage = (
    at: number,
    name: string,
    args: string[],
    permissions: Permissions,
  ): Plan => {
    const [address, next] = [stages[at]!, stages[at + 1]];
    return {
      name,
      address,
      script: "stages/main.ts",
      args: [
        name,
        `--address=${address}`,
        ...(next ? [`--next=${next}`] : []),
        ...args,
      ],
      permissions: { net: [address, ...(next ? [next] : [])], ...permissions },
    };
  };
  return [
    {
      name: "broker",
      address: broker,
      script: "broker/main.ts",
      args: [`--address=${broker}`],
      permissions: { net: [broker] },
    },
    {
      name: "calculator",
      address: calculator,
      script: "calculator/server.ts",
      args: [`--address=${calculator}`, `--broker=${broker}`],
      permissions: { net: [calculator, broker] },
    },
    stage(0, "ingest", [`--input=${input}`], { read: [input] }),
    stage(1, "parse", [], {}),
    stage(2, "rules", [`--rules=${rules}`], { read: [rules] }),
    stage(3, "aggregate", [`--state=${file("state")}`], {
      read: [folder],
      write: [folder],
    }),
    stage(4, "sink", [
      `--output=${file("out.ndjson")}`,
      `--rejects=${file("rejects.ndjson")}`,
      "--run=soak",
    ], { read: [folder], write: [folder] }),
    {
      name: "supervisor",
      address: await controlAddress(state),
      script: "main.ts",
      args: ["supervise", "--plain", `--config=${config}`],
      permissions: "all",
      state,
    },
  ];
}

async function untilHealthy(
  { name, address }: Plan,
  exit: Promise<{ code: number }>,
): Promise<void> {
  const connection = connect(address, {
    name,
    channel: { "grpc.max_reconnect_backoff_ms": 200 },
  });
  const ended = exit.then(({ code }) => {
    throw new Failure(`Cannot soak ${name}: it ended with code ${code}`);
  });
  ended.catch(() => {}); // later it may end as it likes
  const healthy = connection.unary(HealthService.Check, { service: "" }, {
    deadlineMs: START_MS,
    waitForReady: true,
  });
  await Promise.race([healthy, ended]);
  connection.close();
}

/**
 * Addresses that nobody listens on, and that no connection gets: whoever waits
 * for a server at a port of the system's choice may be connected with itself.
 */
function freeAddresses(count: number): string[] {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(pickPort(crypto.randomUUID(), ports));
  return [...ports].map((port) => `${HOST}:${port}`);
}
