import { assertEquals, assertThrows } from "@std/assert";
import {
  chooseStages,
  readStageChoice,
  workersOf,
} from "../../orchestrator/chosen_stages.ts";
import {
  type ChosenStages,
  loadStageCatalog,
} from "../../orchestrator/stage_catalog.ts";
import { withMeanings } from "../../orchestrator/stage_words.ts";
import { UsageError } from "../../runtime/program/errors.ts";

const catalog = await loadStageCatalog();

Deno.test("chooseStages() takes the variants that are chosen, and else what the stage itself runs", () => {
  const chosen = chooseStages(catalog, [
    readStageChoice("parse=rust"),
    readStageChoice("rules=default"),
  ]);

  assertEquals(
    Object.values(chosen).map(({ stage, variant }) => [stage, variant]),
    [
      ["ingest", undefined],
      ["parse", "rust"],
      ["rules", undefined],
      ["aggregate", undefined],
      ["sink", undefined],
    ],
  );
});

/** What is written, and what is said of it. */
const REFUSED: [texts: string[], words: string][] = [
  [["parse"], "expected STAGE=VARIANT, as in parse=rust"],
  [["parse="], "expected STAGE=VARIANT, as in parse=rust"],
  [["=rust"], 'there is no stage ""; expected one of ingest, parse, '],
  [["prase=rust"], 'there is no stage "prase"; did you mean "parse"?'],
  [
    ["parse=rsut"],
    'Cannot use --stage=parse=rsut: there is no variant "rsut" of stage "parse"; did you mean "rust"? ',
  ],
  [
    ["parse=rust", "parse=default"],
    'Cannot use --stage=parse=default: "parse" is chosen twice',
  ],
];

for (const [texts, words] of REFUSED) {
  Deno.test(`--stage is refused: ${texts.join(", ")}`, () => {
    assertThrows(
      () => chooseStages(catalog, texts.map(readStageChoice)),
      UsageError,
      words,
    );
  });
}

Deno.test("workersOf() refuses several processes of what has no lanes, and auto takes one", () => {
  const shipped = chooseStages(catalog, []);
  const alone: ChosenStages = {
    ...shipped,
    parse: { ...shipped.parse, variant: "own", lanes: false },
  };

  assertEquals(workersOf({ parse: 3 }, shipped), { parse: 3 });
  assertEquals(workersOf("auto", shipped, 2), { parse: 2 });
  assertEquals(workersOf("auto", alone, 2), {});
  assertEquals(workersOf({ parse: 1, rules: 2 }, alone), {
    parse: 1,
    rules: 2,
  });
  assertThrows(
    () => workersOf({ rules: 2, parse: 2 }, alone),
    UsageError,
    'Cannot use --workers=parse:2: variant "own" of stage "parse" says lanes: false in the stages file, so it has one process; leave it out of --workers, or pick another variant with --stage',
  );
});

Deno.test("withMeanings() puts the words of a file in place, and grants nothing that it does not list", () => {
  const meanings = {
    self: "127.0.0.1:1",
    next: ["127.0.0.1:2", "127.0.0.1:3"],
    read: ["/in"],
    write: [],
  };

  assertEquals(withMeanings({}, meanings), {});
  assertEquals(
    withMeanings({
      net: ["next", "10.0.0.7:443", "self"],
      read: ["given", "next"],
      write: ["given"],
      run: ["given"],
      env: true,
    }, meanings),
    {
      net: ["127.0.0.1:2", "127.0.0.1:3", "10.0.0.7:443", "127.0.0.1:1"],
      read: ["/in", "next"],
      write: [],
      run: ["given"],
      env: true,
    },
  );
});
