import { assertEquals } from "@std/assert";
import {
  type Candidates,
  candidatesOf,
  wordsOf,
} from "../../../tasks/completions/candidates.ts";

Deno.test("candidatesOf() reads what the helps call things", () => {
  const cases: Record<string, Candidates> = {
    "ndjson|csv": { fixed: ["ndjson", "csv"] },
    "service|pipeline": { fixed: ["service", "pipeline"] },
    "SERVICE|HOST:PORT": { fixed: [], asked: "services" },
    "N|auto": { fixed: ["auto"] },
    FILE: { fixed: [], paths: "files" },
    "FILE|-|sqlite:FILE": { fixed: [], paths: "files" },
    FOLDER: { fixed: [], paths: "folders" },
    SERVICE: { fixed: [], asked: "services" },
    PROFILE: { fixed: [], asked: "profiles" },
    "STAGE=VARIANT": { fixed: [], asked: "variants" },
    "HOST:PORT": { fixed: [] },
    "STAGE:N,...|auto": { fixed: ["auto"] },
    "'NAME: VALUE'": { fixed: [] },
  };
  for (const [placeholder, expected] of Object.entries(cases)) {
    assertEquals(candidatesOf(placeholder), expected, placeholder);
  }
});

Deno.test("wordsOf() reads what a usage lets follow a command", () => {
  const none = { fixed: [], many: false };
  const cases: [usage: string, ReturnType<typeof wordsOf>][] = [
    ["ps [flags] [service ...]", { fixed: [], asked: "services", many: true }],
    [
      "scale [flags] service=number ...",
      { fixed: [], asked: "services", suffix: "=", many: true },
    ],
    ["run [flags] SERVICE [-- args]", {
      fixed: [],
      asked: "services",
      many: false,
    }],
    ["permissions [learn|check] [flags]", {
      fixed: ["learn", "check"],
      many: false,
    }],
    ["completions bash|zsh|fish [flags]", {
      fixed: ["bash", "zsh", "fish"],
      many: false,
    }],
    ["pipeline [flags] [FILE...]", { fixed: [], paths: "files", many: true }],
    ["types [FILE|DIR …] [flags]", { fixed: [], paths: "files", many: true }],
    ["init [folder] [flags]", { fixed: [], paths: "folders", many: false }],
    ["conformance STAGE[=VARIANT] [flags]", {
      fixed: [],
      asked: "stages-and-variants",
      many: false,
    }],
    ["help [flags] [command]", { fixed: [], commands: true, many: false }],
    ["reload [flags]", none],
    ["calculate NUMBER OPERATION NUMBER [flags]", none],
    ["call [flags] [SERVICE[/METHOD] [JSON | @FILE | - ...]]", {
      fixed: [],
      many: true,
    }],
  ];
  for (const [usage, expected] of cases) {
    assertEquals(wordsOf(usage, usage.split(" ").slice(0, 1)), expected, usage);
  }
});
