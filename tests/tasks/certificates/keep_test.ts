import { assert, assertEquals, assertRejects } from "@std/assert";
import { Failure, UsageError } from "../../../runtime/program/errors.ts";
import { keepCertificates } from "../../../tasks/certificates/keep.ts";
import { namesOf } from "../../../tasks/certificates/names.ts";
import { endsWell } from "../../support/programs.ts";
import { type TempFolder, tempFolder } from "../../support/temp_folder.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

/** Keeps the certificates of `a` and `b`, so many days after the first. */
async function keep(
  folder: TempFolder,
  { days = 90, renew = false, afterDays = 0, hosts = [] as string[] } = {},
) {
  const kept = await keepCertificates({
    folder: folder.file("tls"),
    services: new Map(["a", "b"].map((name) => [name, namesOf(name, hosts)])),
    days,
    renew,
    nowMs: START_MS + afterDays * DAY_MS,
  });
  return kept.map(({ name, action, why }) =>
    `${name} ${action}${why ? `: ${why}` : ""}`
  );
}

const ALL_MADE = ["ca made", "a made", "b made"];
const ALL_KEPT = ["ca kept", "a kept", "b kept"];

Deno.test("keepCertificates() makes all, with keys that only their owner reads", async () => {
  await using folder = await tempFolder();

  assertEquals(await keep(folder), ALL_MADE);

  const tls = folder.file("tls");
  const modes: Record<string, string> = {};
  for await (const { name } of Deno.readDir(tls)) {
    modes[name] = ((await Deno.stat(`${tls}/${name}`)).mode! & 0o777).toString(
      8,
    );
  }
  assertEquals(modes, {
    ".gitignore": "644",
    "a-key.pem": "600",
    "a.pem": "644",
    "b-key.pem": "600",
    "b.pem": "644",
    "ca-key.pem": "600",
    "ca.pem": "644",
  });
  assertEquals((await Deno.stat(tls)).mode! & 0o777, 0o700);
});

Deno.test("keepCertificates() keeps what is good, and renews what is near its end", async () => {
  await using folder = await tempFolder();
  await keep(folder, { hosts: ["calc.example"] });

  // A host that was named once stays.
  assertEquals(await keep(folder, { afterDays: 59 }), ALL_KEPT);
  const before = await Deno.readTextFile(folder.file("tls/a.pem"));
  assertEquals(await keep(folder, { afterDays: 61 }), [
    "ca kept",
    "a renewed: it would have ended on 2026-04-01",
    "b renewed: it would have ended on 2026-04-01",
  ]);
  assert(before !== await Deno.readTextFile(folder.file("tls/a.pem")));
  assertEquals(
    await keep(folder, { afterDays: 61, hosts: ["calc.example"] }),
    ALL_KEPT,
  );
  assertEquals(await keep(folder, { afterDays: 61, hosts: ["10.0.0.5"] }), [
    "ca kept",
    "a renewed: it lacked 10.0.0.5",
    "b renewed: it lacked 10.0.0.5",
  ]);
  assertEquals(await keep(folder, { afterDays: 61, renew: true }), [
    "ca kept",
    "a renewed: --renew",
    "b renewed: --renew",
  ]);
  assertEquals(await keep(folder, { afterDays: 200 }), [
    "ca kept",
    "a renewed: it had ended on 2026-06-01",
    "b renewed: it had ended on 2026-06-01",
  ]);
});

Deno.test("keepCertificates() mends what is broken of a service", async () => {
  await using folder = await tempFolder();
  await keep(folder);
  const tls = (name: string) => folder.file(`tls/${name}`);

  await Deno.copyFile(tls("b-key.pem"), tls("a-key.pem"));
  await Deno.writeTextFile(tls("b.pem"), "no PEM at all");
  assertEquals(await keep(folder), [
    "ca kept",
    'a renewed: "a-key.pem" is not the key of "a.pem"',
    'b renewed: "b.pem" is no certificate',
  ]);

  await Deno.remove(tls("a-key.pem"));
  await Deno.writeTextFile(
    tls("b-key.pem"),
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
  );
  assertEquals(await keep(folder), [
    "ca kept",
    'a renewed: "a-key.pem" is missing',
    'b renewed: "b-key.pem" is no key: it is encrypted, and Denizen knows no password',
  ]);

  await Deno.chmod(tls("a-key.pem"), 0o644);
  assertEquals(await keep(folder), ALL_KEPT);
  assertEquals((await Deno.stat(tls("a-key.pem"))).mode! & 0o777, 0o600);

  // Another CA: whatever the old one had signed is worth nothing.
  await Deno.remove(tls("ca.pem"));
  await Deno.remove(tls("ca-key.pem"));
  assertEquals(await keep(folder), [
    "ca made",
    "a renewed: another CA had signed it",
    "b renewed: another CA had signed it",
  ]);
});

Deno.test("keepCertificates() refuses a CA that cannot sign, and changes nothing", async () => {
  await using folder = await tempFolder();
  await keep(folder);
  const tls = (name: string) => folder.file(`tls/${name}`);
  const refused = (expected: string, options?: { afterDays: number }) =>
    assertRejects(() => keep(folder, options), Failure, expected);
  const before = await Deno.readTextFile(tls("a.pem"));

  await refused("it has ended on 2035-12-30; remove", { afterDays: 4_000 });
  await refused("only; set the clock", { afterDays: -1 });
  await Deno.rename(tls("ca-key.pem"), tls("kept"));
  await refused('"ca-key.pem" is missing; sign where both are');
  await Deno.copyFile(tls("a-key.pem"), tls("ca-key.pem"));
  await refused('"ca-key.pem" is not the key of "ca.pem"');
  await Deno.rename(tls("ca.pem"), tls("kept.pem"));
  await refused('"ca.pem" is missing');
  await Deno.copyFile(tls("a.pem"), tls("ca.pem"));
  await refused('"ca.pem" is no certificate of a CA');

  assertEquals(await Deno.readTextFile(tls("a.pem")), before);
  await Deno.rename(tls("kept.pem"), tls("ca.pem"));
  await Deno.rename(tls("kept"), tls("ca-key.pem"));
  assertEquals(await keep(folder), ALL_KEPT);
});

Deno.test("keepCertificates() lets none outlast the CA, and renews none in vain", async () => {
  await using folder = await tempFolder();
  const late = { days: 3_650, afterDays: 3_600 };
  await keep(folder);
  const renewed = [
    "ca kept",
    "a renewed: it had ended on 2026-04-01",
    "b renewed: it had ended on 2026-04-01",
  ];

  assertEquals(await keep(folder, late), renewed);

  assertEquals(await keep(folder, { ...late, afterDays: 3_649 }), ALL_KEPT);
});

Deno.test("keepCertificates() refuses a folder that is none, or is open to others", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(folder.file("tls"), "");
  await assertRejects(() => keep(folder), UsageError, "it is not a folder");

  await Deno.remove(folder.file("tls"));
  await Deno.mkdir(folder.file("tls"));
  await Deno.chmod(folder.file("tls"), 0o777);
  await assertRejects(() => keep(folder), UsageError, "others may write in it");
  await Deno.chmod(folder.file("tls"), 0o755);
  assertEquals(await keep(folder), ALL_MADE);
});

Deno.test({
  name: "keepCertificates() makes what OpenSSL verifies, for both ends",
  ignore: !endsWell("openssl", ["version"]),
}, async () => {
  await using folder = await tempFolder();
  await keepCertificates({
    folder: folder.path,
    services: new Map([["a", namesOf("a", [])]]),
    days: 1,
    renew: false,
    nowMs: Date.now(),
  });

  for (const purpose of ["sslserver", "sslclient"]) {
    assert(
      endsWell("openssl", [
        "verify",
        "-x509_strict",
        "-purpose",
        purpose,
        "-verify_ip",
        "127.0.0.1",
        "-CAfile",
        folder.file("ca.pem"),
        folder.file("a.pem"),
      ]),
      purpose,
    );
  }
});
