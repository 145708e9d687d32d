import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/yaml";
import { exportCompose } from "../../../../tasks/export/compose/compose.ts";
import {
  EVERYTHING,
  fileOf,
  FOLDER,
  projectOf,
  putFiles,
  SOURCE,
} from "../../../support/exported.ts";
import { askGo, testGo } from "../../../support/go_program.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

function exportEverything() {
  return exportCompose(
    projectOf(EVERYTHING, {
      variables: { DB_PASSWORD: "hunter2", USER: "ann" },
      envFiles: new Map([[`${FOLDER}/local.env`, "SECRET=hunter3\n"]]),
    }),
    SOURCE,
  );
}

function servicesOf(text: string) {
  return (parse(text) as { services: Record<string, Record<string, unknown>> })
    .services;
}

Deno.test("exportCompose() writes the same bytes for the same config, and no secret", () => {
  const exported = exportEverything();

  assertEquals(exportEverything(), exported);
  for (const { content, path } of exported.files) {
    assert(!content.includes("hunter"), path);
    assert(!content.includes("/home/ann"), path);
  }
});

Deno.test("exportCompose() names each thing that compose cannot do", () => {
  const { notCarried } = exportEverything();

  const keys = (service: string | undefined) =>
    notCarried.filter((each) => each.service === service)
      .map(({ key }) => key).toSorted();
  assertEquals(keys(undefined), ["dashboard"]);
  assertEquals(keys("broker"), [
    "args",
    "healthcheck",
    "healthcheck.any_process",
    "healthcheck.busy",
    "healthcheck.interval",
    "mem_limit",
  ]);
  assertEquals(keys("web_Server"), [
    "environment",
    "healthcheck",
    "permissions.read",
    "permissions.run",
    "permissions.write",
    "restart_policy.delay",
    "restart_policy.max_attempts",
    "restart_policy.max_delay",
    "restart_policy.reset_after",
    "restart_policy.window",
    "watch",
    "watch.cascade",
  ]);
  assertEquals(keys("setup"), ["build_with", "command", "inherit_environment"]);
  assertEquals(keys("same"), [
    "advertise",
    "restart_policy.max_attempts",
  ]);
  assertEquals(keys("socket"), ["healthcheck", "listen", "restart"]);
  assertEquals(keys("asks"), ["inherit_environment", "restart"]);
  assertEquals(keys("redis"), [
    "command",
    "healthcheck",
    "healthcheck.tcp",
    "inherit_environment",
    "profiles",
    "restart",
  ]);
  assertEquals(keys("nightly"), ["schedule", "timezone"]);
});

Deno.test("exportCompose() puts the names of services in place of this machine", () => {
  const services = servicesOf(fileOf(exportEverything(), "compose.yaml"));

  assertEquals(Object.keys(services), [
    "broker",
    "web-server-1",
    "web-server-2",
    "setup",
    "same",
    "socket",
    "asks",
    "redis",
    "nightly",
  ]);
  assertEquals(services["web-server-2"]!.command, [
    ...["deno", "run", "--cached-only", "--no-prompt", "--ignore-env"],
    "--allow-net=0.0.0.0:8080,127.0.0.1:8080,broker,10.0.0.0/8:50051,172.16.0.0/12:50051,192.168.0.0/16:50051,db.example:5432",
    "--allow-read=static,../data,/etc/motd",
    "--allow-write=../data/out.ndjson,here.txt,/var/lib/shop,/tmp/x",
    "--allow-env=DB,URL,FLAG,HOME_PAGE,DOLLAR,PASSED,DENIZEN_*",
    "--allow-run=git",
    "main.ts",
    "--broker=broker:50051",
    "--number=2",
  ]);
  assertEquals(services["web-server-2"]!.networks, {
    default: { aliases: ["web-server"] },
  });
  assertEquals((services.same!.command as string[]).at(-1), "--port=7001");
  assertEquals(services.same!.deploy, { replicas: 3 });
  assertEquals(services.same!.ports, ["127.0.0.1:7001-7003:7001"]);
  assertEquals(
    (services.socket!.command as string[]).at(-1),
    "--address=0.0.0.0:9000",
  );
  assertEquals((services.asks!.command as string[]).slice(-2), [
    "socket:9000",
    "same:7001",
  ]);
});

Deno.test("exportCompose() makes an image of what the project has", () => {
  const exported = exportEverything();

  const dockerfile = fileOf(exported, "Dockerfile");
  assertStringIncludes(
    dockerfile,
    "RUN deno install --quiet --frozen --entrypoint /app/asks.ts /app/broker/main.ts /app/nightly.ts /app/same.ts /app/web/main.ts\n",
  );
  assertStringIncludes(dockerfile, "\nUSER 1000:1000\n");
  const ignored = fileOf(exported, "Dockerfile.dockerignore").split("\n");
  for (
    const line of [
      "local.env",
      "export/there",
      "!bin/setup",
      "**/*-key.pem",
      "**/*.key",
    ]
  ) {
    assert(ignored.includes(line), line);
  }
});

testGo(
  "compose reads what exportCompose() writes, and means the same",
  async () => {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("local.env"), "SECRET=hunter3\n");
    const output = folder.file("there");
    await Deno.mkdir(output);
    const exported = exportCompose(
      projectOf(EVERYTHING, {
        folder: folder.path,
        variables: { USER: "ann", DB_PASSWORD: "hunter2" },
      }),
      { ...SOURCE, root: folder.path, output },
    );
    await putFiles(exported, {
      ...folder,
      file: (name) => `${output}/${name}`,
    });

    const [{ project, error }] = await loaded([
      "--profile=cache",
      "--profile=scheduled",
      `${output}/compose.yaml`,
    ], { DENIZEN_TOKEN: "t0ken", DB_PASSWORD: "pw", PASSED: "on" });

    assertEquals(error, undefined);
    const { services } = project!;
    const web = services["web-server-1"]!;
    assertEquals(web.environment, {
      DB: "postgres://u:pw@db/x?b=broker:50051",
      DENIZEN_ADVERTISE: "web-server-1",
      DENIZEN_INSECURE: "true",
      DENIZEN_SERVICE: "web_Server",
      DOLLAR: "a$b",
      FLAG: "no",
      HOME_PAGE: "0o14",
      PASSED: "on",
      SECRET: "hunter3",
      URL: "http://web-server:8080/",
    });
    assertEquals(web.depends_on, {
      broker: { condition: "service_healthy", required: true },
      setup: { condition: "service_completed_successfully", required: true },
    });
    assertEquals(web.restart, "on-failure");
    assertEquals(services.broker!.command.at(-1), "--greeting=costs $5 of ann");
    assertEquals(services.broker!.mem_limit, `${256 * 2 ** 20}`);
    assertEquals(services.broker!.stop_grace_period, "1.5s");
    assertEquals(services.redis!.image, "fill-in/redis");
    assertEquals(services.redis!.profiles, undefined);
  },
);

testGo("compose itself finds what is wrong in a compose file", async () => {
  await using folder = await tempFolder();
  const wrong = {
    "key.yaml": "services: { a: { image: x, restrat: always } }",
    "needs.yaml": "services: { a: { image: x, depends_on: [b] } }",
    "secret.yaml": "services: { a: { image: x, secrets: [s] } }",
  };
  for (const [name, text] of Object.entries(wrong)) {
    await Deno.writeTextFile(folder.file(name), `name: x\n${text}\n`);
  }

  const answers = await loaded(Object.keys(wrong).map(folder.file));

  assertStringIncludes(answers[0]!.error!, "restrat");
  assertStringIncludes(answers[1]!.error!, 'depends on undefined service "b"');
  assertStringIncludes(answers[2]!.error!, "undefined secret s");
});

/** What compose said of a file. */
interface Loaded {
  project?: { services: Record<string, LoadedService> };
  error?: string;
}

type LoadedService = Record<"image" | "restart", string> & {
  command: string[];
  environment: Record<string, string>;
  profiles?: string[];
  [key: string]: unknown;
};

async function loaded(
  args: string[],
  env: Record<string, string> = {},
): Promise<[Loaded, ...Loaded[]]> {
  const lines = (await askGo("compose_go", args, env)).trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line)) as [Loaded, ...Loaded[]];
}
