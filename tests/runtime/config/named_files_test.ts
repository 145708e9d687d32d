import { assertEquals, assertMatch } from "@std/assert";
import {
  isFileOnDisk,
  whyNoFile,
} from "../../../runtime/config/named_files.ts";
import { loadConfig } from "../../../supervisor/config/load_config.ts";
import { tempFolder } from "../../support/temp_folder.ts";

Deno.test("a file that the system refuses is told by its own name", async () => {
  await using folder = await tempFolder();
  // As a closed folder does for whoever is not root.
  await Deno.symlink("circle", folder.file("circle"));
  const key = folder.file("circle/key.pem");
  await Deno.writeTextFile(folder.file("cert.pem"), "");
  await Deno.writeTextFile(
    folder.file("config.yaml"),
    "services:\n  web:\n    command: [/bin/true]\n    tls: { ca: cert.pem, cert: cert.pem, key: circle/key.pem }\n",
  );

  const refused = await loadConfig(folder.file("config.yaml"))
    .catch((error: Error) => error.message);

  assertEquals(isFileOnDisk(key), false);
  assertMatch(whyNoFile(key), /^cannot be looked at: /);
  assertMatch(
    String(refused),
    /circle\/key\.pem" cannot be looked at: .*; have it be a file that this user can read/,
  );
});
