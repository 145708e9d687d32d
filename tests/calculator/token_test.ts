/**
 * The token of a run in all three languages: who shows it is let in, and anyone
 * else is told so in the same words, with the same exit code.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { CalculatorService } from "../../proto/calculator/contract.ts";
import { askHealth } from "../../runtime/rpc/ask_health.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import {
  CPP_CLIENT,
  RUST_CLIENT,
  RUST_SERVER,
  testBuilt,
} from "../support/built_clients.ts";
import { listening, type Server } from "../support/calculator_system.ts";
import { spawn, type Spawned, spawnScript } from "../support/spawned.ts";

const TOKEN = createToken();

/** Starts a program with a token; an empty one is none. */
type Start = (args: string[], token: string) => Spawned;

/** A script of ours; what it is called is the same for all servers. */
const script = (path: string, name = "client"): Start => (args, token) =>
  spawnScript(path, { args, env: environment(name, token) });

/** A program that has been built. */
const program = (path: string, name = "client"): Start => (args, token) =>
  spawn(path, args, { env: environment(name, token) });

function environment(name: string, token: string) {
  // An empty one says nothing.
  return {
    DENIZEN_TOKEN: token,
    DENIZEN_AUTH: "",
    DENIZEN_SERVICE: `a/${name}`,
  };
}

const broker = script("broker/main.ts", "broker");
const SERVERS = {
  TypeScript: script("calculator/server.ts", "calculator"),
  Rust: program(RUST_SERVER, "calculator"),
};
const CLIENTS = {
  TypeScript: script("calculator/client.ts"),
  Rust: program(RUST_CLIENT),
  "C++": program(CPP_CLIENT),
};

const ANY = "--address=127.0.0.1:0";

/** What a server that is called `name` tells who did not show its token. */
function refusal(name: string, got: string): string {
  return `${name} wants this run's token and ${got}: processes of the run have it as DENIZEN_TOKEN; else grpcurl -H "$(deno task token)" …, or deno task call …; or auth: none for ${name}`;
}

/** Asks once, and returns how that ended. */
async function outcome(start: Start, at: string, token: string) {
  await using client = start([`--broker=${at}`, "--once"], token);
  const { code } = await client.status;
  return { code, stderr: await client.stderr.rest() };
}

/** Connects without a token. */
function strangerTo(address: string): Connection & Disposable {
  const connection = connect(address);
  return { ...connection, [Symbol.dispose]: () => connection.close() };
}

testBuilt(
  "servers of both languages let in who shows their token, and refuse clients of all three in the same words",
  [RUST_SERVER, RUST_CLIENT, CPP_CLIENT],
  async () => {
    // It has no token, and so lets everybody look for servers.
    await using open = await listening(broker([ANY], ""));
    await using stack = new AsyncDisposableStack();
    const servers: Server[] = [];
    for (const start of Object.values(SERVERS)) {
      const args = [ANY, `--broker=${open.address}`];
      const server = stack.use(await listening(start(args, TOKEN)));
      await server.stderr.find(/^Registered/);
      servers.push(server);
    }

    for (const [language, start] of Object.entries(CLIENTS)) {
      await using client = start([
        `--broker=${open.address}`,
        "--interval=5ms",
      ], TOKEN);
      for (const { address } of servers) {
        await client.stdout.find(new RegExp(`, ${address}\\)$`));
      }
      client.kill("SIGTERM");
      assertEquals(await client.stderr.rest(), "", language);
      assertEquals(await outcome(start, open.address, ""), {
        code: 1,
        stderr: refusal("calculator", "was called without it"),
      }, language);
    }
    assertEquals(await outcome(CLIENTS.Rust, open.address, createToken()), {
      code: 1,
      stderr: refusal("calculator", "was shown another"),
    });

    // Whoever is turned away can still ask how the server is.
    for (const { address } of servers) {
      using stranger = strangerTo(address);
      assertEquals(await askHealth(stranger, { deadlineMs: 5_000 }), {
        kind: "serving",
      });
    }
    await using lax = await listening(
      spawn(RUST_SERVER, [ANY, `--broker=${open.address}`], {
        env: { ...environment("calculator", TOKEN), DENIZEN_AUTH: "none" },
      }),
    );
    using anyone = strangerTo(lax.address);
    const question = {
      operand1: 6,
      operand2: 7,
      operation: "OPERATION_MULTIPLY",
    } as const;
    assertEquals(
      (await anyone.unary(CalculatorService.Calculate, question)).result,
      42,
    );

    // Who was refused stands in the log, and a flood is one line: of a server
    // that has refused nobody before, since that would be another.
    await using rust = await listening(
      SERVERS.Rust([ANY, `--broker=${open.address}`], TOKEN),
    );
    await rust.stderr.find(/^Registered/);
    using stranger = strangerTo(rust.address);
    await Promise.allSettled(
      Array.from(
        { length: 100 },
        () => stranger.unary(CalculatorService.Calculate, question),
      ),
    );
    rust.kill("SIGTERM");
    assertMatch(
      await rust.stderr.rest(),
      /^Refused \/calculator\.v1\.CalculatorService\/Calculate from 127\.0\.0\.1:\d+: calculator wants [^\n]+(\nRefused \d+ more calls?)*$/,
    );
  },
);

testBuilt(
  "a broker with a token registers and tells only who shows it, in all languages",
  [RUST_SERVER, RUST_CLIENT, CPP_CLIENT],
  async () => {
    await using closed = await listening(broker([ANY], TOKEN));
    const args = [ANY, `--broker=${closed.address}`];
    const refused = refusal("broker", "was called without it");
    // Register is always guarded: auth: none is no way in.
    const always = refused.replace("; or auth: none for broker", "");

    for (const [language, start] of Object.entries(SERVERS)) {
      await using stranger = await listening(start(args, ""));
      const line = await stranger.stderr.next();
      assertEquals(
        line,
        `Waiting to register "calculator.v1.CalculatorService" at ${stranger.address}: ${always}`,
        language,
      );
    }
    await using known = await listening(SERVERS.Rust(args, TOKEN));
    await known.stderr.find(/^Registered/);
    for (const [language, start] of Object.entries(CLIENTS)) {
      assertEquals(
        await outcome(start, closed.address, ""),
        { code: 1, stderr: refused },
        language,
      );
    }
  },
);
