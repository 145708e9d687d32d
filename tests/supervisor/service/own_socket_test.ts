/** Services that listen on unix sockets, as processes in their sandboxes. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { dirname, join } from "node:path";
import { Failure } from "../../../runtime/program/errors.ts";
import { makeRoomForSocket } from "../../../supervisor/service/own_socket.ts";
import { testsAtOnce } from "../../support/at_once.ts";
import { eventually } from "../../support/eventually.ts";
import { createWorkspace } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const test = testsAtOnce("services on sockets of their own");

const script = (path: string) =>
  new URL(`../../../${path}`, import.meta.url).pathname;

const SYSTEM = {
  broker: {
    script: script("broker/main.ts"),
    listen: "unix",
    args: ["--address=${self.address}"],
    permissions: { net: ["self"] },
    healthcheck: { grpc: "self" },
  },
  server: {
    script: script("calculator/server.ts"),
    listen: "unix",
    args: ["--address=${self.address}", "--broker=${broker.address}"],
    permissions: { net: ["self", "broker"] },
    healthcheck: { grpc: "self" },
    "depends_on": { broker: { condition: "service_healthy" } },
    deploy: { replicas: 2 },
  },
  client: {
    script: script("calculator/client.ts"),
    args: ["--broker=${broker.address}", "--interval=50ms"],
    permissions: { net: ["broker", "server"] },
    "depends_on": { server: { condition: "service_healthy" } },
  },
};

for (const below of ["", "a-long-name-".repeat(10)]) {
  test(
    `services listen on sockets that only this user can reach, ${
      below === ""
        ? "in the state folder"
        : "elsewhere where its path is too long"
    }`,
    async () => {
      await using workspace = await createWorkspace(SYSTEM, { below });
      const supervised = workspace.supervise();
      await supervised.said(/client \| .* = .*server-1\.sock/);
      await supervised.said(/client \| .* = .*server-2\.sock/);

      const services = await workspace.services();
      const places = ["broker", "server-1", "server-2"].map((name) =>
        services.get(name)?.address?.replace(/^unix:/, "") ?? ""
      );
      const folder = dirname(places[0]!);
      const modes = await Promise.all(
        [folder, ...places].map(async (path) =>
          (await Deno.stat(path)).mode! & 0o777
        ),
      );
      const killed = services.get("server-1")?.pid ?? 0;
      Deno.kill(killed, "SIGKILL");
      await supervised.said(/server-1: healthy/, 2);
      await eventually("the killed replica answers again", async () => {
        const again = (await workspace.services()).get("server-1");
        return again?.pid !== killed && again?.state === "healthy";
      });
      const stopped = await workspace.run("stop");

      assertEquals(places.map((path) => path.replace(folder, "")), [
        "/broker.sock",
        "/server-1.sock",
        "/server-2.sock",
      ]);
      assertEquals(modes, [0o700, 0o700, 0o700, 0o700]);
      assertEquals(stopped.code, 0, stopped.stderr);
      if (below === "") {
        assertEquals(folder, join(workspace.folder, ".denizen", "run"));
      } else await Deno.remove(dirname(folder), { recursive: true });
    },
  );
}

Deno.test("makeRoomForSocket() removes a dead socket, and neither a live one nor a file", async () => {
  await using folder = await tempFolder();
  const path = folder.file("run/a.sock");

  await makeRoomForSocket(path);
  await Deno.writeTextFile(path, "mine");
  const file = await assertRejects(() => makeRoomForSocket(path), Failure);
  await Deno.remove(path);
  {
    using _listener = Deno.listen({ transport: "unix", path });
    const live = await assertRejects(() => makeRoomForSocket(path), Failure);
    assertMatch(live.message, /is taken: another process listens there/);
    await Deno.rename(path, `${path}~`);
  }
  await Deno.rename(`${path}~`, path);
  await makeRoomForSocket(path);
  await Deno.chmod(folder.file("run"), 0o755);
  const open = await assertRejects(() => makeRoomForSocket(path), Failure);

  assertMatch(file.message, /what is there is no socket; remove it$/);
  assertMatch(open.message, /others may look into it \(mode 755\)/);
  assertEquals(await Array.fromAsync(Deno.readDir(folder.file("run"))), []);
});
