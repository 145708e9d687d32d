/**
 * Holds vendor/std/cli to what `jsr:@std/cli` does: every case here is true of
 * both, so it also passes without `links` in deno.json.
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Args, parseArgs, type ParseOptions } from "@std/cli/parse-args";
import { parseArgs as parseArgsOfMod } from "@std/cli";

const commandLines: [string, string, ParseOptions, Record<string, unknown>][] =
  [
    ["an undeclared switch", "--a", {}, { a: true, _: [] }],
    ["an undeclared flag's next word", "--a b", {}, { a: "b", _: [] }],
    ["numbers", "--a 5 -b 0x10 7", {}, { a: 5, b: 16, _: [7] }],
    ["text that stays text", "--a 05", { string: "a" }, { a: "05", _: [] }],
    ["a value after =", "--a=b=c", {}, { a: "b=c", _: [] }],
    ["a value after = with spaces", "-a=b", {}, { a: "b", _: [] }],
    ["the next word as value", "--batch 100", { string: ["batch"] }, {
      batch: "100",
      _: [],
    }],
    ["a text flag without value", "--a", { string: "a" }, { a: "", _: [] }],
    ["a text flag before a flag", "--a --b", { string: ["a"] }, {
      a: "",
      b: true,
      _: [],
    }],
    ["the last of two values", "--a 1 --a 2", { string: "a" }, {
      a: "2",
      _: [],
    }],
    ["the last of two switches", "--a --a=false", { boolean: "a" }, {
      a: false,
      _: [],
    }],
    ["collected values", "-a 1 --a=2 -a 3", { collect: "a", string: "a" }, {
      a: ["1", "2", "3"],
      _: [],
    }],
    ["one collected value", "--a 1", { collect: ["a"] }, { a: [1], _: [] }],
    ["no collected value", "", { collect: ["a"], string: ["a"] }, {
      a: [],
      _: [],
    }],
    ["collected switches", "-a -a", { collect: "a", boolean: "a" }, {
      a: [true, true],
      _: [],
    }],
    ["a switch before a word", "--a b", { boolean: ["a", "c"] }, {
      a: true,
      c: false,
      _: ["b"],
    }],
    ["a switch before true and false", "--a false -b true", {
      boolean: ["a", "b"],
    }, { a: false, b: true, _: [] }],
    ["every long flag as a switch", "--a b -c d --e=f", { boolean: true }, {
      a: true,
      c: "d",
      e: "f",
      _: ["b"],
    }],
    ["a negation", "--no-a", { boolean: "a", negatable: "a" }, {
      a: false,
      _: [],
    }],
    ["the last of a flag and its negation", "--no-a --a", {
      boolean: "a",
      negatable: "a",
    }, { a: true, _: [] }],
    ["a negation of the default", "--no-a", {
      string: "a",
      negatable: ["a"],
      default: { a: "x" },
    }, { a: false, _: [] }],
    ["a negation of what was collected", "--a=1 --no-a", {
      collect: "a",
      negatable: "a",
    }, { a: false, _: [] }],
    ["--no- before a name that is not negatable", "--no-a", { boolean: "a" }, {
      a: false,
      "no-a": true,
      _: [],
    }],
    ["negatable names that are part of others", "--no-ab x", {
      negatable: "a",
    }, { "no-ab": "x", _: [] }],
    ["a name that starts with no", "--node x", {}, { node: "x", _: [] }],
    ["aliases", "-p 1", { string: "port", alias: { p: ["port", "P"] } }, {
      p: "1",
      port: "1",
      P: "1",
      _: [],
    }],
    ["aliases of a switch", "-h x", { boolean: "help", alias: { help: "h" } }, {
      h: true,
      help: true,
      _: ["x"],
    }],
    ["defaults, aliased too", "", { default: { a: 1 }, alias: { a: "b" } }, {
      a: 1,
      b: 1,
      _: [],
    }],
    ["no default for a given flag", "-b 2", {
      default: { a: 1 },
      alias: { a: "b" },
    }, { a: 2, b: 2, _: [] }],
    ["a group", "-abc x", {}, { a: true, b: true, c: "x", _: [] }],
    ["a group with a switch last", "-ab x", { boolean: "b" }, {
      a: true,
      b: true,
      _: ["x"],
    }],
    ["a group with text flags", "-art", { string: ["a", "t"] }, {
      a: "",
      r: true,
      t: "",
      _: [],
    }],
    ["a number joined to its letter", "-n5", {}, { n: 5, _: [] }],
    ["a path joined to its letter", "-I/usr/lib", {}, {
      I: "/usr/lib",
      _: [],
    }],
    ["a hyphen joined to its letter", "-f-", {}, { f: "-", _: [] }],
    ["a hyphen as the value of a letter", "-f -", { string: "f" }, {
      f: "-",
      _: [],
    }],
    ["a hyphen as a word", "-", {}, { _: ["-"] }],
    ["a hyphen after a switch", "-b -", { boolean: "b" }, {
      b: true,
      _: ["-"],
    }],
    ["dotted names", "--a.b 1 --a.c.d", {}, {
      a: { b: 1, c: { d: true } },
      _: [],
    }],
    ["dotted defaults", "--a.b 1", { default: { "a.c": 2 } }, {
      a: { b: 1, c: 2 },
      _: [],
    }],
    ["words as numbers", "1 1.5 0x1f x 1x", {}, { _: [1, 1.5, 31, "x", "1x"] }],
    ["words as text", "1 x", { string: ["_"] }, { _: ["1", "x"] }],
    ["names that every object has", "--toString --valueOf x", {}, {
      toString: true,
      valueOf: "x",
      _: [],
    }],
    ["switches written out", "--a=false -b=true --c=no", {
      boolean: ["a", "c"],
    }, { a: false, b: "true", c: true, _: [] }],
    ["a default that is a list, not added to", "--a x", {
      collect: "a",
      default: { a: ["y"] },
    }, { a: ["x"], _: [] }],
    ["what follows --", "--a -- -b 1", {}, { a: true, _: ["-b", "1"] }],
    ["what follows --, apart", "x -- -b 1", { "--": true }, {
      _: ["x"],
      "--": ["-b", "1"],
    }],
    ["nothing after --", "x", { "--": true }, { _: ["x"], "--": [] }],
    ["a second --", "-- a -- b", {}, { _: ["a", "--", "b"] }],
    ["no flags after a word", "--a=1 x --b 2", { stopEarly: true }, {
      a: 1,
      _: ["x", "--b", "2"],
    }],
  ];
for (const [what, line, options, expected] of commandLines) {
  Deno.test(`parseArgs() reads ${what}`, () => {
    const words = line === "" ? [] : line.split(" ");

    assertEquals({ ...parseArgs(words, options) }, expected);
  });
}

Deno.test("parseArgs() leaves an empty word among the words", () => {
  assertEquals({ ...parseArgs(["--a", ""], { string: "a" }) }, {
    a: "",
    _: [""],
  });
});

Deno.test("parseArgs() reads values with spaces and line ends", () => {
  assertEquals({ ...parseArgs(["--a=b c\nd", "-e", "f g"]) }, {
    a: "b c\nd",
    e: "f g",
    _: [],
  });
});

Deno.test("parseArgs() asks about what is not declared", () => {
  const asked: unknown[] = [];

  const args = parseArgs(["--a", "--b=1", "-c", "2", "x", "--d=3"], {
    boolean: ["a"],
    alias: { d: "D" },
    unknown: (...question) => {
      asked.push(question);
      return question[1] === "c";
    },
  });

  assertEquals(asked, [["--b=1", "b", "1"], ["-c", "c", "2"], ["x"]]);
  assertEquals({ ...args }, { a: true, c: 2, d: 3, D: 3, _: [] });
});

Deno.test("parseArgs() leaves its arguments as they are", () => {
  const words = ["--a", "1", "--", "x"];

  parseArgs(words);

  assertEquals(words, ["--a", "1", "--", "x"]);
});

Deno.test("parseArgs() refuses an alias that is undefined", () => {
  const alias = { a: undefined } as unknown as Record<string, string>;

  assertThrows(() => parseArgs([], { alias }), TypeError);
});

Deno.test("parseArgs() is in both doors", () => {
  assert(parseArgs === parseArgsOfMod);
});

Deno.test("parseArgs() types what is declared", () => {
  const args = parseArgs(["--port", "1", "--tag", "x", "--log", "--", "y"], {
    string: ["port", "host", "tag"],
    boolean: ["log"],
    collect: ["tag", "any"],
    negatable: ["host"],
    default: { host: "localhost" },
    alias: { log: "l", port: ["p", "P"] },
    "--": true,
  });
  const port: string | undefined = args.port ?? args.p ?? args.P;
  const host: string | false = args.host;
  const log: boolean = args.log && args.l;
  const tag: string[] = args.tag;
  const any: unknown[] | undefined = args.any;
  const words: (string | number)[] = args._;
  const rest: string[] = args["--"];
  const other: unknown = args["other"];
  // @ts-expect-error the flag need not be given
  const given: string = args.port;
  // @ts-expect-error the flag is text
  const number: number | undefined = args.port;

  assertEquals<unknown[]>([port, given, number], ["1", "1", "1"]);
  assertEquals<unknown[]>([host, log, tag], ["localhost", true, ["x"]]);
  assertEquals<unknown[]>([any, words, rest, other], [
    undefined,
    [],
    ["y"],
    undefined,
  ]);
});

Deno.test("parseArgs() takes lists of any names", () => {
  const names: string[] = ["a", "b"];

  const args: Record<string, unknown> = parseArgs(["--a", "1"], {
    string: [...names, "_"],
    boolean: names.slice(1),
  });

  assertEquals({ ...args }, { a: "1", b: false, _: [] });
});

Deno.test("parseArgs() has no types for what is not declared", () => {
  const args: Args = parseArgs(["--a", "1"]);

  assertEquals(args["a"] + 1, 2);
});
