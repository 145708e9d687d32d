/**
 * What is asked before a service is changed, and when that makes sense.
 *
 * @module
 */

import type { ServiceState } from "../../wire.ts";
import type { Action } from "../api.ts";
import { count, listed } from "../ui/format.ts";

/** What is asked, as a dialog shows it. */
export interface ActionQuestion {
  title: string;
  text: string;
  verb: string;
  isGrave?: boolean;
  number?: { label: string; value: number; least: number; most: number };
}

/** Whom it is about. */
interface Subject {
  name: string;
  members: readonly ServiceState[];
  dependants: readonly string[];
}

const MOST_REPLICAS = 100;

/** The service that serves this page. */
export const DASHBOARD = "dashboard";

/** True where the action would do something to one of the members. */
export function canDo(action: Action, { name, members }: {
  name: string;
  members: readonly ServiceState[];
}): boolean {
  const stopped = (state: ServiceState) =>
    ["exited", "failed", "scheduled"].includes(state.status) &&
    state.pid === undefined;
  switch (action) {
    case "start":
      return members.some((each) => each.pid === undefined);
    case "stop":
      return members.some((each) =>
        !stopped(each) || each.status === "scheduled"
      );
    case "restart":
      return members.length > 0;
    case "scale":
      return name !== DASHBOARD;
  }
}

/** Puts an action as a question that says what will happen. */
export function questionOf(action: Action, subject: Subject): ActionQuestion {
  const { name, members } = subject;
  const runs = members.filter(({ pid }) => pid !== undefined).length;
  switch (action) {
    case "start":
      return {
        title: `Start ${name}?`,
        text: "What it depends on is started before it.",
        verb: "Start",
      };
    case "stop":
      return {
        title: `Stop ${name}?`,
        text: [
          runs > 1
            ? `${count(runs, "process", "processes")} are asked to end.`
            : runs === 1
            ? "Its process is asked to end."
            : "It is not started again by itself.",
          effectOn(subject),
          name === DASHBOARD
            ? "This page ends with it; the command line starts it again."
            : "It stays stopped until somebody starts it.",
        ].filter((each) => each !== "").join(" "),
        verb: "Stop",
        isGrave: true,
      };
    case "restart":
      return {
        title: `Restart ${name}?`,
        text: [
          runs > 1
            ? "Its replicas are stopped and started, one after the other."
            : "It is stopped and started again.",
          effectOn(subject),
        ].filter((each) => each !== "").join(" "),
        verb: "Restart",
      };
    case "scale":
      return {
        title: `Scale ${name}`,
        text: "It holds until the config file is read again.",
        verb: "Scale",
        number: {
          label: "Replicas",
          value: members.length,
          least: 0,
          most: MOST_REPLICAS,
        },
      };
  }
}

function effectOn({ dependants }: Subject): string {
  if (dependants.length === 0) return "";
  return `${listed(dependants)} ${
    dependants.length === 1 ? "depends" : "depend"
  } on it.`;
}
