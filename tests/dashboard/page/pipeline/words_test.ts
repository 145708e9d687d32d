import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  msWords,
  numbered,
  numberWords,
  phaseSentence,
  shareWords,
  spanWords,
  speedWords,
  stageWords,
} from "../../../../dashboard/page/pipeline/words.ts";
import { runRecord } from "../../../support/page_fixtures.ts";

/** Thin spaces as those of a keyboard. */
function plain(text: string): string {
  return text.replace(/[\u2009\u202f]/g, " ");
}

Deno.test("msWords() has three digits or so, and a unit", () => {
  assertEquals(
    [0.1234, 4.21, 421.4, 4_210, 42_100, null].map((value) =>
      plain(msWords(value))
    ),
    ["0.12 ms", "4.2 ms", "421 ms", "4.2 s", "42 s", "–"],
  );
});

Deno.test("shareWords() says all only of all", () => {
  assertEquals(
    [0, 0.5, 0.99999, 1, null].map((value) => plain(shareWords(value))),
    [
      "0.0 %",
      "50.0 %",
      "99.9 %",
      "100 %",
      "–",
    ],
  );
});

Deno.test("speedWords(), numberWords() and spanWords() know a dash", () => {
  assertEquals([speedWords(null), numberWords(null), spanWords(null)], [
    "–",
    "–",
    "–",
  ]);
  assertEquals(plain(speedWords(512_345)), "512 000");
  assertEquals(plain(spanWords(4_210)), "4.2 s");
});

Deno.test("phaseSentence() names the stage that decides the speed", () => {
  assertStringIncludes(
    plain(phaseSentence(runRecord(10))),
    "parse sets the pace: it is busy 93.0 % of the time",
  );
});

Deno.test("phaseSentence() says what broke, and what has become of a lost run", () => {
  const message = "rules was ended by SIGKILL; restarting";
  const events = [{
    sequence: 1,
    timeMs: 0,
    kind: "recovery" as const,
    message,
  }];

  assertEquals(
    phaseSentence(runRecord(10, { phase: "recovering", events })),
    message,
  );
  assertStringIncludes(
    phaseSentence(runRecord(10, { phase: "lost" })),
    "--resume",
  );
});

Deno.test("stageWords() counts the dead", () => {
  const processes = ["dead", "serving", "serving"].map((state) => ({ state }));

  assertEquals(stageWords("partly", processes), "1 of 3 dead");
  assertEquals(stageWords("none", []), "not started");
});

Deno.test("numbered() numbers what is marked on the charts", () => {
  const event = (sequence: number, kind: "recovery" | "swap" | "note") => ({
    sequence,
    timeMs: 0,
    kind,
    message: "",
  });

  assertEquals(
    numbered([event(7, "recovery"), event(8, "note"), event(9, "swap")])
      .map(({ number }) => number),
    [1, undefined, 2],
  );
});
