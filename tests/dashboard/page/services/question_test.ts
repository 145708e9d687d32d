import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  canDo,
  DASHBOARD,
  questionOf,
} from "../../../../dashboard/page/services/question.ts";
import type { ServiceState } from "../../../../dashboard/wire.ts";

Deno.test("canDo() offers what would change something", () => {
  const can = (status: ServiceState["status"], pid?: number) => {
    const target = { name: "web", members: [state(status, pid)] };
    return (["start", "stop", "restart", "scale"] as const)
      .filter((action) => canDo(action, target));
  };

  assertEquals(can("healthy", 7), ["stop", "restart", "scale"]);
  assertEquals(can("exited"), ["start", "restart", "scale"]);
  assertEquals(can("backing_off"), ["start", "stop", "restart", "scale"]);
  assertEquals(canDo("scale", { name: DASHBOARD, members: [] }), false);
});

Deno.test("questionOf() says who depends on it, and what becomes of the page", () => {
  const members = [state("healthy", 1), state("healthy", 2)];
  const { text } = questionOf("stop", {
    name: "broker",
    members,
    dependants: ["web", "calc"],
  });

  assertStringIncludes(text, "2 processes are asked to end.");
  assertStringIncludes(text, "web and calc depend on it.");
  assertStringIncludes(
    questionOf("stop", { name: DASHBOARD, members: [], dependants: [] }).text,
    "This page ends with it",
  );
  assertEquals(
    questionOf("scale", { name: "calc", members, dependants: [] }).number
      ?.value,
    2,
  );
});

function state(status: ServiceState["status"], pid?: number): ServiceState {
  return {
    name: "web",
    service: "web",
    status,
    restarts: 0,
    detail: "",
    notes: [],
    ...(pid === undefined ? {} : { pid }),
  };
}
