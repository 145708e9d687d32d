import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError } from "../../runtime/program/errors.ts";
import { divertLog, divertPrint } from "../../runtime/program/log.ts";
import { certificates } from "../../tasks/certificates.ts";
import { tempFolder } from "../support/temp_folder.ts";

Deno.test("certificates() makes one for each service of the config and its callers", async () => {
  await using folder = await tempFolder();
  const lines: string[] = [];
  using _diverted = divertPrint((text) => void lines.push(text));
  // Files that are not there yet are no reason to make nothing.
  await Deno.writeTextFile(
    folder.file("config.yaml"),
    "services:\n  api: {script: none.ts, port: 5, advertise: 10.0.0.5}\n",
  );
  const config = `--config=${folder.file("config.yaml")}`;

  await certificates([config, "--json"]);
  await certificates([config]);

  const made = JSON.parse(lines[0]!) as {
    name: string;
    action: string;
    names: string[];
  }[];
  assertEquals(made.map(({ name, action }) => `${name} ${action}`), [
    "ca made",
    "supervisor made",
    "client made",
    "api made",
  ]);
  assertEquals(made[3]!.names.at(-1), "10.0.0.5");
  assertStringIncludes(lines[1]!, "nothing had to be done");
  const told: string[] = [];
  using _log = divertLog((line) => void told.push(line));
  await certificates([config, "apii", "client"]);
  assertEquals(told, [
    `No service of "${
      folder.file("config.yaml")
    }" is called "apii", which is given a certificate all the same; did you mean "api"?\n`,
  ]);
  await assertRejects(
    () => certificates([config, "a/b"]),
    UsageError,
    'Cannot make a certificate for "a/b"',
  );
  await assertRejects(
    () => certificates([`--config=${folder.file("no.yaml")}`]),
    UsageError,
    "there is no such file",
  );
});
