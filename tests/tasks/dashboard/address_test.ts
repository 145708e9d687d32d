import { assertEquals } from "@std/assert";
import type { SupervisorEvent } from "../../../supervisor/events/event.ts";
import type { Status } from "../../../supervisor/service/snapshot.ts";
import type { Supervisor } from "../../../supervisor/supervisor.ts";
import { followDashboard } from "../../../tasks/dashboard/address.ts";

/** A supervisor of which the dashboard goes through these states. */
function goingThrough(
  states: readonly Status[],
): Pick<Supervisor, "events" | "config" | "snapshot"> {
  let status: Status = "pending";
  return {
    config: { stateDir: "/state" } as Supervisor["config"],
    snapshot: () =>
      [{ name: "dashboard", looksOn: true, status }] as unknown as ReturnType<
        Supervisor["snapshot"]
      >,
    events: {
      known: () => [],
      async *follow() {
        for (status of states) {
          yield { type: "service_state" } as SupervisorEvent;
        }
      },
    } as unknown as Supervisor["events"],
  };
}

Deno.test("followDashboard() tells an address each time that the page has come up", async () => {
  const told: unknown[] = [];
  const answers = [undefined, undefined, "first", "second"];
  const never = new AbortController().signal;

  await followDashboard(
    goingThrough([
      "starting",
      "healthy",
      "healthy",
      "backing_off",
      "starting",
      "healthy",
    ]),
    (address) => told.push(address),
    never,
    () => Promise.resolve(answers.shift()),
  );

  assertEquals(told, ["first", undefined, "second"]);
  assertEquals(answers, []);
});
