import { assertEquals } from "@std/assert";
import { dirname } from "node:path";
import type { Project } from "../../../../tasks/export/project.ts";
import { readProject } from "../../../../tasks/export/project.ts";
import { exportSupervisor } from "../../../../tasks/export/systemd/supervisor_unit.ts";
import { exportUnits } from "../../../../tasks/export/systemd/systemd.ts";
import { writeFiles } from "../../../../tasks/export/write_files.ts";
import { KEY_FILES } from "../../../support/export_keys.ts";
import {
  systemdAnalyze,
  withSystemd,
} from "../../../support/systemd_analyze.ts";
import { NOT_FORCED } from "../../../support/exported.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

/** All that a service can say, in one config that is right. */
const EVERYTHING = `services:
  db:
    command: [/bin/sh, -c, 'echo "\$\$HOME" 100%; sleep 9']
    port: 5901
    environment: { PASSWORD: 'a b"c', PLAIN: 'x %y \$\$z' }
    healthcheck: { exec: [/bin/true, 'a b'] }
    mem_limit: 100m
    restart: unless-stopped
  setup:
    script: main.ts
    restart: "no"
    permissions: { net: ['example.com:443'], write: [data, out.txt] }
    environment: [GIVEN, SET=1]
    env_file: local.env
  api:
    script: main.ts
    listen: unix
    permissions: { net: [self] }
    healthcheck: { grpc: self }
    depends_on:
      setup: { condition: service_completed_successfully }
      db: { condition: service_healthy }
    stop_signal: SIGINT
  web:
    script: main.ts
    tls: { ca: ca.pem, cert: cert.pem, key: key.pem }
    allow: [worker]
    port: 80
    args: ["--say=a; b 'c' %d"]
    permissions: { net: [self, api, '10.1.2.3:5'], sys: true, env: [LANG, LC_*] }
    depends_on: { api: { condition: service_healthy } }
    healthcheck: { http: 'http://127.0.0.1:80/?a=b&c' }
    deploy: { replicas: 1 }
    restart: always
  worker:
    script: main.ts
    deploy: { replicas: 3 }
    depends_on: [web, nightly]
    profiles: [heavy]
    restart_policy: { delay: 1s, max_attempts: 3 }
  nightly:
    script: main.ts
    schedule: "*/20 2 1,15 * MON-FRI"
    timezone: Europe/Berlin
`;

async function projectOf(
  folder: string,
  text: string,
): Promise<Project> {
  for (const [path, content] of Object.entries(KEY_FILES)) {
    await Deno.mkdir(dirname(`${folder}/${path}`), { recursive: true });
    await Deno.writeTextFile(`${folder}/${path}`, content, { mode: 0o755 });
  }
  await Deno.writeTextFile(`${folder}/config.yaml`, text);
  return { ...await readProject(`${folder}/config.yaml`), name: "shop" };
}

for (const user of [false, true]) {
  const whose = user ? "of a user" : "of the system";
  Deno.test({
    ...withSystemd(`systemd finds nothing wrong with units ${whose}`),
    async fn() {
      await using folder = await tempFolder();
      const project = await projectOf(folder.path, EVERYTHING);
      const options = {
        root: folder.path,
        deno: Deno.execPath(),
        user,
        runAs: undefined,
        version: 252,
      };
      const units = exportUnits(project, options).files
        .filter(({ path }) => /\.(service|timer|target)$/.test(path));
      const alone = exportSupervisor(project, options).files
        .filter(({ path }) => path.endsWith(".service"));
      await writeFiles(folder.file("units"), [...units, ...alone], NOT_FORCED);

      const { code, text } = await systemdAnalyze(
        [
          ...(user ? ["--user"] : []),
          "verify",
          ...[...units, ...alone].map(({ path }) => `./${path}`),
        ],
        folder.file("units"),
      );

      assertEquals([code, text], [0, ""]);
    },
  });
}

Deno.test({
  ...withSystemd("systemd calls the exposure of each unit low"),
  async fn() {
    await using folder = await tempFolder();
    const project = await projectOf(folder.path, EVERYTHING);
    const { files } = exportUnits(project, {
      root: "/opt/app",
      deno: Deno.execPath(),
      user: false,
      runAs: undefined,
      version: 252,
    });
    const services = files.filter(({ path }) => path.endsWith(".service"));
    await writeFiles(folder.file("units"), services, NOT_FORCED);

    const { code, text } = await systemdAnalyze(
      [
        "security",
        "--offline=true",
        "--threshold=40",
        ...services.map(({ path }) => `./${path}`),
      ],
      folder.file("units"),
    );

    assertEquals(
      code,
      0,
      text.split("\n").filter((line) => line.includes("Overall")).join("\n"),
    );
    assertEquals(services.length > 11, true);
  },
});

Deno.test("no unit holds what may be secret, and no other mode than 0600 does", async () => {
  await using folder = await tempFolder();
  const project = await projectOf(
    folder.path,
    EVERYTHING.replace("SET=1", "SET=1, 'API_KEY=k3y'"),
  );
  const { files } = exportUnits(project, {
    root: "/opt/app",
    deno: "/usr/bin/deno",
    user: false,
    runAs: undefined,
    version: 254,
  });
  const holding = files.filter(({ content }) =>
    content.includes("k3y") || content.includes('a b\\"c')
  );

  assertEquals(
    holding.map(({ path, mode }) => [path, mode]),
    [["environment/db.env", 0o600], ["environment/setup.env", 0o600]],
  );
});
