import {
  assert,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import type { Socket } from "node:net";
import { createAdmission } from "../../../runtime/rpc/admission.ts";
import { channelCredentials } from "../../../runtime/rpc/credentials.ts";
import { createRefusalLog } from "../../../runtime/rpc/refusals.ts";
import { bearer, createToken } from "../../../runtime/rpc/token.ts";
import { tokenCheck } from "../../../runtime/rpc/token_check.ts";
import { Fault } from "../../../runtime/program/errors.ts";
import { askHealth } from "../../../runtime/rpc/ask_health.ts";
import { unary } from "../../../runtime/rpc/handlers.ts";
import {
  connectEcho,
  EchoService,
  serveEcho,
} from "../../fixtures/echo_service.ts";
import { spawnFixture } from "../../support/spawned.ts";
import { withVariable } from "../../support/variables.ts";

Deno.test("createToken() makes 32 random bytes, as letters that a header takes", () => {
  const token = createToken();

  assertMatch(token, /^[\w-]{43}$/);
  assertNotEquals(token, createToken());
});

const TOKEN = createToken();

for (
  const [shown, isTaken] of [
    [`Bearer ${TOKEN}`, true],
    [`bearer ${TOKEN}`, true],
    [`Bearer  ${TOKEN}`, true],
    [bearer(TOKEN), true],
    [undefined, false],
    ["", false],
    ["Bearer", false],
    ["Bearer ", false],
    [TOKEN, false],
    [`Basic ${TOKEN}`, false],
    [`Bearer ${TOKEN} `, false],
    [`Bearer ${TOKEN}x`, false],
    [`Bearer ${TOKEN.slice(1)}`, false],
    [`Bearer ${"é".repeat(TOKEN.length)}`, false],
    [`Bearer ${createToken()}`, false],
    [`Bearer ${createToken()}, Bearer ${TOKEN}`, false],
  ] as const
) {
  Deno.test(`tokenCheck() ${isTaken ? "takes" : "refuses"} ${JSON.stringify(shown)?.replaceAll(TOKEN, "TOKEN")}`, () => {
    assertEquals(tokenCheck(TOKEN)(shown), isTaken);
  });
}

const SAY = "/echo.v1.EchoService/Say";
const HEALTH = "/grpc.health.v1.Health/Check";
const REFLECTION = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";
const REFLECTION_ALPHA =
  "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo";

for (
  const { path, auth, guarded, admitted } of [
    { path: SAY, admitted: false },
    { path: "/no/no", admitted: false },
    { path: HEALTH, admitted: true },
    { path: REFLECTION, admitted: true },
    { path: REFLECTION_ALPHA, admitted: true },
    // Nothing that only looks like them.
    { path: `/x${HEALTH}`, admitted: false },
    { path: "/grpc.health.v1.HealthX/Check", admitted: false },
    { path: "/grpcxhealth.v1.Health/Check", admitted: false },
    { path: SAY, auth: "none", admitted: true },
    { path: SAY, auth: "none", guarded: [SAY], admitted: false },
    { path: "/no/no", auth: "none", guarded: [SAY], admitted: true },
    { path: "/no/no", auth: "none", guarded: "all", admitted: false },
    { path: HEALTH, auth: "none", guarded: "all", admitted: true },
  ] as const
) {
  Deno.test(`a call of ${path} without a token is ${admitted ? "let in" : "refused"}, with auth ${auth ?? "token"} and ${guarded ?? "nothing"} guarded`, () => {
    const admit = createAdmission({ token: TOKEN, auth }, guarded);

    assertEquals(admit({ ":path": path }) === undefined, admitted);
    assertEquals(
      admit({ ":path": path, authorization: bearer(TOKEN) }),
      undefined,
    );
  });
}

Deno.test("a refusal names the server, what is wrong, and each way in", () => {
  const admit = createAdmission({ token: TOKEN, name: "calculator-server" });
  const refusal = (authorization?: string) =>
    admit({ ":path": SAY, ...(authorization ? { authorization } : {}) })
      ?.reason;
  const ways =
    `processes of the run have it as DENIZEN_TOKEN; else grpcurl -H "$(deno task token)" …, or deno task call …; or auth: none for calculator-server`;

  assertEquals(
    refusal(),
    `calculator-server wants this run's token and was called without it: ${ways}`,
  );
  assertEquals(
    refusal("Bearer x"),
    `calculator-server wants this run's token and was shown another: ${ways}`,
  );
  // What cannot be turned off is not offered to be.
  const { reason } = createAdmission({ token: TOKEN }, "all")({
    ":path": SAY,
  })!;
  assert(!reason.includes("auth:"), reason);
});

for (
  const [remoteAddress, destroyed, isShown, isTrusted = false] of [
    ["127.0.0.1", false, true],
    ["127.1.2.3", false, true],
    ["::1", false, true],
    ["::ffff:127.0.0.1", false, true],
    [undefined, false, true], // a unix socket
    [undefined, true, false],
    ["10.0.0.7", false, false],
    ["::ffff:10.0.0.7", false, false],
    ["128.0.0.1", false, false],
    ["fe80::1", false, false],
    ["10.0.0.7", false, true, true],
    ["::ffff:172.18.0.3", false, true, true],
    ["fd00::7", false, true, true],
    ["128.0.0.1", false, false, true],
    [undefined, true, false, true],
  ] as const
) {
  Deno.test(`a connection to ${remoteAddress ?? "no address"}${destroyed ? ", closed," : ""}${isTrusted ? " in a network of its own" : ""} is ${isShown ? "" : "not "}shown the token`, async () => {
    using _network = withVariable(
      "DENIZEN_INSECURE",
      isTrusted ? "true" : undefined,
    );
    const connector = channelCredentials(TOKEN)._createSecureConnector(
      { path: "" },
      {},
    );
    await connector.connect({ remoteAddress, destroyed } as Socket);

    const metadata = await connector.getCallCredentials().generateMetadata({
      method_name: "Say",
      service_url: "",
    });
    assertEquals(
      metadata.get("authorization"),
      isShown ? [bearer(TOKEN)] : [],
    );
  });
}

Deno.test("channels of one token share connections, those of two do not", () => {
  const one = channelCredentials(TOKEN);

  assert(one._equals(channelCredentials(TOKEN)));
  assert(!one._equals(channelCredentials(createToken())));
  assert(!one._equals(channelCredentials(undefined)));
  assert(!channelCredentials(undefined)._equals(one));
});

Deno.test("a flood of refused calls is one line at once, and their number later", () => {
  const lines: string[] = [];
  const waiting: (() => void)[] = [];
  const passQuiet = () => waiting.shift()!();
  const refuse = createRefusalLog(
    (line) => lines.push(line),
    (act) => waiting.push(act),
  );
  const call = { path: SAY, peer: "127.0.0.1:5", reason: "no token" };

  for (let at = 0; at < 1_001; at++) refuse(call);
  assertEquals(lines, [`Refused ${SAY} from 127.0.0.1:5: no token`]);
  passQuiet();
  assertEquals(lines.slice(1), ["Refused 1,000 more calls"]);
  // Quiet for as long again, then as at first.
  passQuiet();
  assertEquals(waiting, []);
  refuse(call);
  assertEquals(lines.length, 3);
});

const { Say, Repeat, Converse } = EchoService;
for (const shield of [false, true]) {
  Deno.test(`serve() lets in who has the token, before any handler${shield ? ", with a shield" : ""}`, async () => {
    let handled = 0;
    await using server = await serveEcho(
      { Say: unary((words) => (handled++, words)) },
      { authentication: { token: TOKEN, name: "echo" }, shield },
    );
    using known = connectEcho(server.address, { token: TOKEN });
    using stranger = connectEcho(server.address);

    for (
      const call of [
        () => stranger.unary(Say, { text: "a" }),
        () => Array.fromAsync(stranger.serverStream(Repeat, { times: 1 })),
        () => {
          const stream = stranger.duplex(Converse);
          stream.send({ text: "a" });
          return Array.fromAsync(stream.incoming);
        },
      ]
    ) {
      const fault = await assertRejects(call, Fault);
      assertEquals(fault.code, "unauthenticated");
      assertMatch(fault.message, /^echo wants this run's token and was called/);
    }
    assertEquals(handled, 0);
    // Whoever is turned away can still ask how the server is.
    assertEquals(await askHealth(stranger, { deadlineMs: 5_000 }), {
      kind: "serving",
    });

    assertEquals((await known.unary(Say, { text: "é" })).text, "é");
    const repeated = known.serverStream(Repeat, { text: "a", times: 2 });
    assertEquals((await Array.fromAsync(repeated)).length, 2);
    const stream = known.duplex(Converse);
    stream.send({ text: "b" });
    stream.end();
    assertEquals((await Array.fromAsync(stream.incoming))[0]?.text, "b");
  });
}

Deno.test("a process with DENIZEN_TOKEN asks for it and shows it, and one without does neither", async () => {
  const run = { DENIZEN_TOKEN: TOKEN, DENIZEN_SERVICE: "echo-1" };
  await using server = await spawnFixture("serves_echo.ts", { env: run });
  await using open = await spawnFixture("serves_echo.ts", {
    env: { ...run, DENIZEN_AUTH: "none" },
  });
  await using alone = await spawnFixture("serves_echo.ts");
  const says = async (address: string, token?: string) => {
    using echo = connectEcho(address, { token });
    try {
      return (await echo.unary(Say, { text: "in" })).text;
    } catch (error) {
      return (error as Fault).message.slice(0, 33);
    }
  };

  assertEquals(await says(server.firstLine, TOKEN), "in");
  assertEquals(
    await says(server.firstLine),
    "echo-1 wants this run's token and",
  );
  assertEquals(await says(open.firstLine), "in");
  assertEquals(await says(alone.firstLine), "in");
  // Who was refused stands in the server's log.
  server.kill("SIGTERM");
  assertMatch(
    await server.stderr.rest(),
    /^Refused \/echo\.v1\.EchoService\/Say from 127\.0\.0\.1:\d+: echo-1 wants [^\n]+$/,
  );
});
