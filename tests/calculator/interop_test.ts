/**
 * Programs in other languages and ours, together: under the supervisor, as
 * clients that come and go, and a tool that knows nothing of us.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { stringify } from "@std/yaml";
import { listServices } from "../../broker/client.ts";
import { testsAtOnce } from "../support/at_once.ts";
import {
  checkAnswer,
  CPP_CLIENT,
  CPP_SOAK,
  RUST_CLIENT,
  RUST_SERVER,
  RUST_SOAK,
  startRegisteredRustServer,
  testBuilt,
  testWhere,
} from "../support/built_clients.ts";
import {
  type Server,
  startBroker,
  startRegistered,
} from "../support/calculator_system.ts";
import { startTap } from "../support/goaway_tap.ts";
import { NO_PYTHON, PYTHON } from "../support/python.ts";
import { type Lines, spawn, spawnScript } from "../support/spawned.ts";
import { freeAddress } from "../support/free_ports.ts";

const test = testsAtOnce("programs in several languages");

const ROOT = new URL("../../", import.meta.url).pathname;

for (
  const [language, soak] of [["Rust", RUST_SOAK], ["C++", CPP_SOAK]] as const
) {
  testBuilt(`our servers outlive 200 ${language} clients that call and leave`, [
    soak,
  ], async () => {
    await using broker = await startBroker();
    await using server = await startRegistered(broker.address);

    await using clients = spawn(soak, [server.address, broker.address, "200"]);
    const { code } = await clients.status;
    const entries = await listServices(broker.address);

    assertEquals(await clients.stderr.rest(), "");
    assertEquals(code, 0);
    // Neither has ended: the registration is that of before the clients.
    assertEquals(entries.map(({ address }) => address), [server.address]);
  }, test);
}

// gRPC C++ as Debian 12 has it, 1.51, closes without a goodbye.
testBuilt(
  "Rust clients say goodbye (GOAWAY) when they leave",
  [RUST_SOAK],
  async () => {
    await using broker = await startBroker();
    await using server = await startRegistered(broker.address);
    await using serverTap = startTap(server.address);
    await using brokerTap = startTap(broker.address);

    await using clients = spawn(RUST_SOAK, [
      serverTap.address,
      brokerTap.address,
      "20",
    ]);
    const { code } = await clients.status;

    assertEquals(code, 0);
    assert(serverTap.goaways() >= 15, `${serverTap.goaways()} of 20`);
    assert(brokerTap.goaways() >= 15, `${brokerTap.goaways()} of 20`);
  },
  test,
);

const ASKS = "tests/fixtures/asks_by_reflection.py";

async function testForeignTool(start: () => Promise<Server>): Promise<void> {
  await using server = await start();
  await using tool = spawn(PYTHON!, [ASKS, server.address]);

  const { code } = await tool.status;
  const printed = await tool.stdout.rest();

  assertEquals(await tool.stderr.rest(), "");
  assertEquals(code, 0);
  const { services, health, product, quotient } = JSON.parse(printed);
  assert(services.includes("calculator.v1.CalculatorService"));
  assert(services.includes("grpc.health.v1.Health"));
  assertEquals(health, { status: "SERVING" });
  assertEquals(product, { result: 42 });
  assertEquals(quotient, [
    "INVALID_ARGUMENT",
    "Cannot divide 7: the divisor is 0",
  ]);
}

testWhere(
  "a tool of Python's uses our server by its reflection alone",
  NO_PYTHON,
  async () => {
    await using broker = await startBroker();
    await testForeignTool(() => startRegistered(broker.address));
  },
  test,
);

if (PYTHON !== undefined) {
  testBuilt(
    "a tool of Python's uses the Rust server by its reflection alone",
    [RUST_SERVER],
    async () => {
      await using broker = await startBroker();
      await testForeignTool(() => startRegisteredRustServer(broker.address));
    },
    test,
  );
}

const CLIENTS = [
  "calculator-client",
  "calculator-client-rust",
  "calculator-client-cpp",
];

// Alone: it starts seven processes itself.
testBuilt(
  "three clients go on when the broker or one of two servers is killed",
  [RUST_CLIENT, RUST_SERVER, CPP_CLIENT],
  async () => {
    const [broker, typescript, rust] = [1, 2, 3].map(freeAddress) as [
      string,
      string,
      string,
    ];
    const servers = [typescript, rust];
    const folder = await Deno.makeTempDir();
    const config = `--config=${folder}/config.yaml`;
    await Deno.writeTextFile(
      `${folder}/config.yaml`,
      stringify({ services: polyglot(broker, typescript, rust) }),
    );
    await using supervisor = spawnScript("main.ts", {
      args: ["supervise", "--plain", "--profile=polyglot", config],
    });
    const started = ["calculator-server", "calculator-server-rust"];
    for (let waiting = started; waiting.length > 0;) {
      const line = await supervisor.stderr.find(/: healthy after/);
      waiting = waiting.filter((name) => !line.includes(` ${name}:`));
    }

    await assertAllAnswer(supervisor.stdout, servers);
    for (
      const name of ["calculator-server", "calculator-server-rust", "broker"]
    ) {
      const pid = (await ps(config)).get(name)?.pid;
      assert(pid !== undefined);
      Deno.kill(pid, "SIGKILL");
      await supervisor.stderr.find(new RegExp(` ${name}: healthy after`));
      await assertAllAnswer(supervisor.stdout, servers);
    }
    const services = await ps(config);
    supervisor.kill("SIGTERM");
    const { code } = await supervisor.status;
    await Deno.remove(folder, { recursive: true });

    assertEquals(CLIENTS.map((name) => services.get(name)?.restarts), [
      0,
      0,
      0,
    ]);
    assertEquals(services.get("broker")?.restarts, 1);
    assertEquals(code, 0);
  },
);

/** The services of config.yaml at other addresses, and faster. */
function polyglot(broker: string, typescript: string, rust: string) {
  const common = { restart: "always", profiles: ["polyglot"] };
  const afterBroker = {
    "depends_on": { broker: { condition: "service_healthy" } },
  };
  const asking = [`--broker=${broker}`, "--interval=20ms"];
  return {
    broker: {
      ...common,
      script: `${ROOT}broker/main.ts`,
      args: [`--address=${broker}`],
      permissions: { net: [broker] },
      healthcheck: { grpc: broker },
    },
    "calculator-server": {
      ...common,
      ...afterBroker,
      script: `${ROOT}calculator/server.ts`,
      args: [`--address=${typescript}`, `--broker=${broker}`],
      permissions: { net: [typescript, broker] },
      healthcheck: { grpc: typescript },
    },
    "calculator-server-rust": {
      ...common,
      ...afterBroker,
      command: [
        ROOT + RUST_SERVER,
        `--address=${rust}`,
        `--broker=${broker}`,
      ],
      healthcheck: { grpc: rust },
    },
    "calculator-client": {
      ...common,
      ...afterBroker,
      script: `${ROOT}calculator/client.ts`,
      args: asking,
      permissions: { net: [broker, typescript, rust] },
    },
    "calculator-client-rust": {
      ...common,
      ...afterBroker,
      command: [ROOT + RUST_CLIENT, ...asking],
    },
    "calculator-client-cpp": {
      ...common,
      ...afterBroker,
      command: [ROOT + CPP_CLIENT, ...asking],
    },
  };
}

/**
 * Reads on until, of the lines that come from now on, the last hundred hold
 * every client's answers from every server, and nothing else.
 */
async function assertAllAnswer(
  output: Lines,
  servers: string[],
): Promise<void> {
  output.skip();
  const wanted = new Set(
    CLIENTS.flatMap((name) => servers.map((server) => `${name} by ${server}`)),
  );
  const recent: string[] = [];
  for (let read = 0; read < 2_000; read++) {
    const [name, answer] = (await output.next() ?? "").split(" | ");
    recent.push(`${name} by ${checkAnswer(answer)}`);
    if (recent.length > 100) recent.shift();
    const same = new Set(recent).symmetricDifference(wanted).size === 0;
    if (recent.length === 100 && same) return;
  }
  assertEquals(new Set(recent), wanted);
}

/** What the supervisor says of its services. */
async function ps(
  config: string,
): Promise<Map<string, { pid?: number; restarts: number }>> {
  await using process = spawnScript("main.ts", {
    args: ["ps", "--json", config],
  });
  const services = JSON.parse(await process.stdout.rest());
  return new Map(
    services.map((each: { name: string }) => [each.name, each]),
  );
}

test("build:clients says what to install, for each language", async () => {
  await using built = spawnScript(
    "tests/fixtures/builds_clients.ts",
    {
      env: { PATH: "/nowhere" },
    },
  );

  const { code } = await built.status;
  const [rust, cpp] = (await built.stderr.rest()).split("\n");

  assertEquals(code, 1);
  assertMatch(rust!, /^Cannot build the Rust calculator: install Rust 1\.88/);
  assertMatch(
    cpp!,
    /^Cannot build the C\+\+ calculator: install .* apt-get install -y g\+\+ make cmake .*protobuf-compiler-grpc$/,
  );
});
