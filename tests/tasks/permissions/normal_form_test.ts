import { assertEquals } from "@std/assert";
import {
  isRightToCertificate,
  isRightToSocket,
  normalForm,
} from "../../../tasks/permissions/normal_form.ts";

const NAMES = {
  services: ["a", "b"],
  ports: new Map([["b", [5000]]]),
  sockets: new Map([["a", ["/Work/run/a.sock"]]]),
  advertised: new Map(),
};

Deno.test("normalForm() writes the addresses of services by name, ports and sockets alike", () => {
  const scope = { names: NAMES, replica: 0, workingDir: "/Work" };
  const written = (service: string) =>
    ["unix:/Work/run/a.sock", "127.0.0.1:5000", "unix:/Other"].map((value) =>
      normalForm("net", value, { ...scope, service })
    );

  assertEquals(written("a"), ["self", "b", "unix:/Other"]);
  assertEquals(written("b"), ["a", "self", "unix:/Other"]);
});

Deno.test("isRightToSocket() knows what comes with a service's address", () => {
  const rights = [
    isRightToSocket("read", "/Work/run/a.sock", NAMES),
    isRightToSocket("write", "/Work/run/a.sock", NAMES),
    isRightToSocket("run", "/Work/run/a.sock", NAMES),
    isRightToSocket("read", "/Work/run", NAMES),
  ];

  assertEquals(rights, [true, true, false, false]);
});

Deno.test("isRightToCertificate() knows what comes with a service's tls", () => {
  const tls = { ca: "/a/ca.pem", cert: "/a/b.pem", key: "/a/b-key.pem" };

  assertEquals([
    isRightToCertificate("read", "/a/b-key.pem", { tls }),
    isRightToCertificate("write", "/a/b-key.pem", { tls }),
    isRightToCertificate("read", "/a", { tls }),
    isRightToCertificate("read", "/a/b.pem", {}),
  ], [true, false, false, false]);
});
