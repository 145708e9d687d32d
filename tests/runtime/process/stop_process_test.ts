import { assertEquals, assertRejects } from "@std/assert";
import { startGuardian } from "../../../runtime/process/guardian.ts";
import { eachLine } from "../../../runtime/process/output_lines.ts";
import { groupMembers } from "../../../runtime/process/process_group.ts";
import {
  type ProcessExit,
  startProcess,
} from "../../../runtime/process/start_process.ts";
import {
  type GroupControl,
  stopProcess,
} from "../../../runtime/process/stop_process.ts";

/** A group of which each member ends at one of the signals. */
function fakeGroup(endsAt: Deno.Signal, membersEndAt: Deno.Signal = endsAt) {
  const sent: Deno.Signal[] = [];
  const exit = Promise.withResolvers<ProcessExit>();
  let left = 2;
  const control: GroupControl = {
    signalGroup(_group, signal) {
      sent.push(signal);
      if (signal === endsAt) {
        exit.resolve({ code: 0, signal });
        left = Math.min(left, 1);
      }
      if (signal === membersEndAt) left = 0;
      return true;
    },
    isGroupEmpty: () => Promise.resolve(left === 0),
    foreignMembers: () => Promise.resolve(undefined),
  };
  return { sent, control, process: { pid: 7, exit: exit.promise } };
}

Deno.test("stopProcess() asks, and is done when the group is empty", async () => {
  const { sent, control, process } = fakeGroup("SIGINT");

  const { forced } = await stopProcess(process, { signal: "SIGINT", control });

  assertEquals([sent, forced], [["SIGINT"], false]);
});

Deno.test("stopProcess() kills a process that outlives its grace", async () => {
  const { sent, control, process } = fakeGroup("SIGKILL");

  const { forced } = await stopProcess(process, { graceMs: 1, control });

  assertEquals([sent, forced], [["SIGTERM", "SIGKILL"], true]);
});

Deno.test("stopProcess() kills members that outlive their leader", async () => {
  const { sent, control, process } = fakeGroup("SIGTERM", "SIGKILL");

  const { forced } = await stopProcess(process, { graceMs: 1, control });

  assertEquals([sent.slice(0, 2), forced], [["SIGTERM", "SIGKILL"], true]);
});

Deno.test("stopProcess() kills at once when told to hurry", async () => {
  const { sent, control, process } = fakeGroup("SIGKILL");
  const hurry = new AbortController();

  const stopping = stopProcess(process, {
    graceMs: 3_600_000,
    hurry: hurry.signal,
    control,
  });
  hurry.abort();

  assertEquals((await stopping).forced, true);
  assertEquals(sent, ["SIGTERM", "SIGKILL"]);
});

Deno.test("stopProcess() refuses a grace that is no time", async () => {
  const { control, process } = fakeGroup("SIGTERM");

  await assertRejects(
    () => stopProcess(process, { graceMs: NaN, control }),
    RangeError,
    "Cannot stop process 7 as graceMs must be >= 0: current value is NaN",
  );
});

Deno.test("stopProcess() leaves nothing of a real group", async () => {
  await using guardian = startGuardian();
  const process = startProcess({
    program: "sh",
    args: ["-c", "trap '' TERM; sleep 1000 & echo ready; wait; wait"],
  }, guardian);
  const lines = eachLine(process.stdout!);
  await lines.next();

  const { forced } = await stopProcess(process, { graceMs: 50 });
  guardian.forget(process.pid);

  assertEquals(forced, true);
  assertEquals(await groupMembers(process.pid), []);
  await lines.return(undefined);
  await process.stderr?.cancel();
});

Deno.test("a process outlives the thread that has started it", async () => {
  // A parent-death signal would end it here: the kernel sends it when the
  // thread ends, not the process. The guardian knows no threads.
  const module = (path: string) =>
    import.meta.resolve(`../../../runtime/process/${path}`);
  const source = `
    import { startProcess } from "${module("start_process.ts")}";
    const { pid } = startProcess(
      { program: "sleep", args: ["1000"], output: "null" },
      { watch() {} },
    );
    postMessage(pid);
  `;
  const worker = new Worker(
    `data:text/javascript,${encodeURIComponent(source)}`,
    { type: "module" },
  );
  const pid = await new Promise<number>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });
  try {
    worker.terminate();
    await untilThreadsEnd();

    assertEquals((await groupMembers(pid))?.length, 1);
  } finally {
    Deno.kill(-pid, "SIGKILL");
  }
});

/** Resolves when the count of our threads has stopped to fall. */
async function untilThreadsEnd(): Promise<void> {
  const count = async () =>
    (await Array.fromAsync(Deno.readDir("/proc/self/task"))).length;
  const before = await count();
  const deadline = performance.now() + 2_000;
  while (await count() >= before && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
