import { assertEquals } from "@std/assert";
import {
  createCertificateRenewal,
  type Renewable,
} from "../../../supervisor/fleet/certificate_renewal.ts";
import type { ServiceSpec } from "../../../supervisor/config/service_spec.ts";
import type { State } from "../../../supervisor/service/state.ts";

const STARTED_MS = 1_000;

/** A service with a certificate of its pid's name, or with none. */
function renewable(state: State, tls = true): Renewable {
  const pid = "pid" in state ? state.pid : 0;
  const files = { ca: "ca", cert: `${pid}`, key: "key" };
  return {
    state,
    addNote: () => {},
    inUse: { spec: (tls ? { tls: files } : {}) as ServiceSpec },
  };
}

Deno.test("a reload tells those whose certificates are new, once", () => {
  const alive = { startedAtMs: STARTED_MS };
  const written: Record<string, number> = { "1": 2_000, "2": 500, "3": 2_000 };
  const told: number[] = [];
  let nowMs = 3_000;
  const renew = createCertificateRenewal({
    active: () => [
      renewable({ status: "healthy", pid: 1, ...alive, healthySinceMs: 0 }),
      renewable({ status: "running", pid: 2, ...alive }),
      renewable({ status: "running", pid: 3, ...alive }, false),
      renewable({ status: "starting", pid: 4, ...alive }),
      renewable({ status: "pending" }),
    ],
  }, {
    tell: (pid) => told.push(pid),
    writtenMs: (file) => performance.timeOrigin + (written[file] ?? 0),
    now: () => performance.timeOrigin + nowMs,
  });

  renew();
  renew();
  assertEquals(told, [1]);

  written["1"] = 4_000;
  nowMs = 5_000;
  renew();
  assertEquals(told, [1, 1]);
});
