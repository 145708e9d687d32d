/**
 * TypeScript, Rust and C++ with certificates: through one broker, each to each.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { listServices } from "../../broker/client.ts";
import type { TlsFiles } from "../../runtime/program/tls_files.ts";
import { useTls } from "../../runtime/program/tls_files.ts";
import {
  CPP_CLIENT,
  readUntilInTurn,
  RUST_CLIENT,
  RUST_SERVER,
  startBuilt,
  startRustServer,
  testBuilt,
} from "../support/built_clients.ts";
import {
  startBroker,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { createTestCa, type TestCa } from "../support/certificates.ts";
import { freePorts } from "../support/free_ports.ts";
import { spawn } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** What names the files of a certificate. */
function flagsOf({ ca, cert, key }: TlsFiles): string[] {
  return [`--tls-ca=${ca}`, `--tls-cert=${cert}`, `--tls-key=${key}`];
}

/** A broker, a server in TypeScript and one in Rust, with certificates of `ca`. */
async function startAll(ca: TestCa) {
  const broker = await startBroker(undefined, {
    tls: await ca.issue("broker"),
  });
  const typescript = await startRegistered(broker.address, {
    tls: await ca.issue("typescript"),
    args: ["--allow=client"],
  });
  const tls = await ca.issue("rust");
  const port = freePorts(1);
  const rust = await startRustServer(broker.address, {
    address: `0.0.0.0:${port}`,
    args: ["--advertise=127.0.0.1", "--allow=client", ...flagsOf(tls)],
  });
  await rust.stderr.find(/^Registered/);
  return {
    broker: broker.address,
    servers: [typescript.address, `127.0.0.1:${port}`],
    rust,
    tls,
    async [Symbol.asyncDispose]() {
      for (const each of [rust, typescript, broker]) {
        await each[Symbol.asyncDispose]();
      }
    },
  };
}

testBuilt(
  "programs in TypeScript, Rust and C++ call each other with certificates",
  [RUST_CLIENT, RUST_SERVER, CPP_CLIENT],
  async () => {
    await using folder = await tempFolder();
    const ca = await createTestCa(folder.path);
    await using all = await startAll(ca);
    const client = await ca.issue("client");
    const start = (program: string, tls: TlsFiles, args: string[]) =>
      startBuilt(program, all.broker, [...flagsOf(tls), ...args]);

    const interval = "--interval=1ms";
    await using rust = start(RUST_CLIENT, client, [interval]);
    await using cpp = start(CPP_CLIENT, client, [interval]);
    await using typescript = startClient(all.broker, all.servers, [interval], {
      tls: client,
    });
    for (const each of [rust, cpp]) {
      await readUntilInTurn(each.stdout, all.servers);
    }
    const answered = new Set<string>();
    while (answered.size < 2) {
      const line = await typescript.stdout.next() ?? "";
      answered.add(/, (\S+)\)$/.exec(line)?.[1] ?? line);
    }
    assertEquals([...answered].toSorted(), all.servers.toSorted());

    // What is renewed is taken up, and what is wrong is not.
    for (const each of [rust, cpp, all.rust]) {
      each.kill("SIGHUP");
      await each.stderr.find(/^Uses the certificate of /);
    }
    await readUntilInTurn(cpp.stdout, all.servers);
    await Deno.writeTextFile(client.cert, "");
    for (const each of [rust, cpp]) {
      each.kill("SIGHUP");
      assertMatch(
        await each.stderr.find(/Goes on with the one of before$/),
        /^Cannot use ".*client\.pem" \(--tls-cert\) for TLS: it has no certificate/,
      );
      await readUntilInTurn(each.stdout, all.servers);
    }

    // A stranger of the same CA is named, and told who may call.
    const stranger = await ca.issue("stranger");
    for (const program of [RUST_CLIENT, CPP_CLIENT]) {
      await using refused = start(program, stranger, ["--count=2"]);
      assertMatch(
        await refused.stderr.find(/may not call/),
        /^"stranger" may not call this server: those who may are client; allow: of this server lists them$/,
      );
      assertEquals((await refused.status).code, 1);
    }

    // Who trusts another CA says so, in one line.
    const other = await createTestCa(folder.path, "other");
    const alien = await other.issue("client", { file: "alien" });
    for (const program of [RUST_CLIENT, CPP_CLIENT]) {
      await using refused = start(program, alien, ["--once"]);
      assertMatch(
        await refused.stderr.find(/another CA/),
        /^Waiting for a calculator server: Cannot reach the broker at .*: its certificate .* another CA than this program trusts/,
      );
    }
  },
);

testBuilt(
  "the server in Rust says in one line whom it refuses, and at which address it is called",
  [RUST_SERVER],
  async () => {
    await using folder = await tempFolder();
    const ca = await createTestCa(folder.path);
    await using all = await startAll(ca);
    const [, rust = ""] = all.servers;
    const port = Number(rust.split(":")[1]);

    useTls(readFlagsOf(await ca.issue("client")));
    try {
      const entries = await listServices(all.broker);
      assert(
        entries.some(({ address, instance }) =>
          address === rust && instance === rust
        ),
      );
    } finally {
      useTls(undefined);
    }
    using plain = await Deno.connect({ port });
    await plain.write(new TextEncoder().encode("PRI * HTTP/2.0\r\n\r\n"));
    assertMatch(
      await all.rust.stderr.find(/^Refused a connection/),
      /^Refused a connection from 127\.0\.0\.1:\d+: it speaks no TLS, and this server does/,
    );
  },
);

function readFlagsOf({ ca, cert, key }: TlsFiles) {
  return { "tls-ca": ca, "tls-cert": cert, "tls-key": key };
}

for (
  const [program, args, message] of [
    [
      RUST_SERVER,
      ["--address=0.0.0.0:0"],
      /^Cannot serve on "0\.0\.0\.0:0": other machines can reach it; give it a certificate \(--tls-ca, .*\), or add --insecure to go without$/,
    ],
    [
      RUST_SERVER,
      ["--advertise=0.0.0.0"],
      /^Cannot read --advertise="0\.0\.0\.0": it must be one that callers can dial$/,
    ],
    [
      RUST_SERVER,
      ["--allow=a"],
      /^Cannot serve on .*: who may call \(a\) is known by certificates only/,
    ],
    [
      RUST_CLIENT,
      ["--tls-ca=a"],
      /^Cannot use TLS: --tls-cert \(DENIZEN_TLS_CERT\) and --tls-key \(DENIZEN_TLS_KEY\) are missing/,
    ],
    [
      CPP_CLIENT,
      ["--tls-ca=a"],
      /^Cannot use TLS: --tls-cert \(DENIZEN_TLS_CERT\) and --tls-key \(DENIZEN_TLS_KEY\) are missing/,
    ],
    [
      CPP_CLIENT,
      ["--tls-ca=/absent", "--tls-cert=b", "--tls-key=c"],
      /^Cannot use "\/absent" \(--tls-ca\) for TLS: there is no such file$/,
    ],
  ] as const
) {
  testBuilt(`${program} refuses ${args.join(" ")}`, [program], async () => {
    await using refused = spawn(program, [...args]);

    assertMatch(await refused.stderr.rest(), message);
    assert((await refused.status).code > 0);
  });
}
