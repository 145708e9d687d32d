/**
 * Says in words how the page, the dashboard and the supervisor stand.
 *
 * @module
 */

import type { Hello, SupervisorState } from "../wire.ts";
import type { Connection, State } from "./state.ts";

/** How things stand: a word, and a sentence where there is more to say. */
export interface Standing {
  tone: "good" | "busy" | "warn" | "bad";
  word: string;
  sentence?: string;
}

/** True where what is known of the services may be so no more: nobody tells. */
export function isStale(
  { connection, services }: Pick<State, "connection" | "services">,
): boolean {
  return connection === "gone" || services?.supervisor.up === false;
}

/** Looks at the nearest trouble first. */
export function standingOf(
  connection: Connection,
  hello: Pick<Hello, "supervised" | "command"> | undefined,
  supervisor: SupervisorState | undefined,
): Standing {
  switch (connection) {
    case "connecting":
      return { tone: "busy", word: "Connecting" };
    case "signed_out":
      return { tone: "warn", word: "Signed out" };
    case "gone":
      return {
        tone: "bad",
        word: "Dashboard gone",
        sentence: "It does not answer; this is as it last was. " +
          `The page tries again by itself${howToStart(hello)}.`,
      };
    case "live":
      return supervisorStanding(hello, supervisor);
  }
}

/** What starts the dashboard where it was ended, and does not come back. */
function howToStart(
  hello: Pick<Hello, "supervised" | "command"> | undefined,
): string {
  if (!hello) return "";
  const { command, supervised } = hello;
  return `; "${command} ${supervised ? "supervise" : "dashboard"}" starts it`;
}

function supervisorStanding(
  hello: Pick<Hello, "supervised" | "command"> | undefined,
  supervisor: SupervisorState | undefined,
): Standing {
  if (hello?.supervised === false) {
    return {
      tone: "good",
      word: "Live",
      sentence: "without a supervisor",
    };
  }
  if (supervisor?.up === false) {
    return {
      tone: "bad",
      word: "Supervisor gone",
      sentence: supervisor.reason ?? "It does not answer.",
    };
  }
  const note = supervisor?.notes[0];
  return note === undefined
    ? { tone: "good", word: "Live" }
    : { tone: "warn", word: "Live", sentence: note };
}
