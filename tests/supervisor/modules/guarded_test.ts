import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { createWorkspace } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const PRINTS = [
  'import text from "SECRET" with { type: "text" };',
  "console.log(`it says ${text.trim()}`);",
].join("\n");

Deno.test("a script that imports the text of somebody else is not started, until it is allowed to", async (t) => {
  await using outside = await tempFolder();
  const secret = outside.file("secret.txt");
  await Deno.writeTextFile(secret, "secret");
  await using workspace = await createWorkspace({});
  const script = join(workspace.folder, "prints.ts");
  await Deno.writeTextFile(script, PRINTS.replace("SECRET", secret));
  const missing = join(workspace.folder, "missing.ts");
  await Deno.writeTextFile(missing, 'import "./none.ts";');
  const service = { script, restart: "no" };
  await workspace.configure({
    prints: service,
    allowed: { ...service, permissions: { read: [secret] } },
    missing: { script: missing, restart: "no" },
  });
  const refusal = new RegExp(
    `the module guard refuses it: ${script} imports ${secret} as text, outside of its workspace ${workspace.folder}; to allow that, write services\\.prints\\.permissions\\.read: \\["${secret}"\\]$`,
    "m",
  );

  await t.step("--dry-run and permissions say so beforehand", async () => {
    const plan = await workspace.run("supervise", "--dry-run", "--json");
    const shown = await workspace.run("permissions");
    const planned = JSON.parse(plan.stdout).services.map(
      ({ refused }: { refused?: string }) => refused,
    );
    assertMatch(planned[0] ?? "", refusal);
    assertEquals(planned.slice(1), [undefined, undefined]);
    assertMatch(shown.stdout, /^prints would not start: the module guard/m);
    assertMatch(shown.stdout, refusal);
  });

  await t.step("learn finds that it reads it", async () => {
    const learned = await workspace.run(
      ...["permissions", "learn", "prints", "--json"] as const,
    );
    assertEquals(learned.code, 0, learned.stderr);
    assertMatch(JSON.parse(learned.stdout)[0].block, /read: \[.*secret\.txt/);
  });

  const supervised = workspace.supervise();

  await t.step(
    "it is refused, with who imports what and what to write",
    async () => {
      const said = await supervised.said(/prints: .*could not start: .*/);
      assertMatch(said[0], refusal);
    },
  );
  await t.step("who has the right reads it", async () => {
    await supervised.said(/^allowed \| it says secret$/);
    assert(!supervised.lines.includes("prints | it says secret"));
  });
  await t.step(
    "a module that is missing is told of in Deno's words",
    async () => {
      await supervised.said(/^missing \| error: Module not found/);
    },
  );
});
