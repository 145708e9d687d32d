import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import type { Project } from "../../../../tasks/export/project.ts";
import {
  CERTIFIED,
  EVERYTHING,
  fileOf,
  FOLDER,
  projectOf,
  putFiles,
  SOURCE,
} from "../../../support/exported.ts";
import { askGo, testGo } from "../../../support/go_program.ts";
import {
  testSchemas,
  whatSchemasSay,
} from "../../../support/kubernetes_schemas.ts";
import { type TempFolder, tempFolder } from "../../../support/temp_folder.ts";

const LONG = "a".repeat(80);

/** Names that are valid here and not there, and some that would become the same. */
const NAMES = `
services:
  a_b: { command: [sh], port: 7101 }
  a-b: { command: [sh], port: 7102, depends_on: [a_b, ${LONG}b] }
  A-B: { command: [sh], port: 7103 }
  ${LONG}a: { command: [sh], port: 7104, healthcheck: { tcp: self }, deploy: { replicas: 12 } }
  ${LONG}b: { command: [sh], schedule: "0 0 5 * * 7", depends_on: { ${LONG}a: { condition: service_healthy } } }
  kustomization: { command: [sh, "\${REPLICA}"], deploy: { replicas: 2 }, profiles: [a, b_, ${LONG}] }
  secrets-: { script: x.ts, profiles: [b] , permissions: { net: [a_b, "10.1.2.3:80", "[fd00::1]:81", "x.example", "127.0.0.1:9"] } }
`;

function everything(): Project {
  return projectOf(EVERYTHING, {
    variables: { DB_PASSWORD: "hunter2", USER: "ann" },
    envFiles: new Map([[`${FOLDER}/local.env`, "SECRET=hunter3\n"]]),
  });
}

Deno.test("exportKubernetes() writes the same bytes for the same config, and no secret", () => {
  const exported = exportKubernetes(everything(), SOURCE);

  assertEquals(exportKubernetes(everything(), SOURCE), exported);
  for (const { content, path } of exported.files) {
    assert(!content.includes("hunter"), path);
    assert(!content.includes("/home/ann"), path);
  }
});

Deno.test("exportKubernetes() names each thing that Kubernetes cannot do", () => {
  const { notCarried } = exportKubernetes(everything(), SOURCE);

  const keys = (service: string | undefined) => [
    ...new Set(
      notCarried.filter((each) => each.service === service)
        .map(({ key }) => key).toSorted(),
    ),
  ];
  assertEquals(keys(undefined), ["dashboard"]);
  assertEquals(keys("broker"), [
    "args",
    "healthcheck.any_process",
    "healthcheck.busy",
    "logging.max_files",
    "logging.max_size",
    "mem_limit",
    "stop_signal",
  ]);
  assertEquals(keys("web_Server"), [
    "depends_on",
    "env_file",
    "environment",
    "permissions.net",
    "permissions.read",
    "permissions.run",
    "permissions.write",
    "restart",
    "restart_policy.delay",
    "restart_policy.max_attempts",
    "restart_policy.max_delay",
    "restart_policy.reset_after",
    "restart_policy.window",
    "watch",
    "watch.cascade",
  ]);
  assertEquals(keys("setup"), [
    "build_with",
    "command",
    "inherit_environment",
    "permissions.net",
  ]);
  assertEquals(keys("asks"), ["depends_on", "inherit_environment", "restart"]);
  assertEquals(keys("nightly"), []);
});

Deno.test("exportKubernetes() keeps what is to be filled in out of the kustomization", () => {
  const exported = exportKubernetes(everything(), SOURCE);

  assert(!fileOf(exported, "kustomization.yaml").includes("secrets"));
  const secrets = fileOf(exported, "secrets.yaml");
  assertStringIncludes(secrets, "DENIZEN_TOKEN: fill-in");
  assertStringIncludes(
    secrets,
    "DB: 'postgres://u:fill-in@db/x?b=broker:50051'",
  );
});

testGo(
  "client-go decodes what exportKubernetes() writes, strictly, and its names are valid",
  async () => {
    await using folder = await tempFolder();
    await put("every", everything(), folder);
    const names = await put("names", projectOf(NAMES), folder);

    const [all, secrets, ...named] = await read([
      ...["every", "every/secrets.yaml"],
      ...names.flatMap((path) =>
        path.endsWith("/kustomization.yaml") && !path.includes("/services/")
          ? [path.replace("/kustomization.yaml", "")]
          : []
      ),
    ].map(folder.file));

    assertEquals(
      [all, secrets, ...named].flatMap((each) => each!.problems),
      [],
    );
    assertEquals(namesOf(all!, "Deployment"), [
      ...["asks", "broker", "redis", "same", "socket"],
      ...["web-server-1", "web-server-2"],
    ]);
    assertEquals(namesOf(all!, "Job"), ["setup"]);
    assertEquals(namesOf(all!, "CronJob"), ["nightly"]);
    assertEquals(namesOf(all!, "Service"), [
      ...["broker", "same", "socket", "web-server"],
    ]);
    assertEquals(namesOf(all!, "PodDisruptionBudget"), ["same", "web-server"]);
    assertEquals(namesOf(secrets!, "Secret"), [
      ...["denizen--token", "web-server-1", "web-server-2"],
    ]);
    // The first is that of what always runs, then come four profiles.
    assertEquals(named.length, 5);
    for (const { objects } of named) {
      const each = objects.map(({ kind, metadata }) =>
        `${kind} ${metadata.name}`
      );
      assertEquals(new Set(each).size, each.length);
    }
  },
);

testGo("client-go itself finds what is wrong in a manifest", async () => {
  await using folder = await tempFolder();
  const pod = (more: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ name: a, image: x${more} }] }\n`;
  const wrong = {
    "key.yaml": pod(", imgae: y"),
    "type.yaml": pod(", stdin: 3"),
    "twice.yaml": `${pod("")}kind: Pod\n`,
    "kind.yaml": "apiVersion: v1\nkind: Pood\n",
    "name.yaml":
      "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a_b }\ndata: { 'a b': c }\n",
  };
  for (const [name, text] of Object.entries(wrong)) {
    await Deno.writeTextFile(folder.file(name), text);
  }

  const answers = await read(Object.keys(wrong).map(folder.file));

  const expected = ["imgae", "stdin", "kind", "Pood", "lower case"];
  answers.forEach(({ problems }, index) =>
    assertStringIncludes(problems.join("\n"), expected[index]!)
  );
  assertStringIncludes(answers[4]!.problems.join("\n"), "key");
});

testSchemas(
  "the schemas of Kubernetes accept what exportKubernetes() writes",
  async () => {
    await using folder = await tempFolder();
    const files = [
      ...await put("every", everything(), folder),
      ...await put("certified", projectOf(CERTIFIED), folder),
    ];

    const manifests = files.filter((path) =>
      path.endsWith(".yaml") && !path.endsWith("kustomization.yaml")
    );
    assertEquals(await whatSchemasSay(manifests.map(folder.file)), "");
  },
);

async function put(
  name: string,
  project: Project,
  folder: TempFolder,
): Promise<string[]> {
  const exported = exportKubernetes(project, SOURCE);
  await Deno.mkdir(folder.file(name));
  await putFiles(exported, {
    ...folder,
    file: (path) => folder.file(`${name}/${path}`),
  });
  return exported.files.map(({ path }) => `${name}/${path}`);
}

/** What was read of a folder or a file. */
interface Read {
  objects: { kind: string; metadata: { name: string } }[];
  problems: string[];
}

async function read(paths: string[]): Promise<Read[]> {
  const lines = (await askGo("kubernetes_go", paths)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

function namesOf({ objects }: Read, kind: string): string[] {
  return objects.filter((each) => each.kind === kind)
    .map(({ metadata }) => metadata.name).toSorted();
}
