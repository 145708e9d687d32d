/**
 * How a dashboard gets on decides nothing about the services beside it. Here it is
 * a program of the system's, since its page is beside the point.
 */

import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { join } from "node:path";
import { abortOnDispose } from "../../runtime/program/abort.ts";
import { UsageError } from "../../runtime/program/errors.ts";
import type { Config } from "../../supervisor/config/config.ts";
import { parseConfig } from "../../supervisor/config/load_config.ts";
import {
  createSupervisor,
  type Supervisor,
} from "../../supervisor/supervisor.ts";
import { countedOf } from "../../tasks/control/service_report.ts";
import { requireScripts } from "../../tasks/permissions/flags.ts";
import { chooseAgain, chooseServices } from "../../tasks/supervise/choose.ts";
import { untilMet } from "../../tasks/supervise/end_conditions.ts";

/** A config with these services, and a dashboard that runs this in a shell. */
function configWith(folder: string, services: string, script: string): Config {
  const config = parseConfig(
    `dashboard: { port: 4700 }\nservices: { ${services} }`,
    { path: join(folder, "config.yaml"), isFile: () => true },
  );
  const [spec] = config.services.get("dashboard")!;
  const dashboard = {
    ...spec!,
    runs: { kind: "command" as const, program: "sh", args: ["-c", script] },
    healthcheck: undefined,
    restart: { ...spec!.restart, delayMs: 1, maxDelayMs: 1 },
  };
  return {
    ...config,
    services: new Map([...config.services, ["dashboard", [dashboard]]]),
  };
}

/** A supervisor in a folder of its own, which runs everything. */
async function supervising(
  services: string,
  script: string,
): Promise<Supervisor> {
  const folder = await Deno.makeTempDir({ prefix: "denizen-test-" });
  const supervisor = await createSupervisor(
    configWith(folder, services, script),
  );
  const { shutdown } = supervisor;
  supervisor.begin([...supervisor.config.services.keys()], []);
  return Object.assign(Object.create(supervisor), {
    async [Symbol.asyncDispose]() {
      await shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  });
}

const GOOD = "exec sleep 1000";
const BAD = "exit 1";

Deno.test("a supervisor has ended when all but the dashboard have", async () => {
  await using supervisor = await supervising(
    'job: { command: ["true"] }, bad: { command: ["false"], restart: "no" }',
    GOOD,
  );

  const { failures } = await supervisor.ended;

  assertEquals(failures.map(({ name }) => name), ["bad"]);
});

Deno.test("nobody waits for a dashboard, unless it is named, and none fails for it", async () => {
  await using supervisor = await supervising(
    "a: { command: [sleep, '1000'] }",
    BAD,
  );
  using limit = abortOnDispose();

  const waited = await supervisor.wait([]);
  const started = await supervisor.start([]);
  const named = await supervisor.wait(["dashboard"]);
  const met = untilMet(supervisor, { abortOnFailure: true }, limit.signal);
  const first = await Promise.race([met, supervisor.stop(["a"])]);

  assertEquals([waited.late, waited.failed], [[], false]);
  assertEquals(waited.services.map(({ name }) => name), ["a", "dashboard"]);
  assertEquals(
    countedOf(started).map(({ name, status }) => [name, status]),
    [["a", "running"]],
  );
  assertEquals([named.late, named.failed], [["dashboard"], true]);
  assertEquals(Array.isArray(first), true);
});

Deno.test("a dashboard cannot be scaled, nor watched for its rights", async () => {
  await using supervisor = await supervising(
    "a: { command: [sleep, '1000'] }",
    GOOD,
  );

  const scaled = await assertRejects(
    () => supervisor.scale(new Map([["dashboard", 2]])),
    UsageError,
  );
  const watched = assertThrows(
    () => requireScripts(supervisor.config, ["dashboard"]),
    UsageError,
  );

  assertEquals(
    scaled.message,
    'Cannot scale "dashboard": one page is enough for all who look at it',
  );
  assertEquals(
    watched.message,
    'Cannot watch "dashboard": the config only switches it on, and says nothing of its permissions',
  );
});

Deno.test("chooseServices() has the dashboard run with whatever is chosen", () => {
  const config = configWith(
    "/work",
    "a: { command: [x] }, b: { command: [x], profiles: [more] }",
    GOOD,
  );

  assertEquals(chooseServices(config, [], []), ["a", "dashboard"]);
  assertEquals(chooseServices(config, ["b"], []), ["b", "dashboard"]);
  assertEquals(chooseServices(config, ["dashboard"], []), ["dashboard"]);
  assertEquals(chooseAgain(config, ["gone"], []), ["dashboard"]);
});
