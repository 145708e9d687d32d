import { assertEquals, assertMatch, assertNotMatch } from "@std/assert";
import { exportSupervisor } from "../../../../tasks/export/systemd/supervisor_unit.ts";
import { exportUnits } from "../../../../tasks/export/systemd/systemd.ts";
import { fileOf, NOT_FORCED, projectOf } from "../../../support/exported.ts";
import { writeFiles } from "../../../../tasks/export/write_files.ts";
import {
  systemdAnalyze,
  withSystemd,
} from "../../../support/systemd_analyze.ts";
import { tempFolder } from "../../../support/temp_folder.ts";

const CONFIG = `# \${IN_A_COMMENT}
tls: { ca: tls/ca.pem, cert: "tls/\${service}.pem", key: "tls/\${service}-key.pem" }
services:
  web:
    script: main.ts
    port: 443
    args: ["\${self.address}", "\${LEVEL:-info}", "$$\${HOME}"]
    environment: { SECRET: "\${PLAIN_SECRET}", PASSED: null }
    env_file: [local.env, /etc/other.env]
    permissions: { net: [self], env: [LANG, LC_*] }
`;

const VARIABLES = { PLAIN_SECRET: 'a"b', HOME: "/home/ann", OTHER: "x" };

const OPTIONS = {
  root: "/opt/shop",
  deno: "/usr/bin/deno",
  denizen: "/opt/denizen",
  variables: VARIABLES,
  user: false,
  runAs: undefined,
  version: 254,
};

const project = () => projectOf(CONFIG, { variables: VARIABLES });

Deno.test("a supervisor's unit has the variables that its config fills in, in a file of its own", () => {
  const exported = exportSupervisor(project(), OPTIONS);
  const file = exported.files.find(({ path }) =>
    path === "environment/supervisor.env"
  );

  assertEquals(file?.mode, 0o600);
  assertEquals(file?.content.split("\n").slice(1), [
    'PLAIN_SECRET="a\\"b"',
    "# LANG=",
    "# LEVEL=",
    "# PASSED=",
    "",
  ]);
  assertMatch(
    fileOf(exported, "shop.service"),
    /^EnvironmentFile=%E\/shop\/supervisor\.env$/m,
  );
  assertMatch(fileOf(exported, "install.sh"), /-m 0600 "\$file"/);
  const told = exported.notCarried.map(({ key, why }) => `${key}: ${why}`)
    .join("\n");
  assertMatch(told, /^environment: PLAIN_SECRET came from the environment/m);
  assertMatch(told, /^environment: HOME of \$\{NAME\} is what systemd sets/m);
  assertMatch(told, /^permissions\.env: .* LANG, LC_\*, PASSED$/m);
});

Deno.test("install.sh lets the account of a supervisor read certificates and env files", () => {
  const exported = exportSupervisor(project(), OPTIONS);
  const script = fileOf(exported, "install.sh");
  const found = (text: string) =>
    text.split("\n").map((line) => line.trim())
      .filter((line) => line.startsWith("find "));

  assertEquals(found(script), [
    'find -H /opt/shop/tls -maxdepth 0 ! -perm -001 -exec chgrp "$group" {} + -exec chmod g+x {} + || :',
    'find -H /opt/shop/local.env /opt/shop/tls/ca.pem /opt/shop/tls/web-key.pem /opt/shop/tls/web.pem -maxdepth 0 ! -perm -004 -exec chgrp "$group" {} + -exec chmod g+r {} + || :',
  ]);
  assertEquals(
    exported.notCarried.filter(({ key }) => key === "env_file")
      .map(({ why, doInstead }) => [why.split(" ")[0], doInstead]),
    [["/etc/other.env", "let _shop read it"]],
  );
  const withPage = exportSupervisor(
    projectOf(`${CONFIG}dashboard: true`, { variables: VARIABLES }),
    OPTIONS,
  );
  assertMatch(
    fileOf(withPage, "install.sh"),
    /\/opt\/shop\/tls\/supervisor-key\.pem/,
  );
  const asOther = exportSupervisor(project(), { ...OPTIONS, runAs: "ann" });
  assertMatch(
    found(fileOf(asOther, "install.sh"))[1]!,
    /-exec chown ann \{\} \+ \|\| :$/,
  );
  const asRoot = exportSupervisor(project(), { ...OPTIONS, runAs: "root" });
  assertEquals(found(fileOf(asRoot, "install.sh")), []);
});

Deno.test("a supervisor's unit names Denizen where it is there, and lets services listen below 1024", () => {
  const unit = fileOf(exportSupervisor(project(), OPTIONS), "shop.service");
  const ofUser = exportSupervisor(project(), { ...OPTIONS, user: true });

  assertMatch(unit, /\/opt\/denizen\/main\.ts/);
  assertMatch(unit, /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m);
  assertNotMatch(fileOf(ofUser, "shop.service"), /Capabilit/);
  for (
    const { notCarried } of [
      ofUser,
      exportUnits(project(), { ...OPTIONS, user: true }),
    ]
  ) {
    assertEquals(
      notCarried.filter(({ key }) => key === "port").map(({ why }) => why),
      [
        "the manager of a user cannot give the right to listen below 1024, as at 443",
      ],
    );
  }
});

Deno.test({
  ...withSystemd("systemd finds nothing wrong with a supervisor's unit"),
  async fn() {
    await using folder = await tempFolder();
    const { files } = exportSupervisor(project(), {
      ...OPTIONS,
      root: folder.path,
      deno: Deno.execPath(),
    });
    const units = files.filter(({ path }) => path.endsWith(".service"));
    await writeFiles(folder.path, units, NOT_FORCED);

    const verified = await systemdAnalyze(
      ["verify", "./shop.service"],
      folder.path,
    );

    assertEquals([verified.code, verified.text], [0, ""]);
  },
});

Deno.test("variables whose names systemd does not take are told, and left out", () => {
  const exported = exportUnits(
    projectOf(`services:
  web:
    script: main.ts
    environment: { WITH-DASH: a, dot.ted: b, 1BAD: c, GOOD: d, NO-VALUE: null }
    permissions: { env: [ALSO-BAD, FINE] }
`),
    OPTIONS,
  );
  const unit = fileOf(exported, "shop-web.service");

  assertNotMatch(unit, /^(Pass)?Environment=.*(DASH|dot|1BAD|NO-VALUE|ALSO)/m);
  assertMatch(unit, /^Environment=GOOD=d$/m);
  assertMatch(unit, /^PassEnvironment=FINE$/m);
  assertEquals(
    exported.notCarried.filter(({ why }) => why.includes("begin with no digit"))
      .map(({ key, why }) => [key, why.split(":")[0]]),
    [
      [
        "environment",
        "1BAD, WITH-DASH, dot.ted, NO-VALUE".split(", ").toSorted().join(", "),
      ],
      ["permissions.env", "ALSO-BAD"],
    ],
  );
});
