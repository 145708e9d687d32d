import { assert, assertEquals } from "@std/assert";
import { createWorkspace, fixture } from "../../support/supervised.ts";

const SCRIPT = fixture("says_what_a_program_sees.ts");
/** Lays variables into the supervisor's environment. */
const WITH =
  "unset DENO_NO_UPDATE_CHECK; A_SECRET_KEY=secret LISTED_1=1 LISTED_2=2 LC_TEST=c exec";

/** A service that is healthy where it, too, is asked with its own variables. */
const CLOSED = {
  command: ["sh", "-c", 'echo "sees $A_SECRET_KEY, $MODE"; exec sleep 1000'],
  "inherit_environment": false,
  environment: { MODE: "closed" },
  healthcheck: {
    exec: ["sh", "-c", 'test "$MODE-$A_SECRET_KEY" = closed-'],
    interval: "1s",
    retries: 1,
    start_period: "0s",
  },
  restart: "no",
};

Deno.test("a program that a script runs sees no more of the environment than is given by name", async (t) => {
  const script = {
    script: SCRIPT,
    args: [
      ...["A_SECRET_KEY", "LISTED_1", "LISTED_2", "LC_TEST"],
      "DENO_NO_UPDATE_CHECK",
    ],
    restart: "no",
  };
  const permissions = { run: ["sh"], env: ["LISTED_*"] };
  await using workspace = await createWorkspace({
    script: { ...script, permissions },
    opened: { ...script, permissions, "inherit_environment": true },
    command: {
      command: ["sh", "-c", 'echo "sees $A_SECRET_KEY"'],
      restart: "no",
    },
    closed: CLOSED,
  });
  const supervised = workspace.superviseIn(`${WITH} "$@" --plain`);

  await t.step(
    "a script gets what any program needs, and what it may read",
    async () => {
      await supervised.said(/^script \| script DENO_NO_UPDATE_CHECK=/);
      assertEquals(
        supervised.lines.filter((line) => line.startsWith("script | program")),
        [
          "script | program A_SECRET_KEY=",
          "script | program LISTED_1=1",
          "script | program LISTED_2=2",
          "script | program LC_TEST=c",
          // Deno asks nobody for a newer one.
          "script | program DENO_NO_UPDATE_CHECK=1",
        ],
      );
      await supervised.said(/^script \| script A_SECRET_KEY=undefined$/);
      await supervised.said(/^script \| script LISTED_1=1$/);
    },
  );

  await t.step(
    "its failure says what was withheld, and what to write",
    async () => {
      await supervised.said(
        /^supervisor \| script: exited with code 1: Error: A_SECRET_KEY is not set; A_SECRET_KEY was withheld from its environment: add it under services\.script\.permissions\.env; inherit_environment: true gives all to the programs that it runs$/,
      );
    },
  );

  await t.step(
    "inherit_environment: true passes all on, and gives no right to read",
    async () => {
      await supervised.said(/^opened \| program A_SECRET_KEY=secret$/);
      await supervised.said(/^opened \| script A_SECRET_KEY=undefined$/);
      await supervised.said(
        /^supervisor \| opened: exited with code 1: Error: A_SECRET_KEY is not set$/,
      );
    },
  );

  await t.step("a command inherits, unless it is told not to", async () => {
    await supervised.said(/^command \| sees secret$/);
    await supervised.said(/^closed \| sees , closed$/);
  });

  await t.step("an exec check has the environment of the service", async () => {
    await supervised.said(/^supervisor \| closed: healthy/);
    assert(!supervised.lines.some((line) => /closed: unhealthy/.test(line)));
  });

  await t.step(
    "--dry-run names what is withheld where it matters, and shows no value",
    async () => {
      const plan = workspace.superviseIn(`${WITH} "$@" --dry-run --json`);
      assertEquals(await plan.exit, 0);
      const text = plan.lines.join("\n");
      const { services } = JSON.parse(text);
      const withheld = new Map<string, string[]>(
        services.map(({ name, withheld = [] }: {
          name: string;
          withheld?: string[];
        }) => [name, withheld]),
      );
      const has = (service: string) =>
        withheld.get(service)?.filter((name) =>
          /^(A_SECRET|LISTED)/.test(name)
        );
      assertEquals(has("script"), ["A_SECRET_KEY"]);
      assertEquals(has("closed"), ["A_SECRET_KEY", "LISTED_1", "LISTED_2"]);
      assertEquals([withheld.get("opened"), withheld.get("command")], [[], []]);
      assert(!text.includes("secret"));
    },
  );
});
