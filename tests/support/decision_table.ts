/**
 * Tests of what follows each message in each situation, written as a table.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import {
  type Circumstances,
  type Intent,
  type Message,
  NO_MEMORY,
} from "../../supervisor/service/decision.ts";
import { nextAction } from "../../supervisor/service/next_action.ts";
import { nextState, type State } from "../../supervisor/service/state.ts";

/** A state, and an intent that goes with it. */
export type SituationOf = [State, Intent];

/**
 * What each message leads to, by situation: `states and deeds; intent`, such as
 * "exited, pending, await_dependencies; start". `as before` stands for the intent
 * of the situation.
 */
export type DecisionTable<Situation extends string> = [
  Message,
  Record<string, readonly Situation[]>,
][];

/** Makes a test of each row; it names every situation once. */
export function testDecisions<Situation extends string>(
  name: string,
  situations: Readonly<Record<Situation, SituationOf>>,
  table: DecisionTable<Situation>,
  circumstances: Circumstances,
): void {
  const all = Object.keys(situations) as Situation[];
  for (const [message, row] of table) {
    const { type, ...more } = message;
    const what = `${name} on ${type} ${JSON.stringify(more)}`;
    Deno.test(`${what}, in each situation`, () => {
      const expected = Object.fromEntries(
        Object.entries(row).flatMap(([outcome, those]) =>
          those.map((situation) => [
            situation,
            outcome.replace("as before", situations[situation][1].type),
          ])
        ),
      );

      const found = Object.fromEntries(
        all.map((situation) => [
          situation,
          outcomeOf(situations[situation], message, circumstances),
        ]),
      );

      assertEquals(found, expected);
    });
  }
}

/** Decides in a situation, and says what comes of it as the table does. */
function outcomeOf(
  [state, intent]: SituationOf,
  message: Message,
  circumstances: Circumstances,
): string {
  const decision = nextAction(
    state,
    { ...NO_MEMORY, intent },
    message,
    circumstances,
  );
  const deeds: string[] = [];
  let now: State = state;
  for (const action of decision.actions) {
    const before: State = now;
    if (action.type === "change") now = nextState(before, action.event);
    if (action.type !== "change") deeds.push(action.type);
    else if (now !== before) deeds.push(now.status);
  }
  return `${deeds.join(", ")}; ${decision.memory.intent.type}`;
}
