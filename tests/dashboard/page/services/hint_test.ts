import { assertEquals } from "@std/assert";
import { linesToAdd } from "../../../../dashboard/page/services/hint.ts";
import { describeDenial } from "../../../../supervisor/service/denial.ts";

const SCRIPT = {
  service: "web.api",
  port: 5600,
  runs: { kind: "script" },
} as const;

Deno.test("linesToAdd() makes lines of what the supervisor says of a denial", () => {
  const linesFor = (denial: Parameters<typeof describeDenial>[0]) =>
    linesToAdd(describeDenial(denial, SCRIPT));

  assertEquals(
    linesFor({ reason: "not_granted", kinds: ["read"], value: "./a b.txt" }),
    'permissions:\n  read: ["./a b.txt"]',
  );
  assertEquals(
    linesFor({
      reason: "not_granted",
      kinds: ["read", "write"],
      value: "./data",
    }),
    "permissions:\n  read: [./data]\n  write: [./data]",
  );
  assertEquals(
    linesFor({ reason: "not_granted", kinds: ["net"], value: "127.0.0.1:80" }),
    "permissions:\n  net: [127.0.0.1:80]",
  );
  assertEquals(
    linesFor({ reason: "not_granted", kinds: ["run"] }),
    "permissions:\n  run: true",
  );
});

Deno.test("linesToAdd() makes lines of names that were withheld", () => {
  assertEquals(
    linesToAdd(
      "HOME, USER were withheld from its environment: add them under " +
        "services.web.permissions.env; inherit_environment: true gives all",
    ),
    "permissions:\n  env: [HOME, USER]",
  );
});

Deno.test("linesToAdd() leaves a sentence that is none of these", () => {
  assertEquals(linesToAdd("Denied /proc: nothing gives that"), undefined);
});
