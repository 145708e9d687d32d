import { assertEquals } from "@std/assert";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { untilDependenciesMet } from "../../../supervisor/service/dependency_wait.ts";
import type { ServiceLoop } from "../../../supervisor/service/service_loop.ts";
import {
  createStateCell,
  type StateCell,
} from "../../../supervisor/service/state_cell.ts";
import { settle } from "../../support/fake_fleet.ts";

const SLEEP = `command: [sleep, "1000"]`;

Deno.test("untilDependenciesMet() says for whom it still waits, one at a time", async () => {
  const { services } = parseConfig(
    `services: {
      a: { ${SLEEP}, healthcheck: { exec: ["true"] } },
      b: { ${SLEEP}, deploy: { replicas: 2 } },
      c: { ${SLEEP} },
      d: { ${SLEEP}, depends_on: {
        b: {}, a: { condition: service_healthy },
        c: { condition: service_completed_successfully },
      } },
    }`,
    { path: "/config.yaml" },
  );
  const cells = new Map<string, StateCell>();
  const loopsOf = (service: string) =>
    services.get(service)!.map((spec) => {
      const cell = createStateCell(() => {});
      cells.set(spec.name, cell);
      return { ...cell, spec } as unknown as ServiceLoop;
    });
  const spawn = (name: string, probed: boolean) =>
    cells.get(name)!.apply(
      { type: "spawned", pid: 7, atMs: 0, probed },
      "",
    );
  const reports: string[] = [];
  const met = untilDependenciesMet(
    services.get("d")![0]!,
    loopsOf,
    (waitingFor) => void reports.push(waitingFor),
    new AbortController().signal,
  );
  const steps: [() => void, string[]][] = [
    [() => {}, ["b-1 to be started"]],
    [() => spawn("b-2", false), []],
    [() => spawn("a", true), []],
    [() => spawn("b-1", false), ["a to be healthy"]],
    [
      () => cells.get("a")!.apply({ type: "probe_passed", atMs: 1 }, ""),
      ["c to complete"],
    ],
    [() =>
      cells.get("c")!.apply({
        type: "ended",
        asked: false,
        exit: { code: 0, signal: null },
      }, ""), []],
  ];

  for (const [act, expected] of steps) {
    act();
    await settle();
    assertEquals(reports.splice(0), expected);
  }
  await met;
});

Deno.test("untilDependenciesMet() takes what waits for its schedule for started and healthy", async () => {
  const { services } = parseConfig(
    `services: {
      a: { ${SLEEP}, schedule: "@daily", healthcheck: { exec: ["true"] } },
      b: { ${SLEEP}, depends_on: { a: { condition: service_healthy } } },
      c: { ${SLEEP}, depends_on: [a] },
    }`,
    { path: "/config.yaml" },
  );
  const cell = createStateCell(() => {});
  const spec = services.get("a")![0]!;
  const loopsOf = () => [{ ...cell, spec } as unknown as ServiceLoop];
  const met = ["b", "c"].map((name) =>
    untilDependenciesMet(
      services.get(name)![0]!,
      loopsOf,
      () => {},
      new AbortController().signal,
    )
  );

  cell.apply({ type: "scheduled" }, "");

  await Promise.all(met);
});
