import { assertEquals } from "@std/assert";
import { once } from "node:events";
import { connect } from "node:http2";
import { serveEcho } from "../../fixtures/echo_service.ts";

const BYTES = 1_000_000;

for (const shield of [false, true]) {
  const title = shield ? " with a shield" : "";

  Deno.test(`serve() lets a client have on its way what the channel says${title}`, async () => {
    await using server = await serveEcho({}, {
      shield,
      channel: { "grpc-node.flow_control_window": BYTES },
    });
    const session = connect(`http://${server.address}`);
    await once(session, "remoteSettings");
    // The window of the connection comes right after the settings: once a
    // stream has been answered it has arrived.
    const stream = session.request({ ":method": "GET" });
    await once(stream, "response");

    assertEquals(session.remoteSettings.initialWindowSize, BYTES);
    assertEquals(session.state.remoteWindowSize, BYTES);

    session.destroy();
  });
}
