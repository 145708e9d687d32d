import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { exitCodeOf } from "../../../runtime/program/exit.ts";
import { divertLog } from "../../../runtime/program/log.ts";
import {
  describeSystemError,
  isSystemError,
} from "../../../runtime/program/system_error.ts";
import { spawn } from "../../support/spawned.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const LONG = "x".repeat(300);

/** What is tried below a folder, and how its failure is told. */
const REFUSED: [attempt: (folder: string) => unknown, said: string][] = [
  [
    (folder) => Deno.readTextFile(folder),
    'Cannot read "FOLDER": is a directory; remove or rename that folder',
  ],
  [
    (folder) => Deno.open(`${folder}/missing`),
    'Cannot open "FOLDER/missing": no such file or directory',
  ],
  [
    (folder) => Deno.writeTextFile(`${folder}/${LONG}`, ""),
    `Cannot write "FOLDER/${LONG}": file name too long; use a shorter name`,
  ],
  [
    () => Deno.mkdir("/dev/null/a"),
    'Cannot make "/dev/null/a": not a directory; part of the path is a file',
  ],
  [
    () => Deno.writeTextFile("/dev/full", "x"),
    'Cannot write "/dev/full": no space left on device; make room there',
  ],
  [
    () => Deno.rename("/dev/null/a", "/dev/null/b"),
    'Cannot rename "/dev/null/a" -> "/dev/null/b": not a directory; part of the path is a file',
  ],
  [
    () => spawn("/dev/null/program", []),
    'Cannot start "/dev/null/program": not a directory; part of the path is a file',
  ],
  [
    async () => {
      using full = await Deno.open("/dev/full", { write: true });
      await full.write(new Uint8Array(1));
    },
    "Cannot go on: no space left on device; make room there",
  ],
];

for (const [attempt, said] of REFUSED) {
  Deno.test(`a program that fails of the system says ${said.slice(0, 60)}`, async () => {
    await using folder = await tempFolder();

    const { code, lines } = await endOf(async () => {
      await attempt(folder.path);
    });

    assertEquals({ code, lines }, {
      code: 1,
      lines: [said.replaceAll("FOLDER", folder.path)],
    });
  });
}

Deno.test("a temporary file that cannot be made is told with its folder and TMPDIR", async () => {
  const error = await assertRejects(
    async () => await Deno.makeTempFile({ dir: "/dev/null" }),
    Error,
  );

  assertEquals(isSystemError(error), true);
  assertMatch(
    describeSystemError(error as Error & { code: string }),
    /^Cannot make a temporary file in ".*": not a directory; make room there, or name another folder by TMPDIR$/,
  );
});

Deno.test("a defect is called so, with its stack", async () => {
  for (
    const defect of [
      new TypeError("not a function"),
      Object.assign(new Error("odd"), { code: "ERR_INVALID_STATE" }),
    ]
  ) {
    const { code, lines } = await endOf(() => Promise.reject(defect));

    assertEquals(code, 1);
    assertMatch(lines.join("\n"), /^Defect while running: .*\n +at /);
  }
});

async function endOf(main: () => Promise<void>) {
  let text = "";
  using _taken = divertLog((line) => text += line);
  const code = await exitCodeOf(main);
  return { code, lines: text.trimEnd().split("\n") };
}
