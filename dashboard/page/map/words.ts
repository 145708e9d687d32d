/**
 * What stands in a box of the map.
 *
 * @module
 */

import { count, listed } from "../ui/format.ts";
import { countStatuses, statusWord } from "../ui/status_words.ts";
import { type MapNode, UNNAMED } from "./graph.ts";
import type { Trail } from "./trail.ts";

/** The lines below the name. */
export interface NodeWords {
  /** How it is. */
  state: string;
  /** Right after a change, how it came to be so; else there are none. */
  steps: string[];
  /** What it registers and follows; may be empty. */
  role: string;
}

/** For how long a box tells how a service came to be as it is. */
const LATELY_MS = 12_000;
/** Whose reason is of more interest than the way there. */
const AT_REST = ["failed", "exited", "scheduled"];

/** Makes the lines of a box. */
export function nodeWords(
  node: MapNode,
  trails: readonly Trail[],
  nowMs: number,
): NodeWords {
  return {
    state: stateWords(node),
    steps: stepsLately(node, trails, nowMs),
    role: roleWords(node),
  };
}

function stateWords({ name, ours, replicas, broker }: MapNode): string {
  if (!ours) {
    return name === UNNAMED
      ? "have not said who they are"
      : broker
      ? "not started by this supervisor"
      : "registered from elsewhere";
  }
  const [first, ...others] = replicas;
  if (!first) return "not chosen";
  if (others.length > 0) {
    return countStatuses(replicas)
      .map(({ status, number }) => `${number} ${statusWord(status)}`)
      .join(" · ");
  }
  return [
    statusWord(first.status),
    first.detail || placeWords(first.address),
    first.restarts > 0 ? count(first.restarts, "restart") : "",
  ].filter((part) => part !== "").join(" · ");
}

/** Where it is reached; on this computer the port says all. */
function placeWords(address: string | undefined): string {
  return address?.replace(/^(127\.0\.0\.1|localhost|\[::1\]):/, "port ") ?? "";
}

/** How a service lately broke and came back; none where it just began. */
function stepsLately(
  { name: service, replicas }: MapNode,
  trails: readonly Trail[],
  nowMs: number,
): string[] {
  const trail = trails.find(({ name, toMs, brokeAt }) =>
    brokeAt !== undefined && nowMs - toMs < LATELY_MS &&
    replicas.some((each) =>
      each.name === name && !AT_REST.includes(each.status)
    )
  );
  if (!trail) return [];
  const steps = trail.steps
    .slice(trail.brokeAt)
    .filter((step, i, all) => step !== "starting" || i === all.length - 1)
    .map((step) => step.replace(/^healthy after .*/, "healthy"));
  return replicas.length > 1
    ? [shortName(service, trail.name), ...steps]
    : steps;
}

/** Of `server-2` the number, as the box says `server` already. */
function shortName(service: string, name: string): string {
  return name.startsWith(`${service}-`)
    ? `no. ${name.slice(service.length + 1)}`
    : name;
}

function roleWords({ broker, offers, follows }: MapNode): string {
  const [only] = offers;
  const many = offers.reduce((sum, { instances }) => sum + instances, 0);
  const offered = offers.length === 0
    ? ""
    : offers.length <= 2
    ? `registers ${
      listed(
        offers.map(({ service, instances }) =>
          instances === 1 ? service : `${service} ×${instances}`
        ),
      )
    }`
    : `registers ${only!.service} and ${
      count(many - only!.instances, "other")
    }`;
  const followed = follows.length === 0
    ? ""
    : follows.includes("")
    ? "follows all"
    : follows.length <= 2
    ? `follows ${listed(follows)}`
    : `follows ${count(follows.length, "service")}`;
  return [broker ? "the broker" : "", offered, followed]
    .filter((part) => part !== "")
    .join(" · ");
}
