import {
  assert,
  assertEquals,
  assertMatch,
  assertStringIncludes,
} from "@std/assert";
import { parse } from "@std/yaml";
import { resolve } from "node:path";
import { certificates } from "../../../../tasks/certificates.ts";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import { readProject } from "../../../../tasks/export/project.ts";
import type { Exported } from "../../../../tasks/export/target.ts";
import { endHere } from "../../../support/command_here.ts";
import {
  CERTIFIED,
  fileOf,
  FOLDER,
  projectOf,
  putFiles,
  SOURCE,
} from "../../../support/exported.ts";
import { askGo, testGo } from "../../../support/go_program.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

const IN_CONTAINER = {
  DENIZEN_TLS_CA: "/run/secrets/denizen-tls/ca.crt",
  DENIZEN_TLS_CERT: "/run/secrets/denizen-tls/tls.crt",
  DENIZEN_TLS_KEY: "/run/secrets/denizen-tls/tls.key",
};
const READ = `--allow-read=${Object.values(IN_CONTAINER).join(",")}`;
/** What the probe shows: the service's own. */
const SHOWN = [
  "--ca=/run/secrets/denizen-tls/ca.crt",
  "--cert=/run/secrets/denizen-tls/tls.crt",
  "--key=/run/secrets/denizen-tls/tls.key",
];

/** What the tests read of a service, or of a container. */
interface Said {
  command: string[];
  args: string[];
  environment: Record<string, string>;
  env: { name: string }[];
  secrets: unknown[];
  healthcheck: { test: string[] };
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
  readinessProbe: { exec?: { command: string[] }; tcpSocket?: unknown };
}

function composeOf({ files }: Exported) {
  return parse(fileOf({ files, notCarried: [], next: [] }, "compose.yaml")) as {
    services: Record<string, Said>;
    secrets: Record<string, { file?: string }>;
  };
}

/** Returns the first object of a file, and the pods in it. */
function podOf(exported: Exported, path: string) {
  const [first = ""] = fileOf(exported, path).split("---\n");
  const { spec } = parse(first) as {
    spec: {
      template: {
        spec: {
          containers: [Said];
          initContainers?: [Said];
          volumes: unknown[];
        };
      };
    };
  };
  return spec.template.spec;
}

Deno.test("export compose gives each service its certificate, and those no token that have one", () => {
  const exported = exportCompose(projectOf(CERTIFIED), SOURCE);

  const { services, secrets } = composeOf(exported);
  const { api_1: _, "api-1": api, web, "many-2": second, plain } = services;
  assertEquals(api!.environment, {
    DENIZEN_SERVICE: "api_1",
    ...IN_CONTAINER,
    DENIZEN_ALLOW: "web,client",
    DENIZEN_ADVERTISE: "api-1",
  });
  assertEquals(api!.secrets, [
    { source: "tls-ca-pem", target: IN_CONTAINER.DENIZEN_TLS_CA },
    { source: "tls-api-1-pem", target: IN_CONTAINER.DENIZEN_TLS_CERT },
    { source: "tls-api-1-key-pem", target: IN_CONTAINER.DENIZEN_TLS_KEY },
  ]);
  assert(api!.command.includes(READ));
  assertEquals(api!.healthcheck.test.slice(-3), SHOWN);
  assert(api!.healthcheck.test.includes(READ));
  assertEquals(web!.command.slice(-2), [
    "api-1:7001",
    "--key=/run/secrets/denizen-tls/tls.key",
  ]);
  assertEquals(second!.environment.DENIZEN_ADVERTISE, "many-2");
  assertEquals(plain!.environment, {
    DENIZEN_SERVICE: "plain",
    DENIZEN_INSECURE: "true",
  });
  assertEquals(plain!.secrets, ["denizen_token"]);
  assertEquals(secrets["tls-web-key-pem"], { file: "../../tls/web-key.pem" });
  assertEquals(secrets["etc-own-ca-key"], { file: "/etc/own/ca.key" });
});

Deno.test("export compose asks for no token where everything has a certificate", () => {
  const { files, next } = exportCompose(
    projectOf(`
services:
  a: { script: a.ts, tls: { ca: ca.pem, cert: a.pem, key: a.key } }
`),
    SOURCE,
  );

  assert(
    files.every(({ path, content }) =>
      path === "Dockerfile" || !content.includes("DENIZEN_TOKEN")
    ),
  );
  assertEquals(next[0], "export DENIZEN_USER=$(id -u):$(id -g)");
  // Whatever it is called, a key is in no image.
  assertMatch(
    fileOf({ files, notCarried: [], next }, "Dockerfile.dockerignore"),
    /^a\.key$/m,
  );
});

Deno.test("export lets whoever calls replicas by their names do so", () => {
  const exported = exportCompose(
    projectOf(`${CERTIFIED}
  asks: { script: asks.ts, permissions: { net: [many] } }
`),
    SOURCE,
  );

  const { asks } = composeOf(exported).services;
  assertEquals(
    asks!.command.find((word) => word.startsWith("--allow-net")),
    "--allow-net=many,many-1,many-2,10.0.0.0/8:7002,172.16.0.0/12:7002,192.168.0.0/16:7002",
  );
});

Deno.test("export kubernetes mounts certificates, and has a program ask for the health", () => {
  const exported = exportKubernetes(projectOf(CERTIFIED), SOURCE);

  const api = podOf(exported, "services/api-1.yaml");
  assertEquals(api.volumes.slice(1), [{
    name: "denizen--tls",
    secret: { secretName: "api-1--tls", defaultMode: 0o440 },
  }]);
  const [container] = api.containers;
  assertEquals(container.env, []);
  assertEquals(container.volumeMounts[1], {
    name: "denizen--tls",
    mountPath: "/run/secrets/denizen-tls",
    readOnly: true,
  });
  const asked = container.readinessProbe.exec!.command;
  assertEquals(asked.slice(-3), SHOWN);
  assert(asked.includes(READ));
  assertMatch(
    fileOf(exported, "services/api-1.yaml"),
    /^ {2}DENIZEN_ALLOW: 'web,client'$/m,
  );

  const [waits] = podOf(exported, "services/web.yaml").initContainers!;
  assertEquals(waits.command.slice(-3), SHOWN);
  assert(waits.command.includes("api-1:7001"));
  assertEquals(waits.volumeMounts, [container.volumeMounts[1]]);

  const own = podOf(exported, "services/own.yaml").containers[0];
  assertEquals(own.readinessProbe.tcpSocket, { port: 7004 });
  const plain = podOf(exported, "services/plain.yaml");
  assertEquals(plain.initContainers, undefined);
  assertEquals(plain.containers[0].env.map(({ name }) => name), [
    "DENIZEN_TOKEN",
  ]);
});

Deno.test("export names what a certificate lacks, with the command that mends it", async () => {
  await using folder = await tempFolder();
  const config = folder.file("config.yaml");
  for (const name of ["api.ts", "web.ts", "many.ts", "plain.ts"]) {
    await Deno.writeTextFile(folder.file(name), "");
  }
  const text = CERTIFIED.replaceAll(FOLDER, folder.path)
    .replace(/ {2}own:[\s\S]*?(?= {2}plain:)/, "");
  await Deno.writeTextFile(config, text);
  await endHere(() => certificates([`--config=${config}`]));
  const told = async (make: typeof exportCompose) => {
    const project = await readProject(config);
    const source = { ...SOURCE, root: folder.path, denoFolder: folder.path };
    return make(project, source).notCarried.filter(({ key, why }) =>
      key === "tls" && why.includes("does not name")
    );
  };

  const before = await told(exportCompose);
  assertEquals(await told(exportKubernetes), before);
  for (const { doInstead } of before) {
    assertStringIncludes(doInstead, "in the config's folder: ");
    const words = doInstead.replace("--output=", `$&${folder.path}/`)
      .split(" ");
    await endHere(() =>
      certificates(words.slice(words.indexOf("certificates") + 1))
    );
  }

  assertEquals(
    before.map(({ service, why }) => [service, why]),
    [
      [
        "api_1",
        'in its network it is called "api-1", which its certificate does not name',
      ],
      [
        "many",
        'in its network it is called "many-1", "many-2", which its certificate does not name',
      ],
    ],
  );
  assertEquals(await told(exportCompose), []);
});

Deno.test("export tells of each service what its certificate takes", () => {
  const keysOf = ({ notCarried }: Exported, service: string) =>
    notCarried.filter((each) => each.service === service)
      .map(({ key }) => key).toSorted();
  const compose = exportCompose(projectOf(CERTIFIED), SOURCE);
  const kubernetes = exportKubernetes(projectOf(CERTIFIED), SOURCE);

  // A name that is missing, and whose the key is.
  assertEquals(keysOf(compose, "api_1"), [
    "healthcheck",
    "restart",
    "tls",
    "tls",
  ]);
  assertEquals(keysOf(compose, "web"), ["restart", "tls"]);
  assertEquals(keysOf(compose, "many"), [
    ...["deploy.replicas", "restart", "tls", "tls"],
  ]);
  assertEquals(keysOf(compose, "own"), [
    ...["command", "healthcheck", "inherit_environment", "restart"],
    ...["tls", "tls", "tls"],
  ]);
  assertEquals(keysOf(kubernetes, "own"), [
    ...["command", "healthcheck.grpc", "inherit_environment"],
    ...["permissions.net", "restart", "tls", "tls"],
  ]);
  assertEquals(keysOf(kubernetes, "plain"), ["depends_on", "restart"]);
});

testGo(
  "compose, kustomize and client-go read what is exported with certificates",
  async () => {
    await using folder = await tempFolder();
    const at = (path: string) => resolve(folder.path, path);
    const names = [
      "ca",
      ...["api_1", "web", "many"]
        .flatMap((name) => [name, `${name}-key`]),
    ];
    await Deno.mkdir(at("tls"));
    for (const name of names) {
      await Deno.writeTextFile(at(`tls/${name}.pem`), name);
    }
    const text = CERTIFIED.replaceAll("/etc/own/ca", at("tls/ca.pem"))
      .replace("/ca.pem.crt", "/web.pem").replace(
        "/ca.pem.key",
        "/web-key.pem",
      );
    const put = async (make: typeof exportCompose, name: string) => {
      const output = at(`export/${name}`);
      await Deno.mkdir(output, { recursive: true });
      const project = projectOf(text, { folder: folder.path });
      await putFiles(make(project, { ...SOURCE, root: folder.path, output }), {
        ...folder,
        file: (path) => `${output}/${path}`,
      });
      return output;
    };
    const compose = await put(exportCompose, "compose");
    const kubernetes = await put(exportKubernetes, "kubernetes");

    const [loaded, read] = await Promise.all([
      askGo("compose_go", [`${compose}/compose.yaml`], {
        DENIZEN_TOKEN: "t",
        DENIZEN_USER: "501:20",
      }),
      askGo("kubernetes_go", [
        kubernetes,
        `${kubernetes}/secrets.yaml`,
        "--any-files",
        `${kubernetes}/certificates`,
      ]),
    ]);

    const { project, error } = JSON.parse(loaded);
    assertEquals(error, undefined);
    assertEquals(project.services.web.user, "501:20");
    assertEquals(
      project.secrets["tls-web-key-pem"].file,
      at("tls/web-key.pem"),
    );
    const answers = read.trimEnd().split("\n").map((line) => JSON.parse(line));
    assertEquals(answers.flatMap(({ problems }) => problems), []);
    const [, , { objects }] = answers;
    assertEquals(objects.map(({ metadata }: Named) => metadata.name), [
      ...["api-1--tls", "web--tls", "many-1--tls", "many-2--tls", "own--tls"],
    ]);
    const [{ type, data }] = objects;
    assertEquals([type, atob(data["tls.key"])], [
      "kubernetes.io/tls",
      "api_1-key",
    ]);
  },
);

interface Named {
  metadata: { name: string };
}
