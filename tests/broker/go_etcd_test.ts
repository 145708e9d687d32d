/**
 * A Go program and ours find each other by etcd, and call each other with
 * certificates and without.
 */

import { assertEquals, assertMatch } from "@std/assert";
import { testWhere } from "../support/built_clients.ts";
import {
  startBroker,
  startClient,
  startRegistered,
} from "../support/calculator_system.ts";
import { createTestCa } from "../support/certificates.ts";
import { NO_ETCD, startEtcd } from "../support/etcd.ts";
import { buildGoEtcd, startGoEtcd, whyNoGoEtcd } from "../support/go_etcd.ts";
import { tempFolder } from "../support/temp_folder.ts";

testWhere(
  "a Go program finds our services by etcd and calls them, and we do so with its own, by TLS and without",
  NO_ETCD ?? whyNoGoEtcd(),
  async () => {
    await using folder = await tempFolder();
    const program = await buildGoEtcd(folder.path);
    const ca = await createTestCa(folder.path);

    for (const issue of [() => undefined, ca.issue] as const) {
      await using etcd = await startEtcd();
      const certified = async (name: string) => {
        const tls = await issue(name);
        return tls ? { tls } : {};
      };
      await using broker = await startBroker(undefined, {
        etcd: etcd.address,
        ...await certified("broker"),
      });
      const ours = await startRegistered(
        broker.address,
        await certified("calculator-server"),
      );
      await using asking = startGoEtcd(program, "call", {
        etcd: etcd.address,
        ...await certified("go-client"),
      });
      const product = await asking.stdout.next();
      assertEquals(product, "42", await asking.stderr.rest());
      await ours[Symbol.asyncDispose]();
      await broker.stderr.find(/^Removed/);

      await using theirs = startGoEtcd(program, "serve", {
        etcd: etcd.address,
        ...await certified("go-server"),
      });
      const address = await theirs.stdout.next() ?? "";
      await broker.stderr.find(/^Registered .*127/);
      // Of what it is asked it makes a product, whatever it is asked for.
      await using client = startClient(
        broker.address,
        [address],
        ["--once"],
        await certified("calculator-client"),
      );
      assertMatch(
        await client.stdout.next() ?? await client.stderr.rest(),
        new RegExp(`= .*, ${address}\\)$`),
      );
    }
  },
);
