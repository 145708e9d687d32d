import { assertEquals, assertMatch } from "@std/assert";
import { exportConfig } from "../../../tasks/export.ts";
import { endHere } from "../../support/command_here.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const CONFIG = `services:
  web: { command: [/bin/true], watch: false, build_with: make }
`;

Deno.test("export writes, tells what is missing, and ends well", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("config.yaml"), CONFIG);
  const flags = [
    `--config=${folder.file("config.yaml")}`,
    `--output=${folder.file("out")}`,
    "--name=shop",
  ];

  const first = await endHere(() => exportConfig(["systemd", ...flags]));
  const unit = folder.file("out/denizen-shop-web.service");
  await Deno.writeTextFile(unit, "# mine\n");
  const refused = await endHere(() => exportConfig([...flags, "systemd"]));
  const forced = await endHere(() =>
    exportConfig(["systemd", "--force", ...flags])
  );

  assertEquals([first.code, refused.code, forced.code], [0, 1, 0]);
  assertMatch(first.stdout, /^Exported \d+ files to /);
  assertMatch(
    first.stderr,
    /web: build_with: units build nothing\. Instead: run `make`/,
  );
  assertMatch(
    refused.stderr,
    /changed by somebody else:\s+denizen-shop-web\.service/,
  );
  assertMatch(await Deno.readTextFile(unit), /^\[Service\]$/m);
  assertMatch(
    await Deno.readTextFile(folder.file("out/NOT-CARRIED.md")),
    /^## `build_with` \(web\)$/m,
  );
});

Deno.test("export prints JSON alone, and files alone with --output=-", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("config.yaml"), CONFIG);
  const flags = [
    "systemd",
    `--config=${folder.file("config.yaml")}`,
    "--output=-",
  ];

  const json = await endHere(() => exportConfig([...flags, "--json"]));
  const printed = await endHere(() => exportConfig(flags));
  const { target, output, files, notCarried } = JSON.parse(json.stdout);

  assertEquals([target, output], ["systemd", null]);
  assertEquals(Object.keys(files[0]), ["path", "mode", "content"]);
  assertEquals(
    Object.keys(notCarried[0]),
    ["service", "key", "why", "doInstead"],
  );
  assertMatch(printed.stdout, /^# ---- NOT-CARRIED\.md \(0644\)$/m);
  assertEquals(await folder.names(), ["config.yaml"]);
});

for (
  const [words, message] of [
    [[], /name a target, one of compose/],
    [["sytemd"], /did you mean "systemd"\?/],
    [["systemd", "--user", "--run-as=www-data"], /--run-as with --user/],
    [["systemd", "--run-as=a b"], /the name of a user/],
    [["systemd", "--name=A/B"], /small letters/],
    [["systemd", "--systemd=12"], /whole number from 250/],
    [["systemd", "--root=~/app"], /absolute path/],
    [["systemd", "--root=app"], /absolute path .* such as \/opt\/app/],
    [["systemd", "--root=/opt/.."], /Cannot have the project in \//],
    [["systemd", "--denizen=/opt/denizen"], /--denizen without --supervisor/],
    [["systemd", "--deno=deno"], /absolute path .* such as \/usr\/bin\/deno/],
    [["systemd", "--config=/nowhere/config.yaml"], /there is no such file/],
  ] as const
) {
  Deno.test(`export ${words.join(" ")} says what is wrong`, async () => {
    const { code, stderr } = await endHere(() => exportConfig([...words]));

    assertEquals(code, 2);
    assertMatch(stderr, message);
  });
}

Deno.test("export systemd calls all of a project denizen-, and takes a path without its turns", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("config.yaml"), CONFIG);

  const { stdout } = await endHere(() =>
    exportConfig([
      "systemd",
      `--config=${folder.file("config.yaml")}`,
      "--output=-",
      "--name=ssh",
      "--root=/opt/x/../y/",
    ])
  );

  assertMatch(stdout, /^# ---- denizen-ssh-web\.service/m);
  assertMatch(stdout, /^WorkingDirectory=\/opt\/y$/m);
  assertEquals(/\/ssh|(?<!denizen-)ssh[.-]/.exec(stdout), null);
});

Deno.test("export --help says where the flags of a target are", async () => {
  const { stdout } = await endHere(() => exportConfig(["--help"]));

  assertMatch(stdout, /export systemd --help/);
});
