/**
 * A path on the command line that cannot be used is a wrong command line,
 * whichever flag names it: exit code 2, one line, no stack.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Ended } from "../support/runs.ts";
import { spawn } from "../support/spawned.ts";
import { fixture } from "../support/supervised.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** How a path cannot be used, from where the test's folder is. */
const PATHS = {
  "a file in the way": "file/x",
  "a file where a folder is wanted": "file",
  "a folder nobody may look into": "closed/x",
  "a folder of somebody else's": "others/x",
  "a name that is too long": "n".repeat(300),
};

const RUN = ["--input=in.ndjson", "--output=results", "--rejects=rejects"];
const pathWith = (flag: string) => (path: string) => [`--${flag}=${path}`];

/** Each flag that names a path; what `file` is good for is left out there. */
const FLAGS: [string, string[], (path: string) => string[], string[]?][] = [
  ["pipeline", RUN, pathWith("state")],
  ...(["output", "rejects"].map((flag) =>
    [
      "monolith",
      RUN,
      pathWith(flag),
      ["a file where a folder is wanted"],
    ] as [string, string[], (path: string) => string[], string[]]
  )),
  ...(["input", "rules"].map((flag) =>
    [
      "monolith",
      RUN,
      pathWith(flag),
      ["a file where a folder is wanted", "a folder of somebody else's"],
    ] as [string, string[], (path: string) => string[], string[]]
  )),
  ["generate", ["--count=10"], pathWith("output"), [
    "a file where a folder is wanted",
  ]],
  ...["supervise", "ps", "token"].map((command) =>
    [command, [], pathWith("config"), [
      "a file where a folder is wanted",
      "a folder of somebody else's",
    ]] as [string, string[], (path: string) => string[], string[]]
  ),
];

/** Root passes by every right; without these it is a user like any other. */
const PASSING_BY = "-dac_override,-dac_read_search";
const isRoot = Deno.uid() === 0;

Deno.test({
  name: "a path that cannot be used has exit code 2, whichever flag names it",
  ignore: Deno.build.os !== "linux" || !isRoot,
  async fn() {
    await using folder = await tempFolder();
    await Deno.writeTextFile(folder.file("in.ndjson"), "");
    await Deno.writeTextFile(folder.file("file"), "");
    await Deno.mkdir(folder.file("closed"), { mode: 0o000 });
    await Deno.mkdir(folder.file("others"), { mode: 0o755 });
    {
      using database = new DatabaseSync(folder.file("others.db"));
      database.exec("CREATE TABLE orders (id)");
    }
    await Deno.chmod(folder.file("others.db"), 0o444);
    for (const closed of ["closed", "others", "others.db"]) {
      await Deno.chown(folder.file(closed), 65_534, 65_534);
    }
    const commands = FLAGS.flatMap(([command, args, flag, fits = []]) =>
      Object.entries(PATHS)
        .filter(([what]) => !fits.includes(what))
        .map(([, path]) => [command, ...args, ...flag(path)])
    );
    // SQLite reads one that it may not write.
    commands.push(["monolith", ...RUN, "--output=sqlite:others.db"]);

    await using run = spawn("setpriv", [
      `--bounding-set=${PASSING_BY}`,
      Deno.execPath(),
      "run",
      "--quiet",
      "--cached-only",
      "--allow-all",
      fixture("runs_commands.ts"),
      JSON.stringify(commands),
    ], { cwd: folder.path });

    const ends: Ended[] = JSON.parse((await run.stdout.next())!);
    assertEquals(ends.length, commands.length);
    for (const [at, { code, stdout, stderr }] of ends.entries()) {
      const command = commands[at]!.join(" ");
      assertEquals({ code, stdout }, { code: 2, stdout: "" }, command);
      assertEquals(stderr.split("\n").length, 1, `${command}\n${stderr}`);
      assertMatch(
        stderr,
        /^(Cannot|No supervisor runs) .*(: |, and )/,
        command,
      );
    }
  },
});
