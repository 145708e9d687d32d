import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { UnknownServiceError } from "../../../supervisor/config/config.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import type { ServiceSpec } from "../../../supervisor/config/service_spec.ts";
import { createFleet } from "../../../supervisor/fleet/fleet.ts";
import { outcomeOf } from "../../../supervisor/fleet/outcome.ts";
import {
  createServiceLoop,
  type ServiceLoop,
} from "../../../supervisor/service/service_loop.ts";
import type { State } from "../../../supervisor/service/state.ts";
import { forgetfulSchedules } from "../../support/service_loop.ts";

const SLEEP = `command: [sleep, "1000"]`;

const configOf = (services: string) =>
  parseConfig(`services: { ${services} }`, { path: "/config.yaml" });

const namesOf = (loops: readonly ServiceLoop[]) =>
  loops.map(({ spec }) => spec.name);

/** A fleet of which nothing ever starts, and what its loops were told. */
function idleFleet(services: string) {
  const notes: string[] = [];
  const createLoop = (spec: ServiceSpec) =>
    createServiceLoop(spec, {
      guardian: {
        watch() {},
        forget() {},
      },
      token: "token-of-the-run",
      schedules: forgetfulSchedules(),
      runFile: { add() {}, remove() {} },
      strays: { variables: () => ({}), find: () => Promise.resolve([]) },
      modules: { refusalOf: () => Promise.resolve(undefined) },
      untilMayStart: () => new Promise(() => {}),
      onOutput: () => Promise.resolve(),
      onChange() {},
      onNote: (_, message) => void notes.push(message),
      hurry: new AbortController().signal,
      serviceOf: () => undefined,
      isOthersPort: () => false,
    });
  return { fleet: createFleet(configOf(services), createLoop), notes };
}

Deno.test("createFleet() has a loop for each replica, and none of them active", () => {
  const { fleet } = idleFleet(
    `a: { ${SLEEP}, deploy: { replicas: 2 } }, b: { ${SLEEP}, depends_on: [a] }`,
  );

  assertEquals(namesOf(fleet.all()), ["a-1", "a-2", "b"]);
  assertEquals(namesOf(fleet.loopsOf("a")), ["a-1", "a-2"]);
  assertEquals(namesOf(fleet.loopsOf("nosuch")), []);
  assertEquals(namesOf(fleet.active()), []);
  assertEquals([...fleet.graph()], [["a", []], ["b", ["a"]]]);
});

Deno.test("choose() knows services and replicas, and takes no word for all that are active", () => {
  const { fleet } = idleFleet(
    `a: { ${SLEEP}, deploy: { replicas: 2 } }, b: { ${SLEEP} }`,
  );
  fleet.activate(fleet.byName(["b", "a-2"]));

  const chosen = [["a"], ["b", "a-1"], []].map((words) =>
    namesOf(fleet.choose(words))
  );

  assertEquals(chosen, [["a-1", "a-2"], ["a-1", "b"], ["a-2", "b"]]);
  assertThrows(() => fleet.choose(["c"]), UnknownServiceError);
});

Deno.test("replace() keeps what is in both configs, and forgets the rest", () => {
  const { fleet } = idleFleet(`a: { ${SLEEP} }, b: { ${SLEEP} }`);
  const [a, b] = [fleet.loopsOf("a")[0]!, fleet.loopsOf("b")[0]!];
  fleet.activate([a, b]);
  const next = configOf(`c: { ${SLEEP} }, a: { ${SLEEP}, port: 7000 }`);

  fleet.replace(next);

  assertStrictEquals(fleet.config, next);
  assertEquals(namesOf(fleet.all()), ["c", "a"]);
  assertStrictEquals(fleet.loopsOf("a")[0], a);
  assertEquals(a.spec.port, 7000);
  assertEquals(fleet.active(), [a]);
  assertEquals([a, b].map(fleet.isActive), [true, false]);
});

Deno.test("replace() tells of the new name of what somebody has asked for", () => {
  const { fleet, notes } = idleFleet(`a: { ${SLEEP} }, b: { ${SLEEP} }`);
  fleet.activate(fleet.loopsOf("a"));
  const two = `deploy: { replicas: 2 }`;

  fleet.replace(configOf(`a: { ${SLEEP}, ${two} }, b: { ${SLEEP}, ${two} }`));

  assertEquals(namesOf(fleet.all()), ["a-1", "a-2", "b-1", "b-2"]);
  assertEquals(notes, ["is called a-1 from now on"]);
});

Deno.test("onChange() hears of each activate() and replace(), once they are done", () => {
  const { fleet } = idleFleet(`a: { ${SLEEP} }, b: { ${SLEEP} }`);
  const active: string[][] = [];
  fleet.onChange(() => active.push(namesOf(fleet.active())));

  fleet.activate(fleet.all());
  fleet.replace(configOf(`b: { ${SLEEP} }`));

  assertEquals(active, [["a", "b"], ["b"]]);
});

/** A service in a state. */
function inState(state: State, words = SLEEP) {
  const [spec] = configOf(`a: { ${words} }`).services.get("a")!;
  return { spec: spec!, state };
}

const DONE: State = {
  status: "exited",
  asked: false,
  exit: { code: 0, signal: null },
};
const BROKEN: State = { status: "failed", reason: "gave up" };

Deno.test("outcomeOf() waits for all that may still do something", () => {
  const going: State[] = [
    { status: "pending" },
    { status: "running", pid: 7, startedAtMs: 0 },
    { status: "backing_off", untilMs: 0, reason: "failed" },
    { status: "exited", asked: true },
  ];

  const outcomes = going.map((state) =>
    outcomeOf([inState(DONE), inState(state)])
  );

  assertEquals(outcomes, going.map(() => undefined));
  assertEquals(outcomeOf([]), undefined);
});

Deno.test("outcomeOf() never ends while a source is watched", () => {
  const watched = `script: ${import.meta.filename}, watch: true`;

  assertEquals(outcomeOf([inState(BROKEN, watched)]), undefined);
});

Deno.test("outcomeOf() names those that failed, with the reason", () => {
  const ended: State = { ...DONE, exit: { code: 3, signal: null } };

  assertEquals(outcomeOf([inState(DONE)]), { failures: [] });
  assertEquals(outcomeOf([inState(DONE), inState(ended), inState(BROKEN)]), {
    failures: [
      { name: "a", reason: "exited with code 3" },
      { name: "a", reason: "gave up" },
    ],
  });
});
