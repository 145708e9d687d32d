import { assertEquals } from "@std/assert";
import { summaryOf } from "../../../tasks/live_view/summary.ts";

const service = (name: string, values: object = {}) => ({
  name,
  service: name,
  status: "exited" as const,
  restarts: 0,
  detail: "was ended by SIGTERM",
  exit: { code: 143, signal: "SIGTERM" as Deno.Signal },
  ...values,
});

const ended = (name: string, code: number, detail: string) =>
  service(name, { detail, exit: { code, signal: null } });

for (
  const { name, services, expected } of [
    {
      name: "what has been stopped",
      services: [
        service("one"),
        ended("two", 0, "exited with code 0"),
      ],
      expected: ["Ended after 12 s: one, two"],
    },
    {
      name: "what had to be killed, and what ended badly",
      services: [
        service("one", {
          detail: "was ended by SIGKILL",
          exit: { code: 137, signal: "SIGKILL" },
        }),
        ended("two", 4, "exited with code 4"),
        ended("three", 1, "exited with code 1: attempts left: 0"),
      ],
      expected: [
        "Ended after 12 s: one, two, three",
        "one was ended by SIGKILL",
        "two exited with code 4",
        "three exited with code 1: attempts left: 0",
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
