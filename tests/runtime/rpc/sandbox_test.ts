/**
 * A server needs no right but to listen: contracts are text imports, so health
 * and reflection answer without reading a file.
 */

import { assertEquals } from "@std/assert";
import { HealthService } from "../../../runtime/rpc/health.ts";
import { askReflection, decodeFiles } from "../../fixtures/asks_reflection.ts";
import { connectEcho } from "../../fixtures/echo_service.ts";
import { spawnFixture, spawnScript } from "../../support/spawned.ts";

const PERMISSIONS = ["--ignore-env", "--allow-net=127.0.0.1:0"];

Deno.test("a server without a right to read serves health and reflection", async () => {
  await using server = await spawnFixture("serves_pipeline_contract.ts", {
    permissions: PERMISSIONS,
  });
  using client = connectEcho(server.firstLine);

  const { status } = await client.unary(HealthService.Check, {
    service: "pipeline.v1.ParseService",
  });
  const files = decodeFiles(
    await askReflection(client, {
      fileContainingSymbol: "pipeline.v1.ParseService",
    }),
  );

  assertEquals(status, "SERVING");
  assertEquals(files.map((file) => file.package), ["pipeline.v1"]);
});

Deno.test("a shielded server needs no more than that", async () => {
  await using server = await spawnFixture("serves_echo.ts", {
    permissions: PERMISSIONS,
    args: ["--shield=yes"],
  });
  using client = connectEcho(server.firstLine);

  const { status } = await client.unary(HealthService.Check, { service: "" });

  assertEquals(status, "SERVING");
});

Deno.test("a server that may not look for the holder of its port says what it can", async () => {
  await using holder = await spawnFixture("serves_echo.ts");
  await using second = spawnScript("tests/fixtures/serves_echo.ts", {
    permissions: ["--ignore-env", `--allow-net=${holder.firstLine}`],
    args: [`--address=${holder.firstLine}`],
  });

  await second.stderr.find(
    new RegExp(
      `Cannot serve on "${holder.firstLine}": another process listens there`,
    ),
  );
  const { code } = await second.status;
  assertEquals(code, 1);
});
