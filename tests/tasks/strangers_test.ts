/**
 * What another user of the machine gets of a run: nothing, and it goes on as if
 * nobody had tried.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { BrokerService } from "../../proto/broker/contract.ts";
import { CalculatorService } from "../../proto/calculator/contract.ts";
import { SinkService } from "../../proto/pipeline/contract.ts";

import { testsAtOnce } from "../support/at_once.ts";
import {
  ended,
  findStages,
  opened,
  runFolder,
  startRun,
} from "../support/runs.ts";
import {
  asSecondUser,
  giveToSecondUser,
  readAsSecondUser,
  testWithSecondUser,
} from "../support/second_user.ts";
import { createWorkspace } from "../support/supervised.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { freeAddress } from "../support/free_ports.ts";

const test = testsAtOnce("another user of the machine");

/** gRPC's UNAUTHENTICATED. */
const UNAUTHENTICATED = 16;
const ROOT = new URL("../../", import.meta.url).pathname;

/** What a stranger's calls end with. */
interface Answer {
  code: number;
  message: string;
}

/** A method that a stranger calls, and what is sent. */
interface Method<Req> {
  path: string;
  requestSerialize(request: Req): Uint8Array;
}

/** Makes the second user ready to call; what it runs lies in a folder of its own. */
async function stranger() {
  const folder = await tempFolder();
  await Deno.chmod(folder.path, 0o755);
  const script = join(folder.path, "calls_raw.ts");
  await Deno.copyFile(join(ROOT, "tests/fixtures/calls_raw.ts"), script);
  const cache = join(folder.path, "cache");
  await Deno.mkdir(cache);
  await giveToSecondUser(cache);
  return {
    async call<Req>(
      address: string,
      { path, requestSerialize }: Method<Req>,
      ...requests: NoInfer<Req>[]
    ): Promise<Answer> {
      const messages = requests.map((request) =>
        Buffer.from(requestSerialize(request)).toString("base64")
      );
      const said = await readAsSecondUser("env", [
        `DENO_DIR=${cache}`,
        "NO_COLOR=1",
        Deno.execPath(),
        ...["run", "-A", "--no-config", "--no-lock", script],
        ...[address, path, ...messages],
      ]);
      return JSON.parse(said);
    },
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

testWithSecondUser(
  "another user writes nothing into a run's results by the port of a stage",
  async () => {
    await using other = await stranger();
    await using folder = await runFolder();
    await using run = startRun("pipeline", folder, ["--input=-", "--batch=1"], {
      stdin: "piped",
    });
    await opened(run);
    const event = (value: number) =>
      new TextEncoder().encode(
        `{"ts":"2026-01-01T00:00:00Z","type":"click","user":"u1","value":${value}}\n`,
      );
    const writer = run.stdin!.getWriter();
    await writer.write(event(20));
    const { sink } = await findStages(run.port);
    // Everybody may read how a process was started.
    const line = await Deno.readTextFile(`/proc/${sink}/cmdline`);
    const [, name = ""] = /--run=([^\0]+)/.exec(line)!;

    const forged = await other.call(
      `127.0.0.1:${run.port + 4}`,
      SinkService.Write,
      { opening: { run: name, windowBatches: 8, windowBytes: 1_000_000 } },
      {
        results: [{ key: ['"click"'], count: "1000000" }],
        outcome: {},
      },
    );
    await writer.write(event(22));
    await writer.close();
    const { code, stderr } = await ended(run);

    assertEquals(forged.code, UNAUTHENTICATED);
    assertMatch(forged.message, /^sink wants this run's token and was called /);
    assertEquals(code, 0, stderr);
    assertMatch(
      stderr,
      /sink +\| Refused \/pipeline\.v1\.SinkService\/Write from 127\.0\.0\.1:\d+: /,
    );
    const results = await Deno.readTextFile(folder.output);
    assertEquals(
      results.trim().split("\n").map((each) => {
        const { key, count, sum } = JSON.parse(each);
        return { key, count, sum };
      }),
      [{ key: "click", count: 2, sum: 42 }],
    );
  },
  test,
);

testWithSecondUser(
  "another user takes no service's place at the broker, and calls none",
  async () => {
    await using other = await stranger();
    const [broker, server] = [freeAddress(), freeAddress()];
    const grpc = (address: string) => ({
      grpc: address,
      interval: "200ms",
    });
    await using workspace = await createWorkspace({
      broker: {
        script: `${ROOT}broker/main.ts`,
        args: [`--address=${broker}`],
        permissions: { net: [broker] },
        healthcheck: grpc(broker),
      },
      server: {
        script: `${ROOT}calculator/server.ts`,
        args: [`--address=${server}`, `--broker=${broker}`],
        permissions: { net: [server, broker] },
        depends_on: { broker: { condition: "service_healthy" } },
        healthcheck: grpc(server),
      },
    });
    const supervised = workspace.supervise();
    await supervised.said(/server: healthy/);
    await supervised.said(/server \| Registered "calculator/);
    const list = async () => {
      const { stdout } = await workspace.run(
        "services",
        "--json",
        `--broker=${broker}`,
      );
      return JSON.parse(stdout) as Record<string, string>[];
    };
    const [entry] = await list();

    const answers = [
      await other.call(broker, BrokerService.Register, {
        entry: { ...entry!, address: "127.0.0.1:1" },
      }),
      await other.call(broker, BrokerService.List, {}),
      await other.call(server, CalculatorService.Calculate, {
        operand1: 1,
        operand2: 1,
        operation: "OPERATION_ADD",
      }),
    ];
    const asked = await workspace.run(
      "calculate",
      ...["6", "x", "7"],
      `--broker=${broker}`,
    );

    assertEquals(
      answers.map(({ code }) => code),
      Array(3).fill(UNAUTHENTICATED),
    );
    assertMatch(answers[0]!.message, /^broker wants .*deno task token/);
    assertMatch(
      answers[2]!.message,
      /^server wants .* or auth: none for server$/,
    );
    assertMatch(asked.stdout, /6 x 7 = 42 /, asked.stderr);
    assertEquals(await list(), [entry]);
    assertEquals((await workspace.services()).get("server")?.restarts, 0);
    await supervised.said(
      /broker +\| Refused \/broker\.v1\.BrokerService\/Reg/,
    );
    await supervised.said(/server +\| Refused \/calculator\.v1\.Calculator/);
  },
  test,
);

testWithSecondUser(
  "another user does not read the token of a run",
  async () => {
    await using workspace = await createWorkspace({
      a: { command: ["sleep", "1000"] },
    });
    const supervised = workspace.supervise();
    const [, pid] = await supervised.said(/a: started, pid (\d+)/);
    const { DENIZEN_TOKEN: token } = await workspace.runVariables();
    await Deno.chmod(workspace.folder, 0o755);

    // Its own user finds it in both places.
    const file = join(workspace.folder, ".denizen", "token");
    const environment = `/proc/${pid}/environ`;
    for (const path of [file, environment]) {
      assertEquals(
        (await Deno.readTextFile(path)).includes(token!),
        true,
        path,
      );
      await asSecondUser("sh", "-c", `! cat ${path} 2>/dev/null`);
    }
    // And nowhere else.
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`);
    const said = [
      line,
      ...supervised.lines,
      (await workspace.run("ps", "--json")).stdout,
      (await workspace.run("events", "--json")).stdout,
      (await workspace.run("supervise", "--dry-run", "--json")).stdout,
    ];
    assertEquals(said.filter((each) => each.includes(token!)), []);
  },
  test,
);
