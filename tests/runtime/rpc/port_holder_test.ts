import { assertEquals } from "@std/assert";
import { findPortHolder } from "../../../runtime/rpc/port_holder.ts";
import { spawnFixture } from "../../support/spawned.ts";

const onLinux = Deno.build.os === "linux";

Deno.test({
  name: "findPortHolder() names this process for a port it holds",
  ignore: !onLinux,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });

    const holder = await findPortHolder(listener.addr.port);

    assertEquals(holder, { pid: Deno.pid, program: "deno" });
  },
});

Deno.test({
  name: "findPortHolder() names another process",
  ignore: !onLinux,
  async fn() {
    await using server = await spawnFixture("serves_echo.ts");
    const port = Number(server.firstLine.split(":").at(-1));

    const holder = await findPortHolder(port);

    assertEquals(holder?.pid, server.pid);
  },
});

Deno.test("findPortHolder() knows nobody for a port that is free", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();

  assertEquals(await findPortHolder(port), undefined);
});
