import { assertEquals } from "@std/assert";
import { denoCommand } from "../../../runtime/process/deno_command.ts";

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
