import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";
import { identityOf } from "../../../supervisor/service/run_identity.ts";
import { withVariable } from "../../support/variables.ts";

/** Reads a config of which all files are there but those called missing. */
function parse(text: string, files: Record<string, string> = {}) {
  return parseConfig(text, {
    path: "/work/config.yaml",
    variables: { CERTS: "/certs", service: "not this" },
    isFile: (path) => !path.includes("missing"),
    readFile: (path) => files[path]!,
  });
}

function specOf(text: string, service: string, files?: Record<string, string>) {
  return parse(text, files).services.get(service)![0]!;
}

function refusalOf(text: string): string[] {
  const { message } = assertThrows(() => parse(text), UsageError);
  return message.split("\n").slice(1).map((line) =>
    line.replace(/^.*? (?=\w+(\.|:))/, "").trim()
  );
}

const TOP =
  'tls: { ca: "${CERTS}/ca.pem", cert: "tls/${service}.pem", key: "tls/${service}-key.pem" }';
const API = "port: 5000, healthcheck: { grpc: self }";

const OWN = {
  ca: "/certs/ca.pem",
  cert: "/work/tls/api.pem",
  key: "/work/tls/api-key.pem",
};

Deno.test("tls at the top gives each service files of its name, and the right to read them", () => {
  const spec = specOf(
    `${TOP}\nservices: { api: { script: a.ts, ${API} } }`,
    "api",
  );

  assertEquals(spec.tls, OWN);
  assertEquals(
    spec.runs.kind === "script" && spec.runs.permissions.read,
    Object.values(OWN),
  );
  assertEquals(spec.healthcheck?.probe, {
    kind: "grpc",
    address: "127.0.0.1:5000",
    tls: {
      ca: "/certs/ca.pem",
      cert: "/work/tls/supervisor.pem",
      key: "/work/tls/supervisor-key.pem",
    },
  });
});

Deno.test("a service without tls has no more rights than before", () => {
  const spec = specOf("services: { api: { script: a.ts } }", "api");

  assertEquals(spec.tls, undefined);
  assertEquals(spec.runs.kind === "script" && spec.runs.permissions, {});
});

Deno.test("a service may have files of its own, or none", () => {
  const text = `${TOP}
services:
  api: { script: a.ts, tls: { ca: x.pem, cert: y.pem, key: z.pem } }
  plain: { script: a.ts, tls: false }`;

  assertEquals(specOf(text, "api").tls, {
    ca: "/work/x.pem",
    cert: "/work/y.pem",
    key: "/work/z.pem",
  });
  assertEquals(specOf(text, "plain").tls, undefined);
});

Deno.test("the dashboard calls in the supervisor's name", () => {
  const text = `${TOP}\ndashboard: true\nservices: { api: { command: [a] } }`;

  assertEquals(specOf(text, "dashboard").tls?.cert, "/work/tls/supervisor.pem");
});

Deno.test("tls of an included file is for its services, and from its folder", () => {
  const files = {
    "/work/more/config.yaml":
      'tls: { ca: ca.pem, cert: "${service}.pem", key: k.pem }\nservices: { own: { command: [a] } }',
    "/work/other/config.yaml": "services: { other: { command: [a] } }",
    "/work/none/config.yaml":
      "tls: false\nservices: { none: { command: [a] } }",
  };
  const text =
    `${TOP}\ninclude: [more/config.yaml, other/config.yaml, none/config.yaml]`;

  assertEquals(specOf(text, "own", files).tls?.cert, "/work/more/own.pem");
  assertEquals(specOf(text, "other", files).tls?.cert, "/work/tls/other.pem");
  assertEquals(specOf(text, "none", files).tls, undefined);
});

Deno.test("what is wrong with tls and allow is told", () => {
  assertEquals(
    refusalOf(`tls: { ca: a.pem, cert: b.pem }
services: { api: { command: [a], tls: yes }, b: { command: [a], allow: "x" }, c: { command: [a], allow: [] } }`),
    [
      "tls.key: expected a file",
      "services.api.tls: expected a map with ca, cert and key, or false",
      "services.b.allow: expected a list of services",
      "services.c.allow: expected at least one service; leave it out to let in all",
    ],
  );
  assertEquals(
    refusalOf(`tls: { ca: "\${NONE}/a.pem", cert: b.pem, key: c.pem }
services: { a: { command: [a] }, b: { command: [a] } }`),
    [
      'tls.ca: variable "NONE" is not set; write ${NONE:-default} where it need not be',
    ],
  );
  assertEquals(
    refusalOf(`tls: { ca: a.pem, cert: "\${servce}.pem", key: c.pem }
services: { a: { command: [a] } }`),
    ['tls.cert: variable "servce" is not set; did you mean ${service}?'],
  );
  // The map is there; that it lacks a file is all that is wrong.
  assertEquals(
    refusalOf(`tls: { ca: a.pem, cert: b.pem }
services: { api: { command: [a], allow: [b] }, b: { command: [a] } }`),
    ["tls.key: expected a file"],
  );
  assertEquals(
    refusalOf(
      `tls: { ca: ca.pem, cert: "missing/\${service}.pem", key: k.pem }
services: { api: { script: a.ts, ${API} } }`,
    ),
    [
      'services.api.tls: file "/work/missing/api.pem" does not exist; deno task certificates makes it',
      'services.api.tls: file "/work/missing/supervisor.pem", which health checks show, does not exist; deno task certificates makes it',
    ],
  );
  assertEquals(
    refusalOf(`services:
  api: { command: [a], allow: [client] }
  local: { command: [a], listen: unix, allow: [client], tls: { ca: a, cert: b, key: c } }
  set: { command: [a], environment: { DENIZEN_TLS_CA: x, DENIZEN_ALLOW: y } }`),
    [
      "services.set.environment.DENIZEN_TLS_CA: is set by the supervisor; write tls: into the service instead",
      "services.set.environment.DENIZEN_ALLOW: is set by the supervisor; write allow: into the service instead",
      "services.api.allow: callers are known by certificates only; write tls: into the service, or at the top",
      "services.local.allow: callers are known by certificates only, and a unix socket has none; write port: instead of listen: unix",
    ],
  );
});

Deno.test("a process is told of its files, and who may call it", () => {
  using _variable = withVariable("DENIZEN_COMMAND", undefined);
  const spec = specOf(
    `${TOP}\nservices: { api: { command: [a], allow: [b, c] } }`,
    "api",
  );

  assertEquals(identityOf(spec, "secret"), {
    DENIZEN_TOKEN: "secret",
    DENIZEN_TLS_CA: OWN.ca,
    DENIZEN_TLS_CERT: OWN.cert,
    DENIZEN_TLS_KEY: OWN.key,
    DENIZEN_ALLOW: "b,c",
  });
});
