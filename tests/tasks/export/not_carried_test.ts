import { assertEquals } from "@std/assert";
import {
  notCarriedLines,
  notCarriedPage,
} from "../../../tasks/export/not_carried.ts";

const LIST = [
  {
    service: "a",
    key: "watch",
    why: "nothing looks at files",
    doInstead: "restart it",
  },
  {
    service: undefined,
    key: "dashboard",
    why: "there is no supervisor",
    doInstead: "use your own",
  },
  {
    service: "b",
    key: "watch",
    why: "nothing looks at files",
    doInstead: "restart it",
  },
];

Deno.test("notCarriedLines() names services together of which the same is true", () => {
  assertEquals(notCarriedLines("cron", LIST), [
    "2 things of the config could not be carried over to cron:",
    "- a, b: watch: nothing looks at files. Instead: restart it",
    "- dashboard: there is no supervisor. Instead: use your own",
  ]);
  assertEquals(notCarriedLines("cron", []), []);
});

Deno.test("notCarriedPage() has a part for each, and says when there is none", () => {
  assertEquals(
    notCarriedPage("cron", LIST).split("\n").filter((line) => line !== ""),
    [
      "# Not carried over",
      "What the config says and cron cannot do, or does in another way. All else was carried over.",
      "## `watch` (a, b)",
      "Nothing looks at files.",
      "**Instead:** restart it.",
      "## `dashboard`",
      "There is no supervisor.",
      "**Instead:** use your own.",
    ],
  );
  assertEquals(
    notCarriedPage("cron", []),
    "# Not carried over\n\nAll that the config says was carried over to cron.\n",
  );
});
