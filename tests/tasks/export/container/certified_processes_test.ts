import { assertEquals, assertMatch } from "@std/assert";
import { parse } from "@std/yaml";
import { basename, join, resolve } from "node:path";
import { PROJECT } from "../../../../runtime/program/paths.ts";
import { certificates } from "../../../../tasks/certificates.ts";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import { endHere } from "../../../support/command_here.ts";
import { fileOf, projectOf } from "../../../support/exported.ts";
import { freePorts } from "../../../support/free_ports.ts";
import { spawn, type Spawned } from "../../../support/spawned.ts";
import { type TempFolder, tempFolder } from "../../../support/temp_folder.ts";

/** What compose would do with a file, as far as a process needs it. */
interface Composed {
  services: Record<string, {
    command: string[];
    environment: Record<string, string>;
    working_dir: string;
    secrets: { source: string; target: string }[];
    healthcheck: { test: string[] };
  }>;
  secrets: Record<string, { file: string }>;
}

const OUTPUT = join(PROJECT, "export/compose");

Deno.test("an exported service and its probe know each other by their certificates, and whom they let in", async () => {
  await using folder = await tempFolder();
  const tls = folder.file("tls");
  await endHere(() =>
    certificates([`--output=${tls}`, "api", "friend", "stranger"])
  );
  const project = projectOf(
    `
tls: { ca: ${tls}/ca.pem, cert: "${tls}/\${service}.pem", key: "${tls}/\${service}-key.pem" }
services:
  api:
    script: tests/fixtures/serves_echo.ts
    port: ${freePorts(1)}
    args: ["--address=\${self.address}"]
    permissions: { net: [self] }
    healthcheck: { grpc: self, timeout: 20s }
    allow: [friend]
  friend: &asks
    script: tests/fixtures/says_hello.ts
    args: ["\${api.address}"]
    permissions: { net: [api] }
  stranger: *asks
`,
    { folder: PROJECT },
  );
  const source = {
    root: PROJECT,
    denoFolder: PROJECT,
    isLocked: true,
    includeEnvFiles: [],
    output: OUTPUT,
  };
  const composed = parse(
    fileOf(exportCompose(project, source), "compose.yaml"),
  ) as Composed;
  const start = await runner(composed, folder);

  await using api = start("api");
  await api.stdout.find(/0\.0\.0\.0/);
  await using friend = start("friend");
  await using stranger = start("stranger");
  const [, ...probe] = composed.services.api!.healthcheck.test;
  await using healthy = start("api", probe);
  // A certificate that is not among those that may call.
  await using asksToo = start("stranger", probe);
  const [answer, refusal, asked, askedToo] = await Promise.all([
    friend.stdout.rest(),
    stranger.stdout.rest(),
    healthy.status,
    asksToo.status,
  ]);

  assertEquals(answer, "hello");
  assertMatch(
    refusal,
    /^permission_denied: .*"stranger" may not call .*: those who may are friend/,
  );
  assertEquals([asked.code, askedToo.code], [0, 0]);
  assertMatch(
    fileOf(exportKubernetes(project, source), "services/api.yaml"),
    new RegExp(
      probe.slice(1).map((word) => `- .*${RegExp.escape(word)}.*\n`)
        .join("\\s*"),
    ),
  );
});

/** Starts what a container would run, with its files and names on this machine. */
async function runner(
  { services, secrets }: Composed,
  folder: TempFolder,
): Promise<(name: string, command?: string[]) => Spawned> {
  // Where Deno has the modules.
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  const runtime = { HOME, ...(DENO_DIR === undefined ? {} : { DENO_DIR }) };
  const put = async (name: string) => {
    await Deno.mkdir(folder.file(name));
    for (const { source, target } of services[name]!.secrets) {
      await Deno.copyFile(
        resolve(OUTPUT, secrets[source]!.file),
        folder.file(`${name}/${basename(target)}`),
      );
    }
  };
  await Promise.all(Object.keys(services).map(put));
  return (name, command = services[name]!.command) => {
    const { environment, working_dir } = services[name]!;
    const here = (text: string) =>
      text.replaceAll("/run/secrets/denizen-tls", folder.file(name))
        .replaceAll(
          "/opt/denizen/health_probe.ts",
          join(PROJECT, "tasks/export/probe/health_probe.ts"),
        )
        .replaceAll(/(?<=^|[=,])\/app(?=$|[/,])/g, PROJECT)
        .replaceAll(/(?<=^|=)api(?=[:,])/g, "127.0.0.1");
    const [program, ...args] = command.map(here);
    assertEquals(program, "deno");
    return spawn(Deno.execPath(), args, {
      cwd: here(working_dir),
      clearEnv: true,
      env: {
        ...runtime,
        ...Object.fromEntries(
          Object.entries(environment).map(([key, value]) => [key, here(value)]),
        ),
      },
    });
  };
}
