import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import { PROJECT } from "../../../runtime/program/paths.ts";
import { commandsPage } from "../../../tasks/generated/schema.ts";
import { SUBCOMMANDS } from "../../../tasks/subcommands.ts";
import { spawnScript } from "../../support/spawned.ts";

/** Tasks of deno.json that are for whoever works on this project. */
const OWN_TASKS = ["help", "ok", "release", "schema"];

const page = await Deno.readTextFile(join(PROJECT, "docs/commands.md"));
const sections = page.split(/^## /m).slice(1);

Deno.test("docs/commands.md is current; `deno task schema` writes it", async () => {
  assertEquals(page, await commandsPage());
});

Deno.test("main.ts, deno.json and docs/commands.md list the same commands", async () => {
  await using help = spawnScript("main.ts", {
    args: ["help", "--all"],
  });
  const listed = (await help.stdout.rest()).split("\n")
    .flatMap((line) => /^ {2}(\S+)/.exec(line)?.[1] ?? []);
  const tasks = Object.keys(DENO_JSON.tasks)
    .filter((name) => !OWN_TASKS.includes(name));
  const described = sections.map((each) => /^`(.*)`/.exec(each)?.[1]);

  assertEquals(listed, Object.keys(SUBCOMMANDS));
  assertEquals(tasks.toSorted(), listed.toSorted());
  assertEquals(described, listed);
});

Deno.test("every command's help has the same shape", () => {
  for (const section of sections) {
    const helps = [...section.matchAll(/^```\n(.*?)\n```$/gms)];
    assertEquals(helps.length > 0, true, section);
    for (const [, help] of helps) {
      assertMatch(
        help!,
        /^Usage: deno task \S+.*\n[A-Z].*\.\n\n( {2}--?\S+ +.*\n?)+$/,
      );
      assertMatch(help!, /^ {2}-h, --help +print this$/m);
    }
  }
});
