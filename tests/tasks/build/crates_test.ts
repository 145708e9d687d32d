import { assertEquals, assertThrows } from "@std/assert";
import { Failure } from "../../../runtime/program/errors.ts";
import {
  type Crate,
  cratesOfLock,
  differenceOf,
  readCrates,
  writeCrates,
  writeLock,
} from "../../../tasks/build/crates.ts";
import { isNewEnough } from "../../../tasks/build/requirements.ts";
import {
  RUST_CLIENT,
  RUST_PARSE,
  testBuilt,
} from "../../support/built_clients.ts";

/** The packages of Rust, each with the command that builds it and a program. */
const PACKAGES = [
  {
    folder: "calculator/rust",
    command: "build:clients",
    program: RUST_CLIENT,
  },
  { folder: "stages/rust", command: "build:stages", program: RUST_PARSE },
];
const readOf = (folder: string) => (name: string) =>
  Deno.readTextFile(new URL(`../../../${folder}/${name}`, import.meta.url));

const crate = (name: string, version: string, digit: string): Crate => ({
  name,
  version,
  checksum: digit.repeat(64),
});

const CRATES = [
  crate("anyhow", "1.0.105", "a"),
  crate("hyper-util", "0.1.21", "0"),
  crate("syn", "2.0.1", "1"),
  crate("syn", "3.0.10-rc.1+build", "2"),
];

Deno.test("readCrates() reads what writeCrates() wrote", () => {
  assertEquals(
    readCrates(writeCrates(CRATES.toReversed(), "build:x"), "list"),
    CRATES,
  );
});

Deno.test("cratesOfLock() reads what writeLock() wrote", () => {
  assertEquals(cratesOfLock(writeLock(CRATES, "registry+x")), CRATES);
});

Deno.test("cratesOfLock() passes over our own package", () => {
  const own = '\n[[package]]\nname = "ours"\nversion = "1.0.0"\n' +
    'dependencies = [\n "anyhow",\n]\n';

  assertEquals(cratesOfLock(writeLock(CRATES, "registry+x") + own), CRATES);
});

for (
  const line of [
    "anyhow",
    "anyhow 1.0.105",
    `anyhow 1.0.105 ${"A".repeat(64)}`,
    `anyhow 1.0.105 ${"a".repeat(63)}`,
    `anyhow ^1 ${"a".repeat(64)}`,
    `any"how 1.0.0 ${"a".repeat(64)}`,
  ]
) {
  Deno.test(`readCrates() refuses ${line.slice(0, 24)}, naming the line`, () => {
    assertThrows(
      () => readCrates(`# head\n\n${line}\n`, "crates.txt"),
      Failure,
      "Cannot read crates.txt: line 3 is ",
    );
  });
}

Deno.test("differenceOf() tells what is missing, too much, and changed", () => {
  const [first, second, ...rest] = CRATES as [Crate, Crate, ...Crate[]];

  assertEquals(differenceOf(CRATES, CRATES.toReversed()), "");
  assertEquals(
    differenceOf([first, second], [second, ...rest]),
    "it lacks syn 2.0.1 (11111111), syn 3.0.10-rc.1+build (22222222); " +
      "nothing needs its anyhow 1.0.105 (aaaaaaaa)",
  );
  assertEquals(
    differenceOf([first], [{ ...first, checksum: "b".repeat(64) }]),
    "it lacks anyhow 1.0.105 (bbbbbbbb); nothing needs its anyhow 1.0.105 (aaaaaaaa)",
  );
});

for (const { folder, command, program } of PACKAGES) {
  const read = readOf(folder);

  Deno.test(`${folder}/crates.txt has each crate that Cargo.toml names, in that version`, async () => {
    const text = await read("crates.txt");
    const crates = readCrates(text, "crates.txt");
    const named = (await read("Cargo.toml")).matchAll(
      /^([\w-]+) = (?:\{ version = )?"=([\d.]+)"/gm,
    );

    const missing = named
      .map(([, name, version]) => `${name} ${version}`)
      .filter((each) =>
        !crates.some(({ name, version }) => `${name} ${version}` === each)
      ).toArray();

    assertEquals(missing, []);
    assertEquals(text, writeCrates(crates, command));
  });

  testBuilt(
    `${folder} is built from the crates of crates.txt, and no others`,
    [program],
    async () => {
      const list = readCrates(await read("crates.txt"), "crates.txt");
      const lock = cratesOfLock(await read("Cargo.lock"));

      assertEquals(differenceOf(list, lock), "");
    },
  );
}

Deno.test("isNewEnough() compares the first version that a program prints", () => {
  for (
    const [printed, oldest, isEnough] of [
      ["cargo 1.88.0 (873a06493 2025-05-10)", [1, 88], true],
      ["cargo 1.87.9 (99624be96 2025-05-06)", [1, 88], false],
      ["cargo 2.0.0", [1, 88], true],
      ["go version go1.21.3 linux/amd64", [1, 21], true],
      ["go version go1.9.7 linux/amd64", [1, 21], false],
      ["Python 3.10.1", [3, 9], true],
      ["Python 2.7.18", [3, 9], false],
      ["no version", [1, 0], false],
    ] as const
  ) assertEquals(isNewEnough(printed, oldest), isEnough, printed);
});
