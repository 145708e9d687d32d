import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { call as callHere } from "../../tasks/call.ts";
import { ORDER_SERVICE, orderService } from "../fixtures/rich_contract.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { testsAtOnce } from "../support/at_once.ts";
import { testWhere } from "../support/built_clients.ts";
import {
  startBroker,
  startRegistered,
  startTask,
} from "../support/calculator_system.ts";
import { NO_PYTHON, PYTHON } from "../support/python.ts";
import { spawn, spawnScript } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";
import { freeAddress } from "../support/free_ports.ts";

const CALCULATOR = "calculator.v1.CalculatorService";
const PRODUCT =
  '{"operand1": 6, "operand2": 7, "operation": "OPERATION_MULTIPLY"}';

const test = testsAtOnce("call");

/** Runs the command to its end. */
function call(...args: string[]) {
  return callAs(undefined, ...args);
}

/** The same as a process of a run. */
async function callAs(token: string | undefined, ...args: string[]) {
  await using task = spawnScript("tests/fixtures/runs_task.ts", {
    args: ["call", ...args],
    env: token === undefined ? {} : { DENIZEN_TOKEN: token },
  });
  const { code } = await task.status;
  const [stdout, stderr] = [await task.stdout.rest(), await task.stderr.rest()];
  return { code, stdout, stderr };
}

test("call finds a service by the broker", async (t) => {
  await using broker = await startBroker();
  await using server = await startRegistered(broker.address);
  const at = `--broker=${broker.address}`;

  await t.step("and calls it by its full or its short name", async () => {
    for (const name of [CALCULATOR, "CalculatorService"]) {
      assertEquals(await call(at, `${name}/Calculate`, PRODUCT), {
        code: 0,
        stdout: '{"result":42}',
        stderr: "",
      });
    }
  });

  await t.step(
    "lists all there are, with command lines that work",
    async () => {
      const { code, stdout, stderr } = await call(at);

      assertEquals([code, stderr], [0, ""]);
      assertMatch(stdout, /^broker\.v1\.BrokerService at [\d.:]+$/m);
      const [, ...words] = stdout.match(
        /^ {2}Calculate \(unary\)\n {4}Calculates\.\n {4}deno task call (\S+) (\S+) '(.*)'$/m,
      ) ?? [];
      assertEquals(words, [
        at,
        `${CALCULATOR}/Calculate`,
        '{"operand1":1.5,"operand2":1.5,"operation":"OPERATION_ADD"}',
      ]);
      assertEquals((await call(...words)).stdout, '{"result":3}');
    },
  );

  await t.step("lists one service as JSON", async () => {
    const { stdout } = await call(at, CALCULATOR, "--json");

    const [{ service, address, methods }] = JSON.parse(stdout);
    assertEquals([service, address], [CALCULATOR, server.address]);
    assertEquals(
      methods.map((
        { method, kind, request }: Record<string, unknown>,
      ) => [method, kind, request]),
      [[
        "Calculate",
        "unary",
        { operand1: 1.5, operand2: 1.5, operation: "OPERATION_ADD" },
      ]],
    );
  });

  await t.step(
    "sends an empty request where none is given, and says so",
    async () => {
      const { code, stderr } = await call(at, `${CALCULATOR}/Calculate`);

      assertEquals(code, 1);
      assertMatch(stderr, /^INVALID_ARGUMENT: Cannot calculate with operation/);
      assertMatch(
        stderr,
        /\nThe request was empty, as none is given; with one: deno task call --broker=.* calculator\.v1\.CalculatorService\/Calculate '\{/,
      );
    },
  );

  await t.step("refuses what is not there, and suggests what is", async () => {
    const service = await call(at, "CalculatorServcie/Calculate");
    const method = await call(at, `${CALCULATOR}/Calculat`, "{}");
    const field = await call(
      at,
      `${CALCULATOR}.Calculate`,
      '{"operand1": 6, "oprand2": 7}',
    );

    assertEquals([service.code, method.code, field.code], [2, 2, 2]);
    assertEquals(
      service.stderr,
      `Cannot call "CalculatorServcie/Calculate": there is no service "CalculatorServcie" among those that the broker at ${broker.address} knows; did you mean "CalculatorService"?; --address=HOST:PORT calls a server that is not registered`,
    );
    assertEquals(
      method.stderr,
      `Cannot call "${CALCULATOR}/Calculat": it has no such method; did you mean "Calculate"?`,
    );
    assertEquals(
      field.stderr,
      'Cannot read the request from the command line, as calculator.v1.CalculateRequest: oprand2: calculator.v1.CalculateRequest has no such field; did you mean "operand2"?',
    );
  });

  await t.step("prints a stream as it comes, until Ctrl-C", async () => {
    await using task = startTask("call", at, "broker.v1.BrokerService/Watch");
    const snapshot = JSON.parse(await task.stdout.next() ?? "");
    task.kill("SIGINT");

    assertEquals((await task.status).code, 130);
    assertEquals(
      snapshot.snapshot.entries.map((
        { service }: { service: string },
      ) => service),
      [CALCULATOR],
    );
    assertEquals(await task.stderr.rest(), "");
  });
});

test("call says what to do when nobody answers", async () => {
  const nowhere = freeAddress();

  const broker = await call(`--broker=${nowhere}`);
  const server = await call(`--address=${nowhere}`, "a.B/C");

  assertEquals([broker.code, server.code], [1, 1]);
  assertEquals(
    broker.stderr,
    `Cannot find services: no broker answers at ${nowhere}; name another with --broker, start one, as "deno task supervise broker" does here, or name the server itself with --address=HOST:PORT`,
  );
  assertEquals(
    server.stderr,
    `Cannot reach the server at ${nowhere}: connect ECONNREFUSED ${nowhere}`,
  );
});

test("call has everything that a .proto can have, over a unix socket", async () => {
  await using folder = await tempFolder();
  const server = await serve({
    address: `unix:${folder.path}/shop.sock`,
    services: { [ORDER_SERVICE]: orderService() },
    authentication: { token: "secret", name: "the shop" },
  });
  await using _stopped = { [Symbol.asyncDispose]: () => server.stop() };
  const order = {
    placedAt: "2026-01-31T12:00:00Z",
    priceByItem: { tea: { cents: "250" } },
    customerId: "7",
    items: [{ name: "\u009b2J", packing: "PACKING_BOX" }],
    extra: {
      "@type": "type.googleapis.com/shop.v1.types.Money",
      cents: "1",
    },
  };

  const words = [
    `--address=${server.address}`,
    "OrderService/Place",
    JSON.stringify(order),
  ];

  const { code, stdout, stderr } = await callAs("secret", ...words);
  const refused = await call(...words);

  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout), {
    packingOf: {},
    loose: [],
    oldName: "",
    ...order,
  });
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertMatch(
    refused.stderr,
    /^UNAUTHENTICATED: the shop wants .*\nNo supervisor runs ".*config\.yaml", so there is no token to show; --config=FILE names /,
  );
  // A terminal obeys no control character of a stranger's.
  assertMatch(stdout, /\\u009b2J/);
});

// Alone, since a call must be answered before its time is up.
testWhere(
  "call calls a server of somebody else's",
  NO_PYTHON,
  () => foreignServer(),
);

async function foreignServer(): Promise<void> {
  await using server = spawn(PYTHON!, ["tests/fixtures/serves_foreign.py"]);
  const at = `--address=${await server.stdout.next()}`;

  const said = await callAs(
    "secret",
    at,
    "Foreign/Say",
    '{"text": "a", "times": 9007199254740993, "every": "1.5s"}',
    "-H",
    "x-a: 1",
    "--header=x-b-bin: AAE=",
    "-H=authorization: Bearer mine",
  );
  assertEquals(said, {
    code: 0,
    stdout:
      `{"text":"a authorization=Bearer mine x-a=1 x-b-bin=b'\\\\x00\\\\x01'","times":"9007199254740993","every":"1.500s"}`,
    stderr: "",
  });
  const repeated = await call(at, "Foreign/Repeat", '{"times": 2}');
  assertEquals(
    repeated.stdout,
    '{"text":"","times":"2"}\n{"text":"","times":"2"}',
  );

  await using folder = await tempFolder();
  const file = `${folder.path}/words.ndjson`;
  await Deno.writeTextFile(file, '{"text":"b"}\n{"text":"c"}\n');
  const latin = `${folder.path}/latin.json`;
  await Deno.writeFile(latin, new Uint8Array([0x22, 0xe9, 0x22]));
  const joined = await call(at, "Foreign/Join", '{"text":"a"}', `@${file}`);
  assertEquals(joined.stdout, '{"text":"a b c","times":"0"}');

  await using conversation = spawnScript("tests/fixtures/runs_task.ts", {
    args: ["call", at, "Foreign/Converse", "-"],
    stdin: "piped",
  });
  const writer = conversation.stdin!.getWriter();
  const encoder = new TextEncoder();
  for (const text of ["a", "b"]) {
    await writer.write(encoder.encode(`{"text":\n"${text}"}`));
    // Each is answered before the next is written.
    assertEquals(
      await conversation.stdout.next(),
      `{"text":"${text}","times":"0"}`,
    );
  }
  await writer.close();
  assertEquals((await conversation.status).code, 0);

  const failed = await call(
    at,
    "Foreign/Fail",
    '{"text": "no\\nok \\u001b[2J"}',
  );
  assertEquals(failed.code, 1);
  assertEquals(failed.stderr.split("\n"), [
    "FAILED_PRECONDITION: no\\nok \\u001b[2J",
    '  {"text":"the moon","@type":"type.googleapis.com/foreign.Reason"}',
    '  {"reason":"full","domain":"","metadata":{},"@type":"type.googleapis.com/google.rpc.ErrorInfo"}',
    '  {"value":"AQI=","@type":"type.googleapis.com/nobody.Knows"}',
  ]);

  const late = await lateCall(at);
  assertEquals([late.code, late.stdout], [1, '{"text":"","times":"0"}']);
  assertMatch(late.stderr, /^DEADLINE_EXCEEDED: Deadline exceeded after \d/);

  // The call that has timed out has hung up before.
  assertEquals(await server.stdout.next(), "hung up");
  server.stdout.skip();
  await using hanging = startTask("call", at, "Foreign/Hang");
  await hanging.stdout.next();
  hanging.kill("SIGINT");
  assertEquals((await hanging.status).code, 130);
  assertEquals(await server.stdout.next(), "hung up");

  for (
    const [words, message] of [
      [
        ["Foreign/Say", "{}", "{}"],
        /with more than one request: it takes one$/,
      ],
      [
        ["Foreign/Join"],
        /it takes a stream of requests, and none is given; as/,
      ],
      [["Foreign/Converse", "{}", "nonsense"], /it is no JSON: /],
      [["Foreign/Join", `@${file}.no`], /Cannot read .*: it does not exist$/],
      [["Foreign/Join", `@${folder.path}`], /^Cannot read .*: it is a folder$/],
      [["Foreign/Join", `@${latin}`], /^Cannot read .*: it is not UTF-8$/],
      [["Foreign", "{}"], /it is a service; name a method of it, as in /],
      [["-H", "nothing"], /expected a name, a colon and a value$/],
      [["-H", "a-bin: ~"], /has a value in base64$/],
      [["-H", "a b: 1"], /a name, a colon and a value$/],
    ] as const
  ) {
    // In this process, since nothing is printed: a start takes half a second.
    const error = await assertRejects(
      () => callHere([at, ...words]),
      UsageError,
    );
    assertMatch(error.message, message);
  }
}

/**
 * Calls what answers once and then no more, in a time that is long enough for
 * that answer on this machine.
 */
async function lateCall(at: string) {
  for (let timeoutMs = 300;; timeoutMs *= 3) {
    const late = await call(at, `--timeout=${timeoutMs}ms`, "Foreign/Hang");
    if (late.stdout !== "" || timeoutMs > 10_000) return late;
  }
}

testWhere(
  "call names the remedy for a server without reflection",
  NO_PYTHON,
  async () => {
    await using server = spawn(PYTHON!, [
      "tests/fixtures/serves_foreign.py",
      "--no-reflection",
    ]);
    const address = await server.stdout.next();

    const { code, stderr } = await call(`--address=${address}`, "Foreign/Say");

    assertEquals(code, 1);
    assertMatch(
      stderr,
      /^Cannot read the types of the server at [\d.:]+: it has no server reflection .*; add it to the server, as .*$/,
    );
  },
  test,
);
