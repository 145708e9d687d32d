import { assertEquals } from "@std/assert";
import { SUBCOMMANDS } from "../../../tasks/subcommands.ts";
import {
  GROUPS,
  listCommands,
  namesOfGroup,
} from "../../../tasks/terminal/command_list.ts";

const COMMANDS = {
  ps: { group: "everyday", help: "list the services" },
  restart: { group: "everyday", help: "restart services" },
  token: { group: "further", help: "print the token" },
  "bench:peers": { group: "project", help: "measure others" },
} as const;

Deno.test("listCommands() shows what is for every day, and says how many more there are", () => {
  assertEquals(
    listCommands(COMMANDS, { all: false }),
    `Usage: deno task <command> [flags]

  ps       list the services
  restart  restart services

\`deno task help COMMAND\` says what a command takes.
\`deno task help --all\` lists 2 more.`,
  );
});

Deno.test("listCommands() shows all by group when it is asked to", () => {
  assertEquals(
    listCommands(COMMANDS, { all: true }),
    `Usage: deno task <command> [flags]

Every day:
  ps       list the services
  restart  restart services

Now and then:
  token  print the token

For those who work on Denizen itself:
  bench:peers  measure others

\`deno task help COMMAND\` says what a command takes.`,
  );
});

Deno.test("SUBCOMMANDS has at most twenty for every day, and lists group by group", () => {
  const everyday = namesOfGroup(SUBCOMMANDS, "everyday");

  assertEquals(everyday.length <= 20, true, everyday.join(" "));
  assertEquals(
    GROUPS.flatMap((group) => namesOfGroup(SUBCOMMANDS, group)),
    Object.keys(SUBCOMMANDS),
  );
});

Deno.test("no line of the lists is wider than 80 columns", () => {
  for (const all of [false, true]) {
    const wide = listCommands(SUBCOMMANDS, { all }).split("\n")
      .filter((line) => line.length > 80);

    assertEquals(wide, []);
  }
});
