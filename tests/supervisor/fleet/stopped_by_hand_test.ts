import { assertEquals } from "@std/assert";
import { createStoppedByHand } from "../../../supervisor/fleet/stopped_by_hand.ts";
import { runningFleet, settle } from "../../support/fake_fleet.ts";

/** Loops of a service, with the names that replicas have. */
function loopsOf(service: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({
    spec: { service, name: count === 1 ? service : `${service}-${index + 1}` },
  }));
}

type FakeLoop = ReturnType<typeof loopsOf>[number];

/** What is known of some services, and the names that are kept last. */
function known(
  found: readonly string[],
  services: Record<string, readonly FakeLoop[]>,
) {
  const kept: { names: readonly string[] } = { names: [] };
  const byHand = createStoppedByHand<FakeLoop>({
    found,
    keep: (names) => void (kept.names = names),
    saved: () => Promise.resolve(),
  }, {
    all: () => Object.values(services).flat(),
    of: (service) => services[service] ?? [],
  });
  return { byHand, kept };
}

Deno.test("createStoppedByHand() keeps a service by its name, and single replicas by theirs", () => {
  const services = { a: loopsOf("a", 2), b: loopsOf("b", 1) };
  const { byHand, kept } = known([], services);

  byHand.stopped([services.a[0]!]);
  assertEquals(kept.names, ["a-1"]);
  byHand.stopped([services.a[1]!, ...services.b]);
  assertEquals(kept.names, ["a", "b"]);
  byHand.started(services.a[0]!);
  assertEquals(kept.names, ["b", "a-2"]);
  byHand.started(services.b[0]!);

  assertEquals(kept.names, ["a-2"]);
});

Deno.test("createStoppedByHand() knows what the supervisor before has left, however many replicas there are", () => {
  const services = {
    a: loopsOf("a", 3),
    b: loopsOf("b", 2),
    c: loopsOf("c", 1),
  };
  const { byHand } = known(["a", "b-2", "gone"], services);

  assertEquals(
    Object.values(services).flat().filter(byHand.isStopped)
      .map(({ spec }) => spec.name),
    ["a-1", "a-2", "a-3", "b-2"],
  );
});

Deno.test("createStoppedByHand() forgets a service that is taken away", () => {
  const services: Record<string, FakeLoop[]> = {
    a: loopsOf("a", 1),
    b: loopsOf("b", 2),
  };
  const { byHand, kept } = known(["a", "b-2"], services);

  delete services.a;
  services.b = services.b!.slice(0, 1);
  byHand.forgetGone();
  services.a = loopsOf("a", 1);

  assertEquals(kept.names, []);
  assertEquals(services.a.some(byHand.isStopped), false);
});

const SLEEP = `command: [sleep, "1000"]`;

Deno.test("what stays stopped is not started for what depends on it, until somebody asks", async () => {
  const { fleet, changes, alive, end } = runningFleet(
    "/config.yaml",
    `db: { ${SLEEP} }, web: { ${SLEEP}, depends_on: [db] }, other: { ${SLEEP} }`,
  );
  const [db] = fleet.loopsOf("db");
  const stopping = changes.stop(fleet.all());
  for (const service of ["other", "web", "db"]) await end(service);
  await stopping;
  fleet.byHand.stopped([db!]);

  changes.start(fleet.all(), new Set([db!]));
  assertEquals(alive(), ["web", "other"]);
  assertEquals(fleet.orders.isToRest(db!), true);
  assertEquals(fleet.byHand.isStopped(db!), true);
  changes.start(fleet.loopsOf("web"));
  await settle();

  assertEquals(alive(), ["db", "web", "other"]);
  assertEquals(fleet.byHand.isStopped(db!), false);
});
