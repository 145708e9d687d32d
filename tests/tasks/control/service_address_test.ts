import { assertEquals, assertThrows } from "@std/assert";
import { DEFAULT_BROKER } from "../../../broker/client.ts";
import { UsageError } from "../../../runtime/program/errors.ts";
import {
  addressIn,
  brokerAddress,
  brokerOf,
  resolveAddress,
  serviceAddress,
} from "../../../tasks/control/service_address.ts";
import { tempFolder } from "../../support/temp_folder.ts";

const SERVICES = [
  { name: "greeter", service: "greeter", address: "127.0.0.1:5600" },
  { name: "server-1", service: "server", address: "127.0.0.1:5700" },
  { name: "server-2", service: "server", address: "127.0.0.1:5701" },
  { name: "client", service: "client" },
];

Deno.test("addressIn() knows services and replicas; of several it takes the first", () => {
  const found = ["greeter", "server", "server-2"]
    .map((name) => addressIn(name, SERVICES));

  assertEquals(found, ["127.0.0.1:5600", "127.0.0.1:5700", "127.0.0.1:5701"]);
});

Deno.test("addressIn() says what is missing", () => {
  const refusal = (name: string) =>
    assertThrows(() => addressIn(name, SERVICES), UsageError).message;

  assertEquals(
    refusal("greetr"),
    'Cannot find the address of "greetr": there is no such service; did you mean "greeter"?',
  );
  assertEquals(
    refusal("xyz"),
    'Cannot find the address of "xyz": there is no such service among greeter, server, client',
  );
  assertEquals(
    refusal("client"),
    'Cannot find the address of "client": its config names none; write `port:` there',
  );
});

Deno.test("serviceAddress() takes addresses and names", () => {
  const { read } = serviceAddress("help");

  assertEquals(["127.0.0.1:1", "unix:/a", "my-server"].map(read), [
    "127.0.0.1:1",
    "unix:/a",
    "my-server",
  ]);
  assertThrows(() => read("127.0.0.1:"), UsageError);
});

Deno.test("brokerAddress takes several with commas, and says which one is wrong", () => {
  const { read } = brokerAddress;
  const refusal = (text: string) =>
    assertThrows(() => read(text), UsageError).message;

  assertEquals(
    read("127.0.0.1:1,broker,[::1]:2"),
    "127.0.0.1:1,broker,[::1]:2",
  );
  assertEquals(
    refusal("127.0.0.1:1,a b"),
    '"a b" is wrong: expected host:port with a port up to 65535, or unix:/path',
  );
  assertEquals(
    refusal("127.0.0.1:1,127.0.0.1:1"),
    "127.0.0.1:1 is named twice",
  );
  assertEquals(
    refusal("127.0.0.1:0"),
    "nobody can call port 0: expected one from 1 to 65535",
  );
});

Deno.test("resolveAddress() and brokerOf() ask nobody for an address, and know what holds where nothing runs", async () => {
  await using home = await tempFolder();
  const config = home.file("config.yaml");

  assertEquals(await resolveAddress("127.0.0.1:1", config), "127.0.0.1:1");
  assertEquals(await brokerOf("127.0.0.1:1", config), "127.0.0.1:1");
  assertEquals(
    await brokerOf("127.0.0.1:1,127.0.0.1:2", config),
    "127.0.0.1:1,127.0.0.1:2",
  );
  assertEquals(await brokerOf(undefined, config), DEFAULT_BROKER);
});
