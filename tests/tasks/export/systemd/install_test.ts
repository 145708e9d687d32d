import { assertEquals, assertMatch } from "@std/assert";
import { exportSupervisor } from "../../../../tasks/export/systemd/supervisor_unit.ts";
import { exportUnits } from "../../../../tasks/export/systemd/systemd.ts";
import { writeFiles } from "../../../../tasks/export/write_files.ts";
import { fileOf, projectOf } from "../../../support/exported.ts";
import { runInstallScript } from "../../../support/install_script.ts";
import { NOT_FORCED } from "../../../support/exported.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

const CONFIG = `services:
  web:
    script: main.ts
    port: 5900
    permissions: { net: [self], write: [data/in, "it's.txt", /var/log, /tmp/x] }
    environment: { API_KEY: k3y }
    healthcheck: { tcp: self }
  later:
    script: main.ts
    depends_on: { web: { condition: service_healthy } }
    schedule: "1 2 * * *"
`;

const OPTIONS = {
  root: "/opt/shop",
  deno: "/usr/bin/deno",
  user: false,
  runAs: undefined,
  version: 254,
};

Deno.test("install.sh puts all below DESTDIR, and keeps what was changed", async () => {
  await using folder = await tempFolder();
  const { files } = exportUnits(projectOf(CONFIG), OPTIONS);
  await writeFiles(folder.file("out"), files, NOT_FORCED);
  const install = () =>
    runInstallScript(folder, folder.file("out/install.sh"), {
      DESTDIR: folder.file("root"),
    });

  const first = await install();
  const variables = folder.file("root/etc/shop/web.env");
  await Deno.writeTextFile(variables, "API_KEY=other\n");
  const second = await install();
  const unit = folder.file("root/etc/systemd/system/shop-web.service");
  const wasThere = await Deno.readTextFile(unit);
  await Deno.writeTextFile(unit, "[Service]\nExecStart=/bin/true\n");
  const refused = await install();

  const start = "Start it with: systemctl enable --now shop.target";
  assertEquals([first.code, first.stdout, first.stderr], [0, start, ""]);
  assertEquals(second.stdout, `Kept as it is: ${variables}\n${start}`);
  assertEquals(
    wasThere,
    fileOf({ files, notCarried: [], next: [] }, "shop-web.service"),
  );
  assertEquals((await Deno.stat(variables)).mode! & 0o777, 0o600);
  for (
    const path of [
      "etc/systemd/system/shop-later.timer",
      "etc/systemd/system/shop.target",
      "etc/sysusers.d/shop.conf",
      "usr/local/lib/shop/health_probe.ts",
    ]
  ) {
    assertEquals((await Deno.stat(folder.file(`root/${path}`))).isFile, true);
  }
  assertEquals(refused.code, 1);
  assertMatch(refused.stderr, /shop-web\.service: somebody else wrote it/);
});

Deno.test("install.sh refuses units of another config that has the same name, before it changes anything", async () => {
  await using folder = await tempFolder();
  const { files: first } = exportUnits(projectOf(CONFIG), OPTIONS);
  const { files: second } = exportUnits(projectOf(CONFIG), {
    ...OPTIONS,
    root: "/srv/shop",
  });
  await writeFiles(folder.file("first"), first, NOT_FORCED);
  await writeFiles(folder.file("second"), second, NOT_FORCED);
  const install = (which: string) =>
    runInstallScript(folder, folder.file(`${which}/install.sh`), {
      DESTDIR: folder.file("root"),
    });

  await install("first");
  const units = folder.file("root/etc/systemd/system");
  await Deno.remove(`${units}/shop-later.service`);
  const refused = await install("second");

  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertMatch(
    refused.stderr,
    /^Cannot install \S+: it is of \/opt\/shop\/config\.yaml; export with --name=NAME/,
  );
  assertEquals(
    (await Array.fromAsync(Deno.readDir(units))).some(({ name }) =>
      name === "shop-later.service"
    ),
    false,
  );
});

Deno.test("install.sh removes what the export has no more, and nothing of others", async () => {
  await using folder = await tempFolder();
  const before = exportUnits(projectOf(CONFIG), OPTIONS);
  const after = exportUnits(
    projectOf("services: { later: { script: main.ts } }"),
    OPTIONS,
  );
  const install = () =>
    runInstallScript(folder, folder.file("out/install.sh"), {
      DESTDIR: folder.file("root"),
    });
  const units = folder.file("root/etc/systemd/system");

  await writeFiles(folder.file("out"), before.files, NOT_FORCED);
  await install();
  await Deno.writeTextFile(`${units}/shop-mine.service`, "# mine\n");
  await Deno.chmod(folder.file("root/etc/shop"), 0o750);
  await writeFiles(folder.file("out"), after.files, NOT_FORCED);
  const { code, stdout, stderr } = await install();

  assertEquals([code, stderr], [0, ""]);
  assertEquals(
    stdout.replaceAll(folder.file("root"), "").split("\n"),
    [
      "Removed, since the export has it no more: /etc/systemd/system/shop-later.timer",
      "Removed, since the export has it no more: /etc/systemd/system/shop-web.healthy.service",
      "Removed, since the export has it no more: /etc/systemd/system/shop-web.service",
      "Nothing reads it any more: /etc/shop/web.env",
      "Start it with: systemctl enable --now shop.target",
    ],
  );
  assertEquals(
    (await Array.fromAsync(Deno.readDir(units))).map(({ name }) => name)
      .toSorted(),
    [
      "shop-later.service",
      "shop-mine.service",
      "shop.modules.service",
      "shop.target",
      "shop.token.service",
    ],
  );
  assertEquals(
    (await Deno.stat(folder.file("root/etc/shop"))).mode! & 0o777,
    0o750,
  );
});

Deno.test("install.sh makes a folder of what is one here, or is called so", () => {
  const config =
    "services: { web: { script: main.ts, permissions: { write: [cache.d, a.b, data, v1.2] } } }";
  const project = {
    ...projectOf(config),
    writtenKinds: new Map(
      [
        ["/home/ann/shop/data", "file"],
        ["/home/ann/shop/v1.2", "folder"],
      ] as const,
    ),
  };
  const made = given(fileOf(exportUnits(project, OPTIONS), "install.sh"))
    .flatMap((line) => /install (-D|-d) .*\/(.*)/.exec(line)?.slice(1) ?? []);

  assertEquals(made, [
    "-D",
    "a.b",
    "-d",
    "cache.d",
    "-D",
    "data",
    "-d",
    "v1.2",
  ]);
});

Deno.test("waits between restarts are told once, and for a service that sets them", () => {
  const told = (config: string, version: number) =>
    exportUnits(projectOf(config), { ...OPTIONS, version }).notCarried
      .filter(({ key }) => key.startsWith("restart_policy"))
      .map(({ service, key }) => [service, key]);
  const plain =
    "services: { one: { script: a.ts }, two: { script: a.ts, restart: always } }";
  const set =
    "services: { one: { script: a.ts, restart_policy: { max_delay: 9s } } }";
  const once = [undefined, "restart_policy"];

  for (const version of [252, 254]) {
    assertEquals(told(plain, version), [once]);
    assertEquals(told(set, version), [
      ["one", "restart_policy.max_delay"],
      once,
    ]);
  }
});

Deno.test("what may be secret is kept out of a repository", () => {
  const ignored = (config: string) =>
    exportUnits(projectOf(config), OPTIONS).files
      .filter(({ path }) => path.endsWith(".gitignore"));

  assertEquals(ignored(CONFIG), [
    { path: "environment/.gitignore", content: "*\n" },
  ]);
  assertEquals(ignored("services: { web: { script: main.ts } }"), []);
});

Deno.test("install.sh of a user tells of a systemd that is too old for the units", async () => {
  await using folder = await tempFolder();
  const { files } = exportUnits(projectOf(CONFIG), { ...OPTIONS, user: true });
  await writeFiles(folder.file("out"), files, NOT_FORCED);

  const { code, stdout, stderr } = await runInstallScript(
    folder,
    folder.file("out/install.sh"),
    { HOME: folder.file("home") },
  );

  assertEquals(code, 0);
  assertEquals(stdout.split("\n"), [
    "systemctl --user daemon-reload",
    "Start it with: systemctl --user enable --now shop.target",
  ]);
  assertMatch(stderr, /^systemd 252 does not know RestartSteps=.*=252$/);
  assertEquals(
    await Deno.readTextFile(
      folder.file("home/.config/systemd/user/shop-web.service"),
    ),
    files.find(({ path }) => path === "shop-web.service")?.content,
  );
});

/** What the script gives to the account, of a project that has a library. */
function given(script: string): string[] {
  return script.split("\n").map((line) => line.trim())
    .filter((line) => /^(chown|chmod|\[ -e \S+ \] \|\| install)/.test(line));
}

Deno.test("install.sh gives the account what the project writes, and nothing that is not the project's alone", () => {
  const project = { ...projectOf(CONFIG), hasLibrary: true };
  const units = exportUnits(project, OPTIONS);
  const own = [
    "[ -e /opt/shop/data/in ] || install -d -m 0700 /opt/shop/data/in",
    "chown -R _shop: /opt/shop/data/in",
    `[ -e '/opt/shop/it'\\''s.txt' ] || install -D -m 0600 /dev/null '/opt/shop/it'\\''s.txt'`,
    `chown -R _shop: '/opt/shop/it'\\''s.txt'`,
    "chmod 0755 /opt/shop/.denizen/lib",
  ];

  assertEquals(given(fileOf(units, "install.sh")), own);
  assertMatch(
    fileOf(units, "shop-web.service"),
    /^ReadWritePaths=\/opt\/shop\/data\/in "\/opt\/shop\/it's\.txt" \/tmp \/var\/log$/m,
  );
  assertEquals(
    units.notCarried.filter(({ key }) => key === "permissions.write")
      .map(({ why }) => why.replace(/ (may|can) .*/, "")),
    [
      "/var/log",
      "/opt/shop/it's.txt",
      "for /tmp/x the unit opens all of /tmp, since what is not there yet cannot be opened alone",
    ],
  );

  const alone = exportSupervisor(project, OPTIONS);
  assertEquals(given(fileOf(alone, "install.sh")), [
    "[ -e /opt/shop/.denizen ] || install -d -m 0700 /opt/shop/.denizen",
    "chown -R _shop: /opt/shop/.denizen",
    ...own,
  ]);
  assertEquals(alone.notCarried.map(({ why }) => why.split(" ")[0]), [
    "/var/log",
  ]);
});

Deno.test("what fetches modules tries again, so that services wait for a network that comes late", () => {
  const units = exportUnits(projectOf(CONFIG), OPTIONS);
  const unit = fileOf(units, "shop.modules.service");

  assertMatch(
    unit,
    /^ExecStart=\/bin\/sh \\\n +-c \\\n +"n=0; until .* sleep 10; done" \\\n +\/usr\/bin\/deno \\\n +cache \\/m,
  );
  assertMatch(unit, /^ +\/opt\/shop\/main\.ts$/m);
});
