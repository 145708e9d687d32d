import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import {
  fileOf,
  FOLDER,
  projectOf,
  SOURCE,
} from "../../../support/exported.ts";

interface Composed {
  command: string[];
  restart: string;
  ports?: string[];
  volumes: { target: string }[];
}

function composed(text: string, freePort?: number) {
  const project = projectOf(text, freePort === undefined ? {} : { freePort });
  const exported = exportCompose(project, SOURCE);
  const { services } = parse(fileOf(exported, "compose.yaml")) as {
    services: Record<string, Composed>;
  };
  return { ...exported, services };
}

/** Returns what was told of a key, in a line. */
function toldOf(
  key: string,
  { notCarried }: { notCarried: readonly { key: string; why: string }[] },
) {
  return notCarried.filter((each) => each.key === key)
    .map(({ why }) => why).join("\n");
}

const AUTO = `
services:
  web: { script: web.ts, port: auto, args: ["\${self.address}", "-p=\${self.port}"], permissions: { net: [self] }, deploy: { replicas: 2 } }
  asks: { script: asks.ts, args: ["\${web.address}"], permissions: { net: [web] } }
`;

Deno.test("an export does not depend on the ports that are free where it is made", () => {
  const one = composed(AUTO, 20_000);
  const other = composed(AUTO, 30_007);

  assertEquals(one.files, other.files);
  assertEquals(one.services.web!.command.slice(-2), [
    "0.0.0.0:9000",
    "-p=9000",
  ]);
  assertEquals(one.services.asks!.command.at(-1), "web:9000");
  assertEquals(one.services.web!.ports, ["127.0.0.1::9000"]);
});

Deno.test("export compose publishes no port of what listens on a socket", () => {
  const { services } = composed(`
services:
  web: { script: web.ts, listen: unix, deploy: { replicas: 2 }, permissions: { net: [self] } }
`);

  assertEquals(services.web!.ports, undefined);
});

Deno.test("no two containers have one name, whatever the config calls them", () => {
  const { services } = composed(`
services:
  a: { script: a.ts, port: 7001, args: ["\${REPLICA}"], deploy: { replicas: 2 } }
  A-1: { script: a.ts, port: 7011 }
`);

  assertEquals(Object.keys(services).length, 3);
  assert("a-1" in services);
});

Deno.test("export compose fills in no dollar sign of a path", () => {
  const { services } = composed(`
services:
  a: { script: a.ts, permissions: { write: ["da$$ta"] } }
`);

  assertEquals(services.a!.volumes[0]!.target, "/app/da$$ta");
});

Deno.test("no two secrets have one name, whatever services and files are called", () => {
  const exported = exportKubernetes(
    projectOf(`
services:
  denizen-token: { script: a.ts, environment: { A: "\${B:-}" } }
  web: { script: a.ts, env_file: [.env, more/.env] }
  web-env: { script: a.ts, environment: { A: "\${B:-}" } }
`),
    SOURCE,
  );

  const names = [
    ...fileOf(exported, "secrets.yaml").matchAll(/^ {2}name: (.*)$/gm),
    ...fileOf(exported, "services/web.yaml")
      .matchAll(/secretRef:\s+name: (.*)$/gm),
  ].map(([, name]) => name);
  assertEquals(names, [
    ...["denizen--token", "denizen-token", "web-env"],
    ...["web--env-env", "web--env-env-2"],
  ]);
});

for (
  const path of [
    ...["/opt/shop.db", "/usr/local/bin/state.json", "/etc/shop.conf"],
    ...[
      "/etc/shop",
      "/run/shop.pid",
      "/deno-dir",
      "/deno-dir/x.db",
      "/var/a.db",
    ],
    ...["/opt/denizen/x", "/bin", "/usr/lib/shop", "/run/secrets/x", "/root/x"],
    ...[".denizen/x.db", "node_modules/.cache"],
  ]
) {
  Deno.test(`an export hides nothing of the image's behind a volume for "${path}"`, () => {
    const project = projectOf(`
services:
  a: { script: src/a.ts, permissions: { write: ["${path}"] } }
`);

    for (
      const exported of [
        exportCompose(project, SOURCE),
        exportKubernetes(project, SOURCE),
      ]
    ) {
      const text = exported.files.map(({ content }) => content).join("\n");
      assert(!/^volumes:|PersistentVolumeClaim/m.test(text));
      assert(!fileOf(exported, "Dockerfile").includes("a+rwX"));
      assertEquals(
        toldOf("permissions.write", exported),
        `"${path}" is in a folder that the image has need of, and no volume may hide that`,
      );
    }
  });
}

Deno.test("an export makes volumes of folders that are nobody else's", () => {
  const { services } = composed(`
services:
  a: { script: src/a.ts, permissions: { write: [/opt/shop/a.db, /var/lib/shop, /srv, /run/shop/a.sock, /home/node/x] } }
`);

  assertEquals(
    services.a!.volumes.map(({ target }) => target),
    ["/home/node/x", "/opt/shop", "/run/shop", "/srv", "/var/lib/shop"],
  );
});

Deno.test("an export lets its user listen on ports below 1024", () => {
  const project = projectOf(`
services:
  web: { script: web.ts, port: 80, permissions: { net: [self] } }
  api: { script: web.ts, port: 1024, permissions: { net: [self] } }
`);
  const sysctl = "net.ipv4.ip_unprivileged_port_start";
  const { services } = parse(
    fileOf(exportCompose(project, SOURCE), "compose.yaml"),
  ) as { services: Record<string, { sysctls?: unknown }> };
  const exported = exportKubernetes(project, SOURCE);

  assertEquals(services.web!.sysctls, { [sysctl]: 0 });
  assertEquals(services.api!.sysctls, undefined);
  assertStringIncludes(
    fileOf(exported, "services/web.yaml"),
    `        sysctls:
          - name: ${sysctl}
            value: "0"
`,
  );
  assert(!fileOf(exported, "services/api.yaml").includes("sysctls"));
});

Deno.test("export kubernetes has the kubelet fill in no dollar sign", () => {
  const exported = exportKubernetes(
    projectOf(`
services:
  a: { script: a.ts, args: ["$$(A) $$$$(B) $$$$c $$d e$$"] }
`),
    SOURCE,
  );

  // It makes one of two dollar signs, and fills in what is in brackets.
  assertStringIncludes(
    fileOf(exported, "services/a.yaml"),
    "- $$(A) $$$$(B) $$$c $d e$\n",
  );
});

Deno.test("export compose tells that Docker counts no restarts within a time", () => {
  const exported = composed(`
services:
  a: { script: a.ts, restart: on-failure }
  b: { script: a.ts, restart: on-failure, restart_policy: { max_attempts: 3 } }
  c: { script: a.ts, restart: always, restart_policy: { max_attempts: 3 } }
  d: { script: a.ts, restart: always }
`);

  assertEquals(
    Object.values(exported.services).map(({ restart }) => restart),
    ["on-failure", "on-failure", "always", "always"],
  );
  assertEquals(
    exported.notCarried.filter(({ key }) => key.startsWith("restart"))
      .map(({ service, key, why }) => `${service} ${key} ${why}`),
    [
      "a restart Docker never gives up, where it is given up here after 10 restarts within 60 s",
      "b restart_policy.max_attempts Docker never gives up, where it is given up here after 3 restarts within 60 s",
      "c restart_policy.max_attempts Docker never gives up, where it is given up here after 3 restarts within 60 s",
    ],
  );
});

Deno.test("export compose tells what cron and a dependency cannot do", () => {
  const exported = composed(`
services:
  often: { script: a.ts, schedule: "*/10 * * * * *" }
  waits: { script: a.ts, depends_on: [often] }
`);

  const [schedule] = exported.notCarried;
  assertEquals(
    schedule!.doInstead,
    'have something else than cron run "docker compose -f FOLDER/compose.yaml run --rm -T often": cron knows no seconds, and "*/10 * * * * *" has some',
  );
  assertEquals(
    toldOf("depends_on", exported),
    '"often" runs by its schedule alone, so nothing waits for it',
  );
});

Deno.test("an export does not depend on the folder where it is made", () => {
  const text = `
tls: { ca: tls/ca.pem, cert: "tls/\${service}.pem", key: "tls/\${service}-key.pem" }
services:
  redis: { command: [redis-server, x], port: 6379, env_file: .env }
`;
  const made = (folder: string) => {
    const source = { ...SOURCE, root: folder, denoFolder: folder };
    const project = projectOf(text, { folder });
    const own = { ...source, output: `${folder}/export/there` };
    return [exportCompose(project, own), exportKubernetes(project, own)]
      .map((exported) => ({ ...exported, next: [] }));
  };

  const here = made(Deno.cwd());

  assertEquals(here, made(FOLDER));
  assertStringIncludes(
    fileOf(here[0]!, "compose.yaml"),
    "'${REDIS_IMAGE:-fill-in/redis}'",
  );
  const told = here.flatMap(({ notCarried }) => notCarried)
    .map(({ doInstead }) => doInstead).join("\n");
  assertStringIncludes(told, "--output=tls --host=redis");
  assertStringIncludes(told, "--from-env-file=../../.env");
});

for (
  const [rest, start] of [
    ["", "--detach"],
    [
      "  b: { script: b.ts, depends_on: { a: { condition: service_completed_successfully } } }",
      "--wait",
    ],
  ] as const
) {
  Deno.test(`export compose starts by ${start} where an end is ${rest ? "" : "not "}awaited`, () => {
    const { next } = composed(`
services:
  a: { script: a.ts, restart: "no" }
${rest}
`);

    assertEquals(
      next.at(-1),
      `docker compose up --build ${start}   # in that folder`,
    );
  });
}

Deno.test("export kubernetes prints commands that kubectl takes", () => {
  const exported = exportKubernetes(
    projectOf(`
services:
  setup: { script: a.ts, restart: "no" }
  web: { script: a.ts, depends_on: { setup: { condition: service_completed_successfully } } }
`),
    SOURCE,
  );

  assertEquals(exported.next, [
    `# The image is made of all that is in "${FOLDER}", but for what Dockerfile.dockerignore names.`,
    "docker build -f Dockerfile -t REGISTRY/shop:1 ../..   # in that folder",
    "docker push REGISTRY/shop:1",
    "kustomization.yaml: write that image into it",
    "cp secrets.yaml FILE   # elsewhere, and fill that in",
    "kubectl apply -f FILE",
    "kubectl apply -k .",
  ]);
  assertEquals(
    exported.notCarried.find(({ key }) => key === "depends_on")?.doInstead,
    "kubectl wait --for=condition=complete --timeout=10m job/setup, and then kubectl rollout restart deployment web",
  );
});

const ON_THIS_MACHINE = `
services:
  web:
    script: a.ts
    args: ["--cache=localhost:6379", "http://u@127.0.0.1/x", "\${api.address}"]
    permissions: { net: ["127.0.0.1:5432", "localhost:6379", "0.0.0.0:9464", "unix:/run/docker.sock", api, "db.example:1"] }
    environment: { DB: "postgres://127.0.0.1:5432/x", FILLED: "\${B:-}@127.0.0.1:5432", API: "\${api.address}" }
  api: { script: a.ts, port: 7001, permissions: { net: [self] }, healthcheck: { tcp: self } }
  redis: { command: [redis-server], healthcheck: { tcp: "127.0.0.1:6379" } }
`;

for (
  const [target, make, word] of [
    ["compose", exportCompose, "host.docker.internal"],
    ["kubernetes", exportKubernetes, "ExternalName"],
  ] as const
) {
  Deno.test(`export ${target} tells what is on this machine and no service`, () => {
    const { notCarried } = make(projectOf(ON_THIS_MACHINE), SOURCE);

    const told = notCarried.filter(({ why }) => why.includes(" machine"));
    const itself = "is the container itself there, and not this machine";
    assertEquals(
      told.map(({ service, key, why }) => `${service} ${key} ${why}`),
      [
        `web permissions.net "127.0.0.1:5432" ${itself}`,
        `web permissions.net "localhost:6379" ${itself}`,
        'web permissions.net "unix:/run/docker.sock" is a socket of this machine, and in no container',
        `web args "localhost:6379" ${itself}`,
        `web args "127.0.0.1" ${itself}`,
        `web environment "127.0.0.1:5432" ${itself}`,
        `redis healthcheck.tcp "127.0.0.1:6379" ${itself}`,
      ],
    );
    assertStringIncludes(told[0]!.doInstead, word);
  });
}

Deno.test("export kubernetes opens no port of others for what is on this machine", () => {
  const exported = exportKubernetes(projectOf(ON_THIS_MACHINE), SOURCE);

  const policy = fileOf(exported, "services/web.yaml").split("---\n")[2]!;
  assert(!/5432|6379|9464|127\.0/.test(policy), policy);
  assertEquals(
    exported.notCarried.filter(({ why }) => why.includes("knows no names"))
      .map(({ why }) => /"(.*)"/.exec(why)?.[1]),
    ["db.example:1"],
  );
});

Deno.test("an export tells of files that are named and in no image", () => {
  const exported = composed(`
services:
  a:
    script: a.ts
    args: ["--key=tls/a-key.pem", "http://a.example/x.env"]
    permissions: { read: [target/data, static] }
`);

  const rest =
    "is left out of the image, as all is that may be secret or built";
  assertEquals(toldOf("args", exported), `"tls/a-key.pem" ${rest}`);
  assertEquals(toldOf("permissions.read", exported), `"target/data" ${rest}`);
});
