import { assertEquals } from "@std/assert";
import { spawn } from "../../support/spawned.ts";
import { throughGate } from "../../../runtime/process/start_gate.ts";

/** Starts `echo started` with a guardian's folder that is gone. */
async function start(
  around: (gated: string[]) => [program: string, args: string[]],
): Promise<{ code: number; said: string }> {
  const { program, args } = throughGate(["echo", "started"], {
    cwd: "/",
    environment: { PATH: Deno.env.get("PATH")! },
    folder: "/nowhere",
  });
  const [outer, rest] = around([program, ...args]);
  await using started = spawn(outer, rest);
  const { code } = await started.status;
  return { code, said: await started.stdout.rest() };
}

Deno.test("the gate lets a program through while its starter lives, whose guardian's folder is gone", async () => {
  const { code, said } = await start(([program, ...args]) => [program!, args]);

  assertEquals({ code, said }, { code: 0, said: "started" });
});

Deno.test("the gate stays shut where its parent is not the starter any more, though that has a pid", async () => {
  // The shell stays between the two: it has more to do.
  const { code, said } = await start((gated) => [
    "sh",
    ["-c", '"$@"; exit $?', "between", ...gated],
  ]);

  assertEquals({ code, said }, { code: 143, said: "" });
});
