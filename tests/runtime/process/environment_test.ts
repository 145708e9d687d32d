import { assertEquals } from "@std/assert";
import {
  buildEnvironment,
  type EnvironmentParts,
  withheldFrom,
} from "../../../runtime/process/environment.ts";

const OWN: Record<string, string> = {
  PATH: "/bin",
  HOME: "/home/a@b",
  LC_ALL: "de_DE@euro",
  TMPDIR: "/tmp",
  NO_COLOR: "1",
  XDG_CACHE_HOME: "/cache",
  XDG_RUNTIME_DIR: "/run/user/1",
  DENO_DIR: "/deno",
  DENO_AUTH_TOKENS: "secret",
  DENO_AUDIT_PERMISSIONS: "/audit",
  OTEL_DENO: "true",
  OTEL_EXPORTER_OTLP_HEADERS: "key=secret",
  HTTP_PROXY: "http://proxy:3128",
  HTTPS_PROXY: "http://user:secret@proxy:3128",
  ALL_PROXY: "user:secret@proxy:3128",
  NODE_AUTH_TOKEN: "secret",
  AWS_PROFILE: "work",
  AWS_SECRET: "secret",
  SSH_AUTH_SOCK: "/agent",
};

/** What a process gets without being given anything. */
const BASIC = [
  ...["PATH", "HOME", "LC_ALL", "TMPDIR", "NO_COLOR", "XDG_CACHE_HOME"],
  ...["DENO_DIR", "OTEL_DENO", "HTTP_PROXY"],
];
const ALL = Object.keys(OWN)
  .filter((name) => name !== "DENO_AUDIT_PERMISSIONS");

const CASES: [string, EnvironmentParts, string[]][] = [
  ["what any program needs, and no secret", {}, BASIC],
  ["what is named, a secret, too", {
    inherits: ["DENO_AUTH_TOKENS", "HTTPS_PROXY", "MISSING"],
  }, [...BASIC, "DENO_AUTH_TOKENS", "HTTPS_PROXY"]],
  ["what begins as is named", { inherits: ["AWS_*"] }, [
    ...BASIC,
    "AWS_PROFILE",
    "AWS_SECRET",
  ]],
  ["everything but what is about ourselves", { inherits: true }, ALL],
  ["nothing more for a name that is about ourselves", {
    inherits: ["DENO_AUDIT_PERMISSIONS"],
  }, BASIC],
  ["what is set, whatever it is called", {
    set: { DENO_AUDIT_PERMISSIONS: "/its/own", MODE: "test", PATH: "/opt" },
  }, [...BASIC, "DENO_AUDIT_PERMISSIONS", "MODE"]],
];

Deno.test("buildEnvironment() gives", async (t) => {
  for (const [what, parts, names] of CASES) {
    await t.step(what, () => {
      const given = buildEnvironment(OWN, parts);

      const expected = Object.fromEntries(
        names.map((name) => [name, parts.set?.[name] ?? OWN[name]]),
      );
      assertEquals(given, expected);
      assertEquals(
        withheldFrom(OWN, given),
        ALL.filter((name) => !names.includes(name)).sort(),
      );
    });
  }
});
