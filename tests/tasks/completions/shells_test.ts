/** Real shells complete what somebody types, with the script that they get. */

import { assertEquals } from "@std/assert";
import { commandSpecs } from "../../../tasks/completions/command_specs.ts";
import {
  completionScript,
  type Shell,
} from "../../../tasks/completions/scripts.ts";
import { testWhere } from "../../support/built_clients.ts";
import { endsWell } from "../../support/programs.ts";
import { spawn, spawnScript } from "../../support/spawned.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";
import {
  openTerminal,
  testInTerminal,
} from "../../support/terminal_session.ts";

const specs = await commandSpecs();

/**
 * What is offered after what was typed. In bash it is quoted already, and what
 * stands before the last = or : of the word is not part of it.
 */
const OFFERED: [typed: string, offered: string[], inBash?: string[]][] = [
  ["denizen bench:p", ["bench:peers"], ["peers"]],
  ["denizen permissions ", ["check", "learn"], ["learn", "check"]],
  ["denizen permissions learn x", ["x y"], ["x\\ y"]],
  ["denizen permissions learn --fo", ["--for"], ["--for="]],
  ["denizen pipeline sw", ["swap"]],
  ["denizen help eve", ["events"]],
  [
    "denizen logs ",
    ["$(touch bad)", "plain", "x y"],
    ["\\$\\(touch\\ bad\\)", "plain", "x\\ y"],
  ],
  ["denizen logs plain --json pl", []],
  ["denizen scale p", ["plain="]],
  ["denizen pipeline --format=n", ["--format=ndjson"], ["ndjson"]],
  ["denizen pipeline --format n", ["ndjson"]],
  ["denizen pipeline --stage=rules=p", ["--stage=rules=python"], ["python"]],
  ["denizen ps --config=odd", ["--config=odd folder/"], ["odd folder"]],
  [
    "denizen ps --config=odd\\ folder/a.yaml of",
    ["of odd folder/a.yaml"],
    ["of\\ odd\\ folder/a.yaml"],
  ],
  [
    "denizen ps --config 'odd folder/a.yaml' of",
    ["of odd folder/a.yaml"],
    ["of\\ odd\\ folder/a.yaml"],
  ],
  [
    "denizen ps --config='$(touch bad)' of",
    ["of $(touch bad)"],
    ["of\\ \\$\\(touch\\ bad\\)"],
  ],
  ["denizen reload ", []],
  ["denizen nothing ", []],
];

const NO_BASH = endsWell("bash", ["--version"])
  ? undefined
  : "bash is not installed";

testWhere(
  "bash completes commands, flags, values and names of any letters",
  NO_BASH,
  async () => {
    await using place = await placeFor("bash");
    const driver = `source ./script
for line in "$@"; do
  COMP_LINE=$line COMP_POINT=\${#line}
  _denizen
  printf '%s\\0' "\${COMPREPLY[@]}" done
  echo
done`;

    const lines = OFFERED.map(([typed]) => typed);
    const offered = await answered(place, [
      "bash",
      ["--norc", "-c", driver, "bash", ...lines],
    ]);

    for (const [at, [typed, expected, inBash]] of OFFERED.entries()) {
      assertEquals(offered[at], inBash ?? expected, typed);
    }
    assertEquals((await place.names()).includes("bad"), false);
  },
);

testWhere(
  "fish completes commands, flags, values and names of any letters",
  endsWell("fish", ["--version"]) ? undefined : "fish is not installed",
  async () => {
    await using place = await placeFor("fish");
    const driver = `source ./script
for line in $argv
  for each in (complete -C $line)
    printf '%s\\0' (string split \\t -- $each)[1]
  end
  printf 'done\\0\\n'
end`;

    const offered = await answered(place, [
      "fish",
      ["--no-config", "-c", driver, ...OFFERED.map(([typed]) => typed)],
    ]);

    for (const [at, [typed, expected]] of OFFERED.entries()) {
      assertEquals(offered[at], expected, typed);
    }
    assertEquals((await place.names()).includes("bad"), false);
  },
);

/** What a line becomes where only one thing can follow. */
const COMPLETED: [typed: string, line: string][] = [
  ["denizen perm", "denizen permissions"],
  ["denizen bench:p", "denizen bench:peers"],
  ["denizen permissions learn x", "denizen permissions learn x\\ y"],
  ["denizen logs \\$", "denizen logs \\$\\(touch\\ bad\\)"],
  ["denizen logs 'x", "denizen logs 'x y'"],
  ["denizen scale p", "denizen scale plain="],
  ["denizen pipeline --format=n", "denizen pipeline --format=ndjson"],
  ["denizen pipeline --stage=ru", "denizen pipeline --stage=rules=python"],
  ["denizen ps --config=odd", "denizen ps --config=odd\\ folder/"],
  [
    "denizen ps --config=odd\\ folder/a.yaml of",
    "denizen ps --config=odd\\ folder/a.yaml of\\ odd\\ folder/a.yaml",
  ],
  ["true; A=1 denizen help eve", "true; A=1 denizen help events"],
];

testInTerminal("bash puts into the line what only can follow", async () => {
  await using place = await placeFor("bash");
  await completesIn(place, ["bash", "--norc", "-i"], "source ./script");
});

const ZSH = "zsh puts into the line what only can follow";
if (endsWell("zsh", ["--version"])) {
  testInTerminal(ZSH, async () => {
    await using place = await placeFor("zsh");
    await completesIn(
      place,
      ["zsh", "-f"],
      "autoload -U compinit; compinit -u -D; source ./script",
    );
  });
} else testWhere(ZSH, "zsh is not installed", async () => {});

Deno.test("the program itself finds the words of the config that is nearest", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(
    folder.file("config.yaml"),
    "services: { web: {}, worker: {} }",
  );
  await using asked = spawnScript("main.ts", {
    args: ["completions", "--words=services"],
    cwd: folder.path,
  });

  assertEquals(await asked.stdout.rest(), "web\nworker");
  assertEquals(await asked.stderr.rest(), "");
});

/** A folder with the script, a config in an odd place, and a program to ask. */
async function placeFor(shell: Shell): Promise<TempFolder> {
  const folder = await tempFolder();
  await Deno.mkdir(folder.file("odd folder"));
  await Deno.writeTextFile(folder.file("odd folder/a.yaml"), "");
  await Deno.writeTextFile(
    folder.file("script"),
    completionScript(shell, specs, "1.2.3"),
  );
  await Deno.mkdir(folder.file("bin"));
  await Deno.writeTextFile(
    folder.file("bin/denizen"),
    `#!/bin/sh
case "$1 $2 $3" in
  "completions --words=services --config="*) echo "of \${3#--config=}" ;;
  "completions --words=services ") printf '%s\\n' '$(touch bad)' plain 'x y' ;;
  "completions --words=variants ") printf '%s\\n' parse=rust rules=python ;;
esac
`,
    { mode: 0o755 },
  );
  return folder;
}

/** Runs a shell that prints, for each line it was given, what it would offer. */
async function answered(
  { path, file }: TempFolder,
  [program, args]: [string, string[]],
): Promise<string[][]> {
  await using shell = spawn(program, args, {
    cwd: path,
    env: { PATH: `${file("bin")}:${Deno.env.get("PATH")}` },
  });
  const stdout = await shell.stdout.rest();
  assertEquals(await shell.stderr.rest(), "");
  return stdout.trimEnd().split("\n").map((line) =>
    line.split("\0").slice(0, -2).filter((each) => each !== "")
  );
}

/** Types into a real shell, and looks at what a press of Tab makes of it. */
async function completesIn(
  { path, file }: TempFolder,
  shell: string[],
  setUp: string,
): Promise<void> {
  await using terminal = await openTerminal(shell, {
    env: { PATH: `${file("bin")}:${Deno.env.get("PATH")}` },
  });
  await terminal.press("-l", `cd ${path}; ${setUp}; PS1='> '; clear`);
  await terminal.press("Enter");
  for (const [typed, line] of COMPLETED) {
    await terminal.shows((lines) => lines.join("\n") === ">");
    await terminal.press("-l", typed);
    await terminal.press("Tab");
    await terminal.shows((lines) => lines.join("\n") === `> ${line}`);
    await terminal.press("C-u", "C-l");
  }
}
