import { assertEquals } from "@std/assert";
import DENO_JSON from "../../../deno.json" with { type: "json" };
import { denoCommand } from "../../../runtime/process/deno_command.ts";
import { SUPERVISE } from "../../../tasks/supervise/background.ts";

Deno.test("denoCommand() gives a script what it is to have, and nothing else", () => {
  const bare = denoCommand({ script: "a.ts", permissions: {} });
  const full = denoCommand({
    script: "a.ts",
    args: ["--x", "-A"],
    permissions: { read: ["/in"], env: true },
    v8Flags: ["--expose-gc", "--max-semi-space-size=4"],
    preload: "first.ts",
  });
  const trusted = denoCommand({ script: "a.ts", permissions: "all" });

  assertEquals(bare, {
    program: Deno.execPath(),
    args: ["run", "--cached-only", "--no-prompt", "--ignore-env", "a.ts"],
  });
  assertEquals(full.args, [
    "run",
    "--cached-only",
    "--v8-flags=--expose-gc,--max-semi-space-size=4",
    "--no-prompt",
    "--allow-read=/in",
    "--allow-env",
    "--preload=first.ts",
    "a.ts",
    "--x",
    "-A",
  ]);
  assertEquals(trusted.args, ["run", "--cached-only", "-A", "a.ts"]);
});

Deno.test("a supervisor started by either way has V8 flags that share one code cache with all other processes", () => {
  const [, ofTask] = DENO_JSON.tasks.supervise.match(/--v8-flags=(\S+)/)!;

  assertEquals(ofTask?.split(","), SUPERVISE.v8Flags);
  // Of all flags only the sizes of the heap leave the cache as it is.
  assertEquals(
    SUPERVISE.v8Flags!.filter((flag) =>
      !/^--max-(semi-space|old-space)-size=\d+$/.test(flag)
    ),
    [],
  );
});
