import { assertEquals } from "@std/assert";
import {
  dependantsOf,
  rowNamed,
  rowsOf,
  usageOf,
} from "../../../../dashboard/page/services/rows.ts";
import { sortOf } from "../../../../dashboard/page/ui/sort.ts";
import type {
  ServiceDescription,
  ServiceState,
  UsageHistory,
} from "../../../../dashboard/wire.ts";

const SERVICES = [
  state("broker"),
  state("calc-1", "calc"),
  state("calc-2", "calc", "failed"),
  state("web", "web", "backing_off"),
];

const USAGE = {
  broker: history(5),
  "calc-1": history(1),
  "calc-2": history(9),
};

Deno.test("rowsOf() puts replicas below their service, in the config's order", () => {
  const rows = rowsOf(SERVICES, [], {}, "", undefined);

  assertEquals(rows.map(({ kind, name }) => `${kind} ${name}`), [
    "single broker",
    "group calc",
    "replica calc-1",
    "replica calc-2",
    "single web",
  ]);
});

Deno.test("rowsOf() keeps a single replica below its service", () => {
  assertEquals(
    rowsOf([state("calc-1", "calc")], [], {}, "", undefined)
      .map(({ kind }) => kind),
    ["group", "replica"],
  );
});

Deno.test("rowsOf() sorts services, and within them their replicas", () => {
  const namesBy = (sort: string) =>
    rowsOf(SERVICES, [], USAGE, "", sortOf(sort)).map(({ name }) => name);

  assertEquals(namesBy("-cpu"), ["calc", "calc-2", "calc-1", "broker", "web"]);
  assertEquals(namesBy("status"), [
    "calc",
    "calc-2",
    "calc-1",
    "web",
    "broker",
  ]);
});

Deno.test("rowsOf() filters by every word, in what is shown of a service", () => {
  const namesWith = (filter: string) =>
    rowsOf(SERVICES, [], {}, filter, undefined).map(({ name }) => name);

  assertEquals(namesWith("CALC failed"), ["calc", "calc-2"]);
  assertEquals(namesWith("backing off"), ["web"]);
  assertEquals(namesWith("nobody"), []);
});

Deno.test("usageOf() sums what is known", () => {
  const calc = rowNamed("calc", SERVICES, [])!;

  assertEquals(usageOf(calc, USAGE), { cpu: 10, rssBytes: null });
});

Deno.test("dependantsOf() names those that wait for a service", () => {
  const on = (service: string, dependsOn: string[]) => ({
    service,
    dependsOn: dependsOn.map((each) => ({ service: each, condition: "" })),
  } as unknown as ServiceDescription);

  assertEquals(dependantsOf("broker", [on("a", ["broker"]), on("b", ["a"])]), [
    "a",
  ]);
});

function state(
  name: string,
  service = name,
  status: ServiceState["status"] = "healthy",
): ServiceState {
  return { name, service, status, restarts: 0, detail: "", notes: [] };
}

function history(cpu: number): UsageHistory {
  return { timesMs: [1], cpu: [cpu], rssBytes: [null], restartsMs: [] };
}
