import { assertEquals } from "@std/assert";
import { openerAt } from "../../../tasks/dashboard/open_browser.ts";

for (
  const [what, os, isTerminal, variables, opener] of [
    ["a desktop", "linux", true, { DISPLAY: ":0" }, "xdg-open"],
    ["Wayland", "linux", true, { WAYLAND_DISPLAY: "wayland-0" }, "xdg-open"],
    ["a Mac", "darwin", true, {}, "open"],
    ["no display", "linux", true, {}, undefined],
    ["a pipe", "linux", false, { DISPLAY: ":0" }, undefined],
    ["ssh", "linux", true, { DISPLAY: ":10", SSH_CONNECTION: "a" }, undefined],
    ["a Mac by ssh", "darwin", true, { SSH_CONNECTION: "a" }, undefined],
  ] as const
) {
  Deno.test(`openerAt() with ${what}`, () => {
    const values = new Map<string, string>(Object.entries(variables));

    const found = openerAt({
      os,
      isTerminal,
      variable: (name) => values.get(name),
    });

    assertEquals(found, opener);
  });
}
