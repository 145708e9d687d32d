import { assert, assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { generate, writeEvents } from "../../tasks/generate.ts";
import {
  generateEvents,
  type GeneratorOptions,
} from "../../tasks/generate/generator.ts";
import { eventually } from "../support/eventually.ts";
import { generateCommand } from "../support/generate_command.ts";
import { spawnScript } from "../support/spawned.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("writeEvents() writes what the generator gives", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/events.ndjson`;

  const bytes = await writeEvents({ count: 5_000, seed: 7 }, path);

  const text = await Deno.readTextFile(path);
  assertEquals(text, eventsText({ count: 5_000, seed: 7 }));
  assertEquals(bytes, text.length);
  assertEquals(await namesIn(folder.path), ["events.ndjson"]);
});

Deno.test("writeEvents() replaces a file", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/events.ndjson`;
  await Deno.writeTextFile(path, "old");

  await writeEvents({ count: 0 }, path);

  assertEquals(await Deno.readTextFile(path), "");
});

Deno.test("writeEvents() leaves the old file and nothing else when stopped", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/events.ndjson`;
  await Deno.writeTextFile(path, "old");
  const signal = AbortSignal.abort(new Error("enough"));

  await assertRejects(
    () => writeEvents({ count: 10 }, path, { signal }),
    Error,
    "enough",
  );

  assertEquals(await namesIn(folder.path), ["events.ndjson"]);
  assertEquals(await Deno.readTextFile(path), "old");
});

Deno.test("writeEvents() writes through a symbolic link and keeps it", async () => {
  await using folder = await temporaryFolder();
  const target = `${folder.path}/target.ndjson`;
  const link = `${folder.path}/link.ndjson`;
  await Deno.writeTextFile(
    target,
    "old and longer than the new text".repeat(99),
  );
  await Deno.symlink(target, link);

  await writeEvents({ count: 3 }, link);

  assertEquals(await Deno.readTextFile(target), eventsText({ count: 3 }));
  assert((await Deno.lstat(link)).isSymlink);
});

Deno.test({
  name: "writeEvents() says that the disk is full",
  ignore: Deno.build.os !== "linux", // only Linux has a device that is full
  async fn() {
    await assertRejects(
      () => writeEvents({ count: 10 }, "/dev/full"),
      Error,
      'Cannot write "/dev/full": no space left on device',
    );
    assert((await Deno.stat("/dev/full")).isCharDevice);
  },
});

Deno.test("writeEvents() refuses a place that is no place for a file", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/file`;
  const missing = `${folder.path}/missing`;
  await Deno.writeTextFile(file, "");

  for (
    const { path, reason } of [
      { path: folder.path, reason: "it is a folder" },
      { path: `${file}/events`, reason: `"${file}" is not a folder` },
      {
        path: `${missing}/events`,
        reason: `the folder "${missing}" does not exist`,
      },
    ]
  ) {
    await assertRejects(
      () => writeEvents({ count: 1 }, path),
      UsageError,
      `Cannot write "${path}": ${reason}`,
    );
  }
  assertEquals(await namesIn(folder.path), ["file"]);
});

Deno.test("without --output, events are written beside the user, or beside the config above", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(folder.file("ops/deep"), { recursive: true });
  await Deno.writeTextFile(folder.file("ops/config.yaml"), "services: {}\n");
  const generateIn = async (user: string) => {
    await using run = spawnScript("main.ts", {
      args: ["generate", "--count=1"],
      cwd: folder.path,
      env: { INIT_CWD: user },
    });
    return await run.stderr.rest();
  };

  assertEquals(
    [await generateIn(folder.path), await generateIn(folder.file("ops/deep"))],
    [
      "Wrote 1 event (121 bytes) to .denizen/events.ndjson",
      `Wrote 1 event (121 bytes) to ${
        folder.file("ops/.denizen/events.ndjson")
      }`,
    ],
  );
  assertEquals(await namesIn(folder.file("ops/.denizen")), ["events.ndjson"]);
  assertEquals(await namesIn(folder.file(".denizen")), ["events.ndjson"]);
});

for (
  const { argv, message } of [
    { argv: ["--count=-1"], message: 'Cannot read --count="-1"' },
    { argv: ["--count=1e3"], message: 'Cannot read --count="1e3"' },
    { argv: ["--users=0"], message: 'Cannot read --users="0"' },
    { argv: ["--seed=4294967296"], message: 'Cannot read --seed="4294967296"' },
    {
      argv: ["--types=a,,b"],
      message: 'Cannot read --types="a,,b": expected a',
    },
    { argv: ["--distribution=zip"], message: 'did you mean "zipf"?' },
    { argv: ["--workload=mix"], message: 'did you mean "mixed"?' },
    { argv: ["--payload=huge"], message: "one of small, medium, large" },
    { argv: ["--iterations=10001"], message: "whole number from 1 to 10000" },
    { argv: ["--output="], message: "Cannot read --output: it needs a value" },
    { argv: ["--cuont=5"], message: 'did you mean "--count"?' },
    { argv: ["events.ndjson"], message: "only flags are expected here" },
  ]
) {
  Deno.test(`generate() refuses ${argv[0]}`, async () => {
    await assertRejects(() => generate(argv), UsageError, message);
  });
}

Deno.test("generate() writes where the user is and says so", async () => {
  await using folder = await temporaryFolder();
  const argv = ["--output=out.ndjson", "--count=1000", "--types=2", "--seed=3"];

  const { code, stdout, stderr } = await generateCommand(argv, folder.path)
    .output();

  assertEquals(decode(stderr), "Wrote 1,000 events (122.3 kB) to out.ndjson\n");
  assertEquals(decode(stdout), "");
  assertEquals(code, 0);
  assertEquals(
    await Deno.readTextFile(`${folder.path}/out.ndjson`),
    eventsText({ count: 1_000, types: ["click", "view"], seed: 3 }),
  );
});

Deno.test("generate() prints only events to standard output", async () => {
  const argv = [
    "--output=-",
    "--count=500",
    "--workload=mixed",
    "--distribution=zipf",
    "--users=50",
    "--iterations=9",
  ];

  const { code, stdout, stderr } = await generateCommand(argv).output();

  assertEquals(
    decode(stdout),
    eventsText({
      count: 500,
      workload: "mixed",
      distribution: "zipf",
      users: 50,
      iterations: 9,
    }),
  );
  assert(/^Wrote 500 events .* to standard output\n$/.test(decode(stderr)));
  assertEquals(code, 0);
});

Deno.test("generate() ends well when its reader has had enough", async () => {
  await using child = generateCommand(["--output=-", "--count=100000000"])
    .spawn();
  const reader = child.stdout.getReader();

  await reader.read();
  await reader.cancel();

  assertEquals(await child.stderr.text(), "");
  assertEquals((await child.status).code, 0);
});

for (
  const { signal, code } of [
    { signal: "SIGINT", code: 130 },
    { signal: "SIGTERM", code: 143 },
  ] as const
) {
  Deno.test(`generate() leaves nothing behind after ${signal}`, async () => {
    await using folder = await temporaryFolder();
    using changes = Deno.watchFs(folder.path);
    const argv = ["--output=out.ndjson", "--count=100000000"];
    await using child = generateCommand(argv, folder.path).spawn();
    await child.stdout.cancel();

    for await (const { kind } of changes) if (kind === "modify") break;
    child.kill(signal);

    assertEquals(await child.stderr.text(), "");
    assertEquals((await child.status).code, code);
    assertEquals(await namesIn(folder.path), []);
  });
}

async function temporaryFolder(): Promise<AsyncDisposable & { path: string }> {
  const path = await Deno.makeTempDir({ prefix: "denizen-generate-" });
  return {
    path,
    async [Symbol.asyncDispose]() {
      await Deno.remove(path, { recursive: true });
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(folder), ({ name }) => name);
  return names.sort();
}

function eventsText(options: Partial<GeneratorOptions>): string {
  return [...generateEvents(options)].map(decode).join("");
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

for (const signal of ["SIGHUP", "SIGKILL"] as const) {
  Deno.test(`${signal} of generate leaves nothing half written`, async () => {
    await using folder = await tempFolder();
    await using run = spawnScript("main.ts", {
      args: [
        "generate",
        "--count=1000000000",
        `--output=${folder.file("events.ndjson")}`,
      ],
    });
    await eventually(
      "it writes",
      async () =>
        (await folder.names()).some((name) => name.endsWith(".partial")),
    );

    run.kill(signal);
    await run.status;

    await eventually(
      "its file is removed",
      async () => (await folder.names()).length === 0,
    );
  });
}

Deno.test("writeEvents() leaves alone what it has not made, whatever it is called", async () => {
  await using folder = await tempFolder();
  const path = folder.file("events.ndjson");
  const theirs = `${path}.${Deno.pid}.tmp`;
  await Deno.mkdir(theirs);
  await Deno.writeTextFile(`${theirs}/notes`, "mine");
  const signal = AbortSignal.abort(new Error("enough"));

  await assertRejects(
    () => writeEvents({ count: 10 }, path, { signal }),
    Error,
  );
  await writeEvents({ count: 10 }, path);

  assertEquals(await Deno.readTextFile(`${theirs}/notes`), "mine");
});

Deno.test("writeEvents() follows a link to where no file is yet", async () => {
  await using folder = await tempFolder();
  await Deno.symlink(folder.file("target"), folder.file("link"));

  await writeEvents({ count: 3 }, folder.file("link"));

  assertEquals(
    await Deno.readTextFile(folder.file("target")),
    eventsText({ count: 3 }),
  );
  assert((await Deno.lstat(folder.file("link"))).isSymlink);
});
