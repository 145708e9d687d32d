import { assertEquals, assertThrows } from "@std/assert";
import {
  plannedSwaps,
  readSwap,
  swapFlag,
} from "../../orchestrator/swap_flag.ts";
import type { SwapRequest, Swaps } from "../../orchestrator/swaps.ts";
import { Failure, UsageError } from "../../runtime/program/errors.ts";
import { readFlags } from "../../runtime/program/flags.ts";
import { logged } from "../support/logged.ts";

function read(...texts: string[]) {
  const argv = texts.map((text) => `--swap=${text}`);
  return readFlags(argv, { swap: swapFlag }).flags.swap;
}

Deno.test("swapFlag reads swaps, several in one flag or in several", () => {
  const parse = {
    text: "parse@50%:rust",
    stage: "parse",
    variant: "rust",
    when: { share: 0.5 },
  } as const;
  const sink = {
    text: "sink@2s",
    stage: "sink",
    when: { afterMs: 2_000 },
  } as const;

  assertEquals(read("parse@50%:rust,sink@2s"), [parse, sink]);
  assertEquals(read("parse@50%:rust", "sink@2s"), [parse, sink]);
});

const FORM =
  "expected STAGE@WHEN or STAGE@WHEN:VARIANT, as in parse@50%:rust, and found";
const WRONG: Record<string, string> = {
  "parse": `${FORM} "parse"`,
  "parse=rust": `${FORM} "parse=rust"`,
  "parse@50%:": `${FORM} "parse@50%:"`,
  "parse@50%:a:b": `${FORM} "parse@50%:a:b"`,
  "prase@50%": 'there is no stage "prase"; did you mean "parse"?',
  "parse.2@50%": 'the processes of a stage are swapped together: name "parse"',
  "parse@soon":
    'expected a share such as 30%, a time such as 2s, start+200ms or break+50ms, or end, and found "soon"',
};

Deno.test("swapFlag says what is wrong with what it cannot read", () => {
  for (const [text, message] of Object.entries(WRONG)) {
    const error = assertThrows(() => read(text), UsageError);
    assertEquals(error.message, `Cannot read --swap="${text}": ${message}`);
  }
});

Deno.test("readSwap() reads a stage, with a variant or without", () => {
  assertEquals(readSwap("parse"), { stage: "parse" });
  assertEquals(readSwap("parse=rust"), { stage: "parse", variant: "rust" });
  for (const text of ["parse=", "parse.1", "=rust", ""]) {
    assertThrows(() => readSwap(text), UsageError);
  }
});

Deno.test("plannedSwaps() begins one at a time, and says what is refused", async () => {
  const asked: SwapRequest[] = [];
  const first = Promise.withResolvers<never>();
  const swaps = {
    busy: false,
    swap(request: SwapRequest) {
      asked.push(request);
      return first.promise;
    },
  } as unknown as Swaps;
  const [parse, sink] = plannedSwaps(read("parse@1%:rust,sink@1%"), swaps);

  using log = logged();
  assertEquals([parse!.happen(), sink!.happen()], [true, false]);
  first.reject(new Failure('Cannot swap "parse": it is so'));
  await first.promise.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(sink!.happen(), true);

  assertEquals(asked, [{ stage: "parse", variant: "rust" }, { stage: "sink" }]);
  assertEquals(
    log.lines.filter((line) => line.includes("parse")),
    ['Cannot swap "parse": it is so (--swap=parse@1%:rust)'],
  );
});
