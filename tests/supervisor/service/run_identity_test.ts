import { assertEquals } from "@std/assert";
import { identityOf } from "../../../supervisor/service/run_identity.ts";
import { withVariable } from "../../support/variables.ts";

Deno.test("identityOf() gives the token, and the command that hints are to name", () => {
  using _variable = withVariable("DENIZEN_COMMAND", "denizen");

  assertEquals(identityOf({ auth: "token" }, "secret"), {
    DENIZEN_TOKEN: "secret",
    DENIZEN_COMMAND: "denizen",
  });
});

Deno.test("identityOf() says where others call the process", () => {
  using _variable = withVariable("DENIZEN_COMMAND", undefined);

  assertEquals(
    identityOf({ auth: "token", advertise: "10.0.0.5:5555" }, "secret"),
    { DENIZEN_TOKEN: "secret", DENIZEN_ADVERTISE: "10.0.0.5:5555" },
  );
});

Deno.test("identityOf() says where nobody is to be asked for the token", () => {
  using _variable = withVariable("DENIZEN_COMMAND", undefined);

  assertEquals(identityOf({ auth: "none" }, "secret"), {
    DENIZEN_TOKEN: "secret",
    DENIZEN_AUTH: "none",
  });
});
