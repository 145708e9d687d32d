/**
 * Runs one stage of the pipeline as a process.
 *
 *   deno run <permissions> stages/main.ts <stage> --address= [--next=] [...]
 *
 * Serves until SIGTERM. run_stage.ts does everything that is the same for all
 * stages, also for those of others; `stages/main.ts --help` lists the flags.
 *
 * @module
 */

import { mostGenerations } from "./events/places.ts";
import { namedInputs, runOneOf, type StageContext } from "./run_stage.ts";

// A stage loads what it needs: most of its start is loading.
await runOneOf({
  async ingest(context) {
    const [{ createSources }, followed] = await Promise.all([
      import("./ingest/sources.ts"),
      context.flags.follow ? followLast(context) : undefined,
    ]);
    const { flags, needInputs } = context;
    return createSources(needInputs(), {
      maxLine: flags["max-line"],
      asItIs: flags["any-input"],
      replay: flags.replay !== undefined,
      followed,
    });
  },
  async parse() {
    const { createParse } = await import("./parse/parse.ts");
    return createParse;
  },
  async rules({ flags }) {
    const { readRules } = await import("./rules/read_rules.ts");
    return readRules(flags.rules, flags["rules-digest"]);
  },
  async aggregate() {
    const { createAggregate } = await import("./aggregate/aggregate.ts");
    return createAggregate;
  },
  async sink({ flags, need }) {
    const { sinkOfFiles } = await import("./sink/sink.ts");
    return sinkOfFiles({
      output: need("output"),
      rejects: need("rejects"),
      inputs: namedInputs(flags),
      run: need("run"),
      replay: flags.replay,
      appended: flags.appended,
      writing: { format: flags.format, top: flags.top, sort: flags.sort },
    });
  },
}, { summary: "Is one of the five stages of a pipeline." });

async function followLast({ flags, need, needInputs }: StageContext<unknown>) {
  const [{ followFile }, { openGenerations }] = await Promise.all([
    import("./ingest/followed_file.ts"),
    import("./ingest/generation_store.ts"),
  ]);
  const inputs = needInputs();
  return followFile(inputs.at(-1)!, {
    store: openGenerations(need("state")),
    allowGap: flags["allow-gap"],
    asItIs: flags["any-input"],
    most: mostGenerations(inputs.length),
  });
}
