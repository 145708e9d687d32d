import { assertEquals } from "@std/assert";
import { summaryOf } from "../../../tasks/live_view/summary.ts";

const service = (name: string, values: object = {}) => ({
  name,
  service: name,
  status: "exited" as const,
  restarts: 0,
  detail: "was ended by SIGTERM",
  ...values,
});

for (
  const { name, services, expected } of [
    {
      name: "what has been stopped",
      services: [
        service("one"),
        service("two", { detail: "exited with code 0" }),
      ],
      expected: ["Ended after 12 s: one, two"],
    },
    {
      name: "what had to be killed, and what ended badly",
      services: [
        service("one", { detail: "was ended by SIGKILL" }),
        service("two", { detail: "exited with code 4" }),
      ],
      expected: [
        "Ended after 12 s: one, two",
        "one was ended by SIGKILL",
        "two exited with code 4",
      ],
    },
    {
      name: "what has failed, without its escape sequences",
      services: [
        service("one", {
          status: "failed",
          detail: "\x1b[31moh no",
          restarts: 1,
        }),
      ],
      expected: ["one has failed: oh no", "one was restarted once"],
    },
    {
      name: "no more names than fit",
      services: Array.from(
        { length: 12 },
        (_, number) => service(`s${number}`),
      ),
      expected: [
        "Ended after 12 s: s0, s1, s2, s3, s4, s5, s6, s7, s8, s9 and 2 more",
      ],
    },
    { name: "nothing of nothing", services: [], expected: [] },
  ]
) {
  Deno.test(`summaryOf() tells ${name}`, () => {
    assertEquals(summaryOf(services, 12_345), expected);
  });
}
