/** Two pipelines that are started at the same moment on the same ports. */

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { healthNameOf } from "../../stages/names.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { connect } from "../../runtime/rpc/connect.ts";
import { HealthService } from "../../runtime/rpc/health.ts";
import { IngestService } from "../../proto/pipeline/contract.ts";
import { prepareInput } from "../support/prepared_input.ts";
import {
  ended,
  findStages,
  opened,
  runFolder,
  startRun,
} from "../support/runs.ts";
import { freePorts } from "../support/free_ports.ts";

Deno.test("of two pipelines started at once on the same ports one runs, and the other says so", async () => {
  await using prepared = await prepareInput(5_000);
  for (let round = 0; round < 2; round++) {
    const port = freePorts();
    await using folders = new AsyncDisposableStack();
    const starts = [];
    for (const at of [0, 1]) {
      const folder = folders.use(await runFolder());
      // The ports overlap; they need not be the same.
      starts.push({ folder, port: port + at * round });
    }
    const runs = starts.map(({ folder, port }) =>
      folders.use(
        startRun("pipeline", folder, ["--input=-"], { port, stdin: "piped" }),
      )
    );

    // Neither ends by itself as long as there may be more to read.
    const lost = await Promise.race(
      runs.map(({ status }, at) => status.then(() => at)),
    );
    const won = 1 - lost;
    const writer = runs[won]!.stdin!.getWriter();
    await writer.write(await Deno.readFile(prepared.input));
    await writer.close();
    const ends = await Promise.all(runs.map(ended));

    const { code, stderr } = ends[won]!;
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const { output } = starts[won]!.folder;
    assertEquals(await Deno.readTextFile(output), prepared.right.results);
    assertEquals(ends[lost]!.code, 1);
    assertMatch(
      ends[lost]!.stderr,
      new RegExp(
        `^Cannot start stage "\\w+": port \\d+ is kept by another pipeline \\(pid ${
          runs[won]!.pid
        }\\); choose other ports with --port$`,
      ),
    );
    assertEquals(await starts[lost]!.folder.names(), []);
  }
});

Deno.test("a stage takes part in the run that it was started for, and in no other", async () => {
  await using folder = await runFolder();
  await using run = startRun("pipeline", folder, ["--input=-"], {
    stdin: "piped",
  });
  await opened(run);
  const { ingest: pid } = await findStages(run.port);
  const environment = await Deno.readTextFile(`/proc/${pid}/environ`);
  const [, token] = /DENIZEN_TOKEN=([^\0]+)/.exec(environment)!;
  const address = `127.0.0.1:${run.port}`;
  const ingest = connect(address, { token });
  const stranger = connect(address);

  const refused = await assertRejects(
    () =>
      stranger.serverStream(IngestService.Run, { run: "x", batch: 1 }).next(),
    Fault,
  );
  const fault = await assertRejects(
    () => ingest.serverStream(IngestService.Run, { run: "x", batch: 1 }).next(),
    Fault,
  );
  const unknown = await assertRejects(
    () =>
      ingest.unary(HealthService.Check, {
        service: healthNameOf("x", run.pid),
      }),
    Fault,
  );
  ingest.close();
  stranger.close();

  assertEquals(refused.code, "unauthenticated");
  assertEquals(fault.code, "failed_precondition");
  assertMatch(
    fault.message,
    /^Cannot take part in run x: this stage belongs to run [-0-9a-f]{36}, of another pipeline on the same ports; choose others with --port$/,
  );
  assertEquals(unknown.code, "not_found");
});
