import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { join } from "node:path";
import { listProcesses } from "../../../runtime/process/process_group.ts";
import { startProcess } from "../../../runtime/process/start_process.ts";
import { environmentOf } from "../../../supervisor/config/command_line.ts";
import { describeStartFailure } from "../../../runtime/process/start_failure.ts";
import { createWorkspace } from "../../support/supervised.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const SOON = { delay: "1ms", "max_delay": "20ms" };

async function writeProgram(path: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, "#!/bin/sh\nexec sleep 1000\n");
  await Deno.chmod(`${path}.new`, 0o755);
  await Deno.rename(`${path}.new`, path);
}

Deno.test("a program that is away while it is built is tried again until it is there", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["./server"], restart: "always", restart_policy: SOON },
  });
  const program = join(workspace.folder, "server");
  await writeProgram(program);

  const supervised = workspace.supervise();
  const [, pid] = await supervised.said(/a: started, pid (\d+)/);
  await Deno.remove(program);
  Deno.kill(Number(pid), "SIGKILL");
  await supervised.said(
    /a: could not start: there is no program ".*\/server";/,
    12,
  );
  await writeProgram(program);

  await supervised.said(/a: started/, 2);
});

Deno.test("an env file that is away while it is replaced is named, and read once it is there", async () => {
  await using workspace = await createWorkspace({
    a: {
      command: ["sleep", "1000"],
      env_file: "a.env",
      restart: "always",
      restart_policy: SOON,
    },
  });
  const file = join(workspace.folder, "a.env");
  await Deno.writeTextFile(file, "A=1\n");

  const supervised = workspace.supervise();
  const [, pid] = await supervised.said(/a: started, pid (\d+)/);
  await Deno.remove(file);
  Deno.kill(Number(pid), "SIGKILL");
  await supervised.said(
    /a: could not start: its env_file ".*\/a.env" cannot be read: no such file/,
  );
  await Deno.writeTextFile(file, "A=1\n");

  await supervised.said(/a: started/, 2);
});

Deno.test("describeStartFailure() tells apart what the system calls by one name", async () => {
  await using folder = await tempFolder();
  const script = join(folder.path, "script");
  await Deno.writeTextFile(script, "#!/no/such/interpreter\n");
  const reasons: string[] = [];
  for (
    const { program, mode = 0o755, cwd = folder.path } of [
      { program: join(folder.path, "none") },
      { program: "true", cwd: join(folder.path, "none") },
      { program: script },
      { program: script, mode: 0o644 },
    ]
  ) {
    await Deno.chmod(script, mode);
    const error = assertThrows(() =>
      startProcess({ program, args: [], cwd }, { watch() {} })
    );
    const reason = await describeStartFailure({
      runs: { kind: "command", program, args: [] },
      workingDir: cwd,
      buildWith: undefined,
    }, error);
    reasons.push(reason.replaceAll(folder.path, ""));
  }

  assertEquals(reasons, [
    'there is no program "/none"',
    'there is no folder "/none"',
    'the interpreter that the first line of "/script" names is not there',
    '"/script" may not be run: is it an executable file?',
  ]);
  const file = join(folder.path, "none.env");
  const error = await environmentOf({ envFiles: [file], environment: {} })
    .then(() => {}, (error) => error);
  assertMatch(
    error.message,
    /^its env_file ".*none.env" cannot be read: no such/,
  );
});

Deno.test("startProcess() leaves no process when nobody can watch over it", async () => {
  const marker = `${1_000_000 + Deno.pid}`;
  const full = new Error("no space left on device");

  assertThrows(
    () =>
      startProcess({ program: "sleep", args: [marker] }, {
        watch() {
          throw full;
        },
      }),
    Error,
    full.message,
  );

  const isLeft = async () => {
    for (const { pid } of await listProcesses() ?? []) {
      const words = await Deno.readTextFile(`/proc/${pid}/cmdline`)
        .catch(() => "");
      if (words === `sleep\0${marker}\0`) return true;
    }
    return false;
  };
  while (await isLeft()) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
});
