import { assertEquals } from "@std/assert";
import { describeWithheld } from "../../../supervisor/service/withheld.ts";

const WITHHELD = ["API_KEY", "EDITOR", "HTTPS_PROXY", "LD_LIBRARY_PATH"];

const OPENED = "gives all to the programs that it runs";

/** What a script has said, and which variables it has missed. */
const CASES: [string, string, string | undefined][] = [
  ["names none", "Error: no such key", undefined],
  ["names one", "KeyError: 'API_KEY'", "API_KEY was"],
  ["names one in a line above", "API_KEY?\nexit status 1", "API_KEY was"],
  ["names another that begins so", "MY_API_KEY or API_KEYS", undefined],
  ["uses a word that is also a name", "EDITOR failed", undefined],
  [
    "cannot reach another machine",
    "error sending request for url (https://a.example/): client error (Connect)",
    "HTTPS_PROXY was",
  ],
  [
    "cannot reach this machine",
    "error sending request for url (http://127.0.0.1:8000/): client error",
    undefined,
  ],
  [
    "lacks a library, and names a variable",
    "API_KEY: libx.so: cannot open shared object file",
    "API_KEY, LD_LIBRARY_PATH were",
  ],
];

Deno.test("describeWithheld() says what was missed by a script that", async (t) => {
  for (const [what, words, expected] of CASES) {
    await t.step(what, () => {
      const advice = describeWithheld(words, WITHHELD, {
        service: "a",
        runs: { kind: "script" },
      });

      const them = expected?.includes(",") ? "them" : "it";
      assertEquals(
        advice,
        expected &&
          `${expected} withheld from its environment: add ${them} under services.a.permissions.env; inherit_environment: true ${OPENED}`,
      );
    });
  }
});

Deno.test("describeWithheld() says of a command which of its keys gives a variable", () => {
  const advice = describeWithheld("API_KEY?", WITHHELD, {
    service: "a",
    runs: { kind: "command" },
  });

  assertEquals(
    advice,
    "API_KEY was withheld from its environment: add it under services.a.environment; inherit_environment: true gives it all",
  );
});
