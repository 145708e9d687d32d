import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { readEnv } from "../../../supervisor/config/env_file.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const HERE: Record<string, string> = { HOME: "/home/ada", EMPTY: "" };

function read(text: string) {
  const { variables, problems } = readEnv(text, (name) => HERE[name]);
  return [Object.fromEntries(variables), problems];
}

/** Lines, and what docker compose makes of them. */
const READ: [string, string, Record<string, string>][] = [
  ["a byte order mark", "\uFEFFA=1\r\nB=2\r\n", { A: "1", B: "2" }],
  ["blank lines and comments", "\n  # A=1\n\t\nB=2\n#", { B: "2" }],
  ["a colon", "A: 1\nB:2\nC : 3", { A: "1", B: "2", C: "3" }],
  ["a bare name", "HOME\nNOT_SET\nexport HOME", { HOME: "/home/ada" }],
  ["export", "export A=1\nexport\tB: 2", { A: "1", B: "2" }],
  ["spaces", "A = 1 \n  B=  two words  ", { A: "1", B: "two words" }],
  ["nothing", "A=\nB: \nC=''", { A: "", B: "", C: "" }],
  ["comments after values", "A=1 # c\nB=1# c\nC= # c\nD='1' # c", {
    ...{ A: "1", B: "1# c", C: "", D: "1" },
  }],
  ["an equals sign", "A=b=c\nB=a:b", { A: "b=c", B: "a:b" }],
  ["names with dots", "a.b-c[0]=1", { "a.b-c[0]": "1" }],
  ["double quotes", 'A="a\\n\\t\\"b\\" \\$HOME \\q # c"', {
    A: 'a\n\t"b" $HOME \\q # c',
  }],
  ["single quotes", "A='$HOME \\n it\\'s'", { A: "$HOME \\n it's" }],
  ["several lines", "A=\"one\ntwo\"\nB='a\n\nb'\nC=1", {
    ...{ A: "one\ntwo", B: "a\n\nb", C: "1" },
  }],
  ["variables", 'A=1\nB=$A-${A}\nC="${HOME}/$A"\nD=$$A\nE=a$', {
    ...{ A: "1", B: "1-1", C: "/home/ada/1", D: "$A", E: "a$" },
  }],
  ["the environment first", "HOME=/x\nA=${HOME}", {
    ...{ HOME: "/x", A: "/home/ada" },
  }],
  [
    "defaults",
    "A=${X:-d}\nB=${EMPTY:-d}\nC=${EMPTY-d}\nD=${HOME:+r}\nE=${X+r}\nF=${X:-${HOME}}",
    { A: "d", B: "d", C: "", D: "r", E: "", F: "/home/ada" },
  ],
  ["a variable that is not set", "A=[${X}]", { A: "[]" }],
  ["the last of two", "A=1\nA=2", { A: "2" }],
];

for (const [what, text, expected] of READ) {
  Deno.test(`readEnv() reads ${what}`, () => {
    assertEquals(read(text), [expected, []]);
  });
}

Deno.test("readEnv() names each line that means nothing, and reads the others", () => {
  const [variables, problems] = read(
    [
      "A=1",
      "=x",
      ": y",
      "two words=1",
      "just a sentence",
      'B="open',
      "C='1' 2",
      "D=${A",
      "E=${X:?say X}",
      "F=${A b}",
      "G=1",
    ].join("\n"),
  );

  assertEquals(variables, { A: "1", G: "1" });
  assertEquals(problems, [
    { line: 2, message: "there is no name before =" },
    { line: 3, message: "there is no name before :" },
    {
      line: 4,
      message: '"two words" is no variable\'s name: expected NAME=value',
    },
    {
      line: 5,
      message: '"just a sentence" is no variable\'s name: expected NAME=value',
    },
    { line: 6, message: 'the " is not closed' },
    { line: 7, message: "there is more after the closing '" },
    {
      line: 8,
      message: "cannot read ${A: write ${NAME}, and $$ for a $",
    },
    { line: 9, message: 'variable "X" is not set: say X' },
    {
      line: 10,
      message: "cannot read ${A b}: write ${NAME}, and $$ for a $",
    },
  ]);
});

Deno.test("parseConfig() tells the lines of an env file that mean nothing", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("a.env"), "A=1\n=x\n");

  const error = assertThrows(
    () =>
      parseConfig("services: {a: {command: [x], env_file: [a.env]}}", {
        path: folder.file("config.yaml"),
        variables: {},
      }),
    UsageError,
  );

  assertMatch(
    error.message,
    /services\.a\.env_file: ".*a\.env" line 2: there is no name before =$/,
  );
});
