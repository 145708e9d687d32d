import { assertEquals } from "@std/assert";
import { parseAddress } from "../../../runtime/program/address.ts";
import { connectEcho, EchoService } from "../../fixtures/echo_service.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { testWhere } from "../../support/built_clients.ts";
import { eventually } from "../../support/eventually.ts";
import { spawn } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const test = testsAtOnce("descriptors that run out");

/** More than a server gets that starts with a good half of them in use. */
const DESCRIPTORS = 60;
const CONNECTIONS = 120;

for (const shield of ["no", "yes"]) {
  for (const kind of ["tcp", "unix"]) {
    testWhere(
      `a server accepts again after its descriptors ran out (${kind}, shield: ${shield})`,
      Deno.build.os === "linux" ? undefined : "ulimit is that of Linux",
      async () => {
        await using folder = await tempFolder();
        const address = kind === "tcp"
          ? "127.0.0.1:0"
          : `unix:${folder.path}/echo.sock`;
        await using server = spawn("sh", [
          "-c",
          `ulimit -n ${DESCRIPTORS} && exec "$@"`,
          "sh",
          Deno.execPath(),
          "run",
          "--quiet",
          "--cached-only",
          "--allow-all",
          "tests/fixtures/serves_echo.ts",
          `--address=${address}`,
          `--shield=${shield}`,
        ]);
        const served = await server.stdout.next() ?? "";

        const connections = await openConnections(served);
        const told = await server.stderr.find(/./);
        for (const connection of connections) connection.close();
        const toldAgain = await server.stderr.find(/./);

        assertEquals(
          told,
          `Cannot accept connections on "${served}" for now: this process has no file descriptor left (ulimit -n)`,
        );
        assertEquals(toldAgain, `Accepts connections on "${served}" again`);
        using echo = connectEcho(served);
        await eventually("an answer", async () => {
          const said = await echo.unary(EchoService.Say, { text: "a" })
            .catch(() => undefined);
          return said?.text === "a";
        });
        server.kill("SIGTERM");
        assertEquals((await server.status).code, 0);
      },
      test,
    );
  }
}

function openConnections(address: string): Promise<Deno.Conn[]> {
  const wanted = parseAddress(address);
  return Promise.all(
    Array.from(
      { length: CONNECTIONS },
      () =>
        wanted.kind === "unix"
          ? Deno.connect({ transport: "unix", path: wanted.path })
          : Deno.connect({ hostname: wanted.host, port: wanted.port }),
    ),
  );
}
