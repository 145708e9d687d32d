import { assertEquals, assertMatch } from "@std/assert";
import { testWhere } from "../support/built_clients.ts";
import { createWorkspace } from "../support/supervised.ts";

/** Runs on as somebody else, as what sudo has started. */
const AS_NOBODY = "exec setpriv --reuid=65534 --clear-groups sleep 1000";
/** Without the right to signal the processes of others, as if not root. */
const SUPERVISE = 'exec setpriv --bounding-set=-kill "$@" --plain';

const reason = Deno.uid() === 0 ? undefined : "only root can become another";

testWhere(
  "what runs as somebody else is named at the stop and at the next start, and harms no other service",
  reason,
  async () => {
    await using workspace = await createWorkspace({
      // The first is somebody else's itself, the second has such a child.
      leader: { command: ["sh", "-c", AS_NOBODY], stop_grace_period: "100ms" },
      child: {
        command: ["sh", "-c", `(${AS_NOBODY}) & sleep 1000`],
        stop_grace_period: "100ms",
      },
      checked: {
        command: ["sleep", "1000"],
        healthcheck: {
          exec: ["sh", "-c", AS_NOBODY],
          interval: "50ms",
          timeout: "50ms",
          retries: 1,
        },
        restart: "no",
      },
      other: { command: ["sh", "-c", "echo ready; exec sleep 1000"] },
    });

    const supervised = workspace.superviseIn(SUPERVISE);
    await supervised.said(/other \| ready/);
    await supervised.said(/checked: unhealthy/);
    const leader = (await workspace.services()).get("leader");
    const stopped = await workspace.run("stop", "leader", "child");
    const states = await workspace.services();
    const { code, stderr } = await workspace.run("stop");
    await supervised.exit;
    assertEquals(code, 1);
    assertMatch(stderr, /could not stop (leader|child) \(pid \d+\), /);
    const next = workspace.superviseIn(SUPERVISE);
    await next.said(
      /^leader, which an earlier supervisor had left behind, cannot be stopped: sleep \(pid \d+\) runs as nobody; end it with: sudo kill -9 \d+$/,
    );
    await next.said(/other \| ready/);

    assertEquals(stopped.code, 1);
    for (const name of ["leader", "child"]) {
      assertEquals(states.get(name)?.state, "failed");
      assertMatch(
        states.get(name)?.detail ?? "",
        /^cannot be stopped: sleep \(pid \d+\) runs as nobody; end it with: sudo kill -9 \d+$/,
      );
    }
    assertEquals(
      states.get("leader")?.detail?.includes(`(pid ${leader?.pid})`),
      true,
    );
    assertEquals(states.get("other")?.state, "running");
  },
);
