/**
 * A path on the command line that cannot be used is a wrong command line,
 * whichever flag names it: exit code 2, one line, no stack.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { spawn } from "../support/spawned.ts";
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

for (const [command, args, flag, fits = []] of FLAGS) {
  const name = flag("PATH")[0]!;
  Deno.test({
    name: `${command} ${name}: a path that cannot be used has exit code 2`,
    ignore: Deno.build.os !== "linux" || !isRoot,
    async fn() {
      await using folder = await tempFolder();
      await Deno.writeTextFile(folder.file("in.ndjson"), "");
      await Deno.writeTextFile(folder.file("file"), "");
      await Deno.mkdir(folder.file("closed"), { mode: 0o000 });
      await Deno.mkdir(folder.file("others"), { mode: 0o755 });
      for (const closed of ["closed", "others"]) {
        await Deno.chown(folder.file(closed), 65_534, 65_534);
      }

      for (const [what, path] of Object.entries(PATHS)) {
        if (fits.includes(what)) continue;
        await using run = spawn("setpriv", [
          `--bounding-set=${PASSING_BY}`,
          Deno.execPath(),
          "run",
          "--quiet",
          "--cached-only",
          "--allow-all",
          new URL("../../main.ts", import.meta.url).pathname,
          command,
          ...args,
          ...flag(path),
        ], { cwd: folder.path });

        const [{ code }, said] = [await run.status, await run.stderr.rest()];

        assertEquals([what, code, said.split("\n").length], [what, 2, 1], said);
        assertMatch(said, /^(Cannot|No supervisor runs) .*(: |, and )/, said);
      }
    },
  });
}
