import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import { exportKubernetes } from "../../../../tasks/export/kubernetes/kubernetes.ts";
import {
  fileOf,
  FOLDER,
  projectOf,
  putFiles,
  SOURCE,
} from "../../../support/exported.ts";
import { askGo, testGo } from "../../../support/go_program.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

const CONFIG = `
services:
  db: { command: [postgres], port: 5432 }
  web:
    script: a.ts
    environment:
      API_KEY: sk-hidden1
      DB_URL: "postgres://u:hidden2@\${db.address}/x"
      PLAIN: "\${OUTSIDE}"
      SECRET_DEFAULT: "\${B_TOKEN:-hidden3}"
      LEVEL: "\${LEVEL:-info}"
      TOLD: "\${TOLD:?say who}"
      MIXED: "$HOME $$x \${OUTSIDE}"
      NUMBER: "\${REPLICA}\${OUTSIDE}"
      EMPTY_KEY: ""
  api:
    script: a.ts
    environment: { API_KEY: sk-hidden4, OTHER_KEY: sk-hidden1 }
`;
const VARIABLES = { OUTSIDE: "hidden5", TOLD: "hidden6", LEVEL: "debug" };
const project = () => projectOf(CONFIG, { variables: VARIABLES });

Deno.test("export compose takes what looks secret from whoever starts it", () => {
  const exported = exportCompose(project(), SOURCE);
  const text = fileOf(exported, "compose.yaml");
  const { services } = parse(text) as {
    services: Record<string, { environment: Record<string, string> }>;
  };

  // A default is what the config says where nobody sets a value.
  assert(!/hidden[^3]/.test(text), text);
  const { DENIZEN_SERVICE: _, DENIZEN_INSECURE: __, ...web } =
    services.web!.environment;
  assertEquals(web, {
    API_KEY: "${API_KEY:?set API_KEY}",
    DB_URL: "postgres://u:${DB_URL_PASSWORD:?set DB_URL_PASSWORD}@db:5432/x",
    PLAIN: "${OUTSIDE?set OUTSIDE}",
    SECRET_DEFAULT: "${B_TOKEN:-hidden3}",
    LEVEL: "${LEVEL:-info}",
    TOLD: "${TOLD:?say who}",
    MIXED: "$$HOME $$x ${OUTSIDE?set OUTSIDE}",
    NUMBER: "1${OUTSIDE?set OUTSIDE}",
    EMPTY_KEY: "",
  });
  assertEquals(
    services.api!.environment.API_KEY,
    "${API_API_KEY:?set API_API_KEY}",
  );
});

Deno.test("export compose names all variables that it wants, in the file and the terminal", () => {
  const exported = exportCompose(project(), SOURCE);

  const head = fileOf(exported, "compose.yaml").split("\n")
    .filter((line) => line.startsWith("# ")).slice(2);
  assertEquals(head, [
    "# DENIZEN_TOKEN: any long secret",
    "# API_API_KEY: wanted by api",
    "# API_KEY: wanted by web",
    "# DB_URL_PASSWORD: wanted by web",
    "# OTHER_KEY: wanted by api",
    "# OUTSIDE: wanted by web",
    "# TOLD: wanted by web",
  ]);
  for (const line of head) {
    const name = line.slice(2, line.indexOf(":"));
    assert(exported.next.some((each) => each.startsWith(`export ${name}=`)));
  }
  assertEquals(
    exported.notCarried.filter(({ key }) => key === "environment")
      .map(({ service, why }) => `${service} ${why}`),
    [
      "web OUTSIDE, TOLD: compose takes the value from the environment of whoever starts it, and reads no env_file of an include for that",
      "web API_KEY, DB_URL_PASSWORD: the value looks like a secret, and is in no file of the export",
      "api API_API_KEY, OTHER_KEY: the value looks like a secret, and is in no file of the export",
    ],
  );
});

testGo("compose itself starts nothing without what is to be set", async () => {
  await using folder = await tempFolder();
  await putFiles(exportCompose(project(), SOURCE), folder);
  const load = async (env: Record<string, string>) =>
    JSON.parse(
      await askGo("compose_go", [folder.file("compose.yaml")], env),
    ) as { error?: string; project?: { services: Record<string, Loaded> } };
  const all = {
    API_KEY: "a$b",
    API_API_KEY: "b",
    OTHER_KEY: "c",
    DB_URL_PASSWORD: "d",
    OUTSIDE: "",
    TOLD: "e",
  };

  const complete = await load(all);
  const { API_KEY: _, ...rest } = all;
  const lacking = await load(rest);

  assertEquals(complete.error, undefined);
  const { environment } = complete.project!.services.web!;
  assertEquals(
    ["API_KEY", "DB_URL", "MIXED", "PLAIN"].map((name) => environment[name]),
    ["a$b", "postgres://u:d@db:5432/x", "$HOME $x ", ""],
  );
  assertStringIncludes(lacking.error!, "set API_KEY");
});

interface Loaded {
  environment: Record<string, string>;
}

Deno.test("export kubernetes has what looks secret and what comes from outside filled in", () => {
  const exported = exportKubernetes(project(), SOURCE);

  for (const { path, content } of exported.files) {
    assert(!content.includes("hidden"), path);
  }
  const secrets = fileOf(exported, "secrets.yaml").split("---\n")
    .map((text) => parse(text) as { stringData: Record<string, string> });
  assertEquals(secrets[1]!.stringData, {
    API_KEY: "fill-in",
    DB_URL: "postgres://u:fill-in@db:5432/x",
    PLAIN: "fill-in",
    SECRET_DEFAULT: "fill-in",
    LEVEL: "info",
    TOLD: "fill-in",
    MIXED: "$HOME $x fill-in",
    NUMBER: "1fill-in",
  });
  assertStringIncludes(fileOf(exported, "services/web.yaml"), "EMPTY_KEY: ''");
});

Deno.test("export kubernetes names lines of env files that kubectl reads in another way", () => {
  const file = `${FOLDER}/a.env`;
  const told = (text: string) =>
    exportKubernetes(
      projectOf("services: { a: { script: a.ts, env_file: a.env } }", {
        envFiles: new Map([[file, text]]),
      }),
      SOURCE,
    ).notCarried.filter(({ key }) => key === "env_file").map(({ why }) => why);

  assertEquals(told("# all\n\nA=1\nB=x y\n").length, 1);
  const [, strange] = told(
    'A="q"\nB=1 # c\nC=${HOME}\nexport D=1\nE=1\nE=2\nF=1\n',
  );
  assertStringIncludes(
    strange!,
    'kubectl reads lines 1, 2, 3, 4, 6 of "a.env"',
  );
});
