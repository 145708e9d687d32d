import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/program/errors.ts";
import { chooseService } from "../../../tasks/call/choose.ts";

const SERVICES = {
  services: ["a.v1.Greeter", "b.Lister", "c.Lister", "Alone"],
  where: "here",
  remedy: "",
};

const CHOSEN: [word: string, service: string, method: string | undefined][] = [
  ["a.v1.Greeter", "a.v1.Greeter", undefined],
  ["a.v1.Greeter/", "a.v1.Greeter", undefined],
  ["a.v1.Greeter/Greet", "a.v1.Greeter", "Greet"],
  ["/a.v1.Greeter/Greet", "a.v1.Greeter", "Greet"],
  ["a.v1.Greeter.Greet", "a.v1.Greeter", "Greet"],
  ["Greeter", "a.v1.Greeter", undefined],
  ["v1.Greeter/Greet", "a.v1.Greeter", "Greet"],
  ["Greeter.Greet", "a.v1.Greeter", "Greet"],
  ["b.Lister/List", "b.Lister", "List"],
  ["Alone/Be", "Alone", "Be"],
];

for (const [word, service, method] of CHOSEN) {
  Deno.test(`chooseService() reads ${word}`, () => {
    assertEquals(chooseService(word, SERVICES), { service, method });
  });
}

const REFUSED: [word: string, message: string][] = [
  [
    "Lister/List",
    'Cannot call "Lister": several services have that name, b.Lister and c.Lister',
  ],
  [
    "Greter",
    'Cannot call "Greter": there is no service "Greter" here; did you mean "Greeter"?',
  ],
  [
    "x.Y/Z",
    'Cannot call "x.Y/Z": there is no service "x.Y" here; there are a.v1.Greeter, b.Lister, c.Lister, Alone',
  ],
  [
    "",
    'Cannot call "": there is no service "" here; there are a.v1.Greeter, b.Lister, c.Lister, Alone',
  ],
];

for (const [word, message] of REFUSED) {
  Deno.test(`chooseService() refuses "${word}"`, () => {
    const error = assertThrows(() => chooseService(word, SERVICES), UsageError);

    assertEquals(error.message, message);
  });
}

Deno.test("chooseService() names no end of services, and the remedy", () => {
  const error = assertThrows(
    () =>
      chooseService("xyz", {
        services: Array.from(
          { length: 500 },
          (_, at) => `package.Service${at}`,
        ),
        where: "here",
        remedy: "do that",
      }),
    UsageError,
  );

  assertEquals(error.message.match(/package/g)?.length, 20);
  assertEquals(error.message.endsWith(" and 480 more; do that"), true);
});
