/**
 * Stages that a file of one's own describes: what would be started is shown, a
 * mistake is named before anything is started, and the answer is the same.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { pipeline } from "../../tasks/pipeline.ts";
import { endHere } from "../support/command_here.ts";
import { freePorts } from "../support/free_ports.ts";
import { prepareInput } from "../support/prepared_input.ts";
import { argsOf, runFolder, runToEnd } from "../support/runs.ts";

const ROOT = join(import.meta.dirname!, "../..");
const MAIN = join(ROOT, "stages/main.ts");

/** Writes a stages file; a program of it is one of ours, as any other is run. */
async function writeStages(path: string): Promise<void> {
  const command = [Deno.execPath(), "run", "-A", "--cached-only", MAIN];
  await Deno.writeTextFile(
    path,
    JSON.stringify({
      stages: {
        parse: {
          variants: {
            foreign: { command },
            alone: { command, lanes: false },
            unbuilt: { command: ["bin/parse"], build_with: "make parse" },
          },
        },
        rules: {
          script: MAIN,
          permissions: { net: ["self", "next"], read: ["given"] },
          environment: { LEVEL: "debug" },
          mem_limit: "512m",
        },
      },
    }),
  );
}

Deno.test("the pipeline runs the stages of a file", async (t) => {
  await using folder = await runFolder();
  const stages = folder.file("stages.yaml");
  await writeStages(stages);
  await using input = await prepareInput(4_003);
  const here = (...args: string[]) =>
    endHere(() =>
      pipeline([
        ...argsOf(folder, [`--stages=${stages}`, `--input=${input.input}`]),
        ...args,
      ])
    );

  await t.step("what is wrong is said before anything is started", async () => {
    for (
      const [args, words] of [
        [
          ["--stage=parse=unbuilt"],
          `Cannot start stage "parse": there is no program "${
            folder.file("bin/parse")
          }"; build it with: make parse`,
        ],
        [["--stage=parse=foriegn"], 'did you mean "foreign"?'],
        [
          ["--stage=parse=alone", "--workers=parse:2"],
          "says lanes: false",
        ],
        [
          ["--swap=parse@20%:alone", "--workers=parse:2"],
          'Cannot use --swap=parse@20%:alone: there are 2 processes of it, and variant "alone" has `lanes: false`',
        ],
        [
          ["--stage=parse=foreign,rules=default"],
          "one flag is for one stage; give it again for another",
        ],
        [["--stages=none.yaml"], "Cannot load stages"],
      ] as const
    ) {
      const { code, stdout, stderr } = await here(...args);
      assertEquals([code, stdout], [2, ""]);
      assert(stderr.includes(words), stderr);
    }
  });

  await t.step("--dry-run shows each process and starts none", async () => {
    const port = freePorts();
    const args = [
      `--port=${port}`,
      "--dry-run",
      "--stage=parse=unbuilt",
      "--swap=parse@20%:foreign,parse@40%",
    ];
    const text = await here(...args);
    const { stdout } = await here(...args, "--json");

    assertEquals([text.code, text.stderr], [0, ""]);
    assertMatch(text.stdout, /^parse: unbuilt$/m);
    assertMatch(text.stdout, /^ {2}rights {3}not sandboxed by Deno: /m);
    assertMatch(text.stdout, /^ {2}missing {2}there is no program/m);
    assertMatch(text.stdout, /^ {2}memory {3}at most 512\.0 MiB$/m);
    assertMatch(text.stdout, /^parse: foreign \(--swap=parse@20%:foreign\)$/m);
    // A word that is longer has a line of its own.
    const wide = text.stdout.split("\n")
      .filter((line) => line.length > 80 && / \S+ \S/.test(line.trim()));
    assertEquals(wide, []);
    const { processes } = JSON.parse(stdout);
    const [, parse, rules] = processes;
    assertEquals(
      processes.splice(5).map((
        { name, variant, swap }: Record<string, unknown>,
      ) => [name, variant, swap]),
      [
        ["parse", "foreign", "parse@20%:foreign"],
        ["parse", "foreign", "parse@40%"],
      ],
    );
    assertEquals(
      processes.map(({ addresses }: { addresses: string[] }) => addresses),
      Array.from({ length: 5 }, (_, at) => [
        `127.0.0.1:${port + at}`,
        `127.0.0.1:${port + 5 + at}`,
      ]),
    );
    assertEquals([parse.variant, parse.sandbox, parse.commandLine[0]], [
      "unbuilt",
      false,
      folder.file("bin/parse"),
    ]);
    assertEquals(rules.permissions, {
      net: [
        `127.0.0.1:${port + 2}`,
        `127.0.0.1:${port + 3}`,
        `127.0.0.1:${port + 8}`,
      ],
      read: [join(ROOT, "stages/rules.yaml")],
    });
    assertEquals([rules.environment, rules.sandbox], [["LEVEL"], true]);
    assert(
      rules.commandLine.includes("--allow-env=LEVEL,DENIZEN_*"),
      rules.commandLine.join(" "),
    );
    assertEquals(await folder.names(), ["stages.yaml"]);
  });

  await t.step("the answer is the same, whatever is killed", async () => {
    const { code, stderr } = await runToEnd("pipeline", folder, [
      `--stages=${stages}`,
      "--stage=parse=foreign",
      "--workers=parse:2",
      "--chaos=parse.2@40%,rules@60%",
      `--input=${input.input}`,
      "--batch=100",
    ], { ports: 12 });

    assertEquals(code, 0, stderr);
    assertMatch(stderr, /chaos: SIGKILL to "parse\.2"/);
    assertEquals(await Deno.readTextFile(folder.output), input.right.results);
    assertEquals(await Deno.readTextFile(folder.rejects), input.right.rejects);
  });
});
