/**
 * Writes docs/conformance.md: every check, as the code has it.
 *
 * @module
 */

import { STAGES } from "../../stages/names.ts";
import type { Check } from "../conformance/check.ts";
import { CHECKS } from "../conformance/checks.ts";

const HEAD = `<!-- Written by \`deno task schema\`; do not edit. -->

# What a stage must do, check by check

\`deno task conformance STAGE\` starts one stage as the pipeline does, with a
scripted sender before it and a scripted stage after it, both over real gRPC, and
makes these checks. [write-a-stage.md](write-a-stage.md) says what is behind
them. \`parse=rust\` names a variant, \`--stages=FILE\` another file
than stages/stages.yaml.

\`\`\`
deno task conformance parse                        # all checks of one stage
deno task conformance parse=rust --only=gap,token  # some of them
deno task conformance sink --quick --json          # less of each, for programs
\`\`\`

The exit code is 0 where no check has failed, 1 where one has, and 2 where the
command line is wrong. For a check that has failed it is said what the stage was
sent, what came, and what was expected. A stage may leave out figures that it has
not measured, schemas of one's own, which it refuses at the opening, and lanes,
where its variant says \`lanes: false\`: that is told as \`absent\`, and is no
check that is passed. \`memory-flat\` passes a million events where memory is flat
at once, and five of them before it says that it grows; \`--quick\` leaves it out,
and makes the others of less.

What is the same is the same as what our own stages make of the same input, in
the process of the check: texts letter by letter, doubles bit by bit, files byte
by byte.
`;

/** Writes the page. */
export function conformanceReference(): string {
  return [
    HEAD,
    "| check | stages | what a stage must do |",
    "| --- | --- | --- |",
    ...CHECKS.map((check) =>
      `| \`${check.id}\` | ${stagesOf(check)} | ${check.sentence} |`
    ),
    "",
    "---",
    "",
    "All pages: [index.md](index.md).",
  ].join("\n");
}

function stagesOf({ stages }: Check): string {
  return stages.length === STAGES.length ? "all" : stages.join(", ");
}
