import {
  assert,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { join } from "node:path";
import { Failure } from "../../../runtime/program/errors.ts";
import { divertLog } from "../../../runtime/program/log.ts";
import { openAutoPorts } from "../../../supervisor/config/auto_ports.ts";
import { claimInstance } from "../../../supervisor/state_folder/single_instance.ts";
import { createWorkspace, fixture } from "../../support/supervised.ts";

const NONE: ReadonlySet<number> = new Set();

function listen(port: number): Deno.Listener {
  return Deno.listen({ hostname: "127.0.0.1", port });
}

Deno.test("a port that was chosen stays, until somebody else has it", async () => {
  const stateDir = await Deno.makeTempDir();
  const first = await openAutoPorts(stateDir);
  const port = first.choose("a-1", NONE);
  await first.save();

  assertEquals((await openAutoPorts(stateDir)).choose("a-1", NONE), port);
  assertNotEquals(
    (await openAutoPorts(stateDir)).choose("a-1", new Set([port])),
    port,
  );
  using _somebody = listen(port);
  const second = await openAutoPorts(stateDir);
  const other = second.choose("a-1", NONE);
  await second.save();
  assertNotEquals(other, port);
  assertEquals((await openAutoPorts(stateDir)).choose("a-1", NONE), other);
  await Deno.remove(stateDir, { recursive: true });
});

Deno.test("a port that is preferred is chosen while nobody has it, and another stays", async () => {
  const stateDir = await Deno.makeTempDir();
  const somebody = listen(0);
  const preferred = (somebody.addr as Deno.NetAddr).port;
  const open = async () => await openAutoPorts(stateDir);

  const ports = await open();
  const other = ports.choose("a-1", NONE, preferred);
  await ports.save();
  const occupied = (await open()).choose(
    "b-1",
    new Set([preferred]),
    preferred,
  );
  somebody.close();
  const later = (await open()).choose("a-1", NONE, preferred);
  const fresh = (await open()).choose("b-1", NONE, preferred);

  assertNotEquals(other, preferred);
  assertNotEquals(occupied, preferred);
  assertEquals(later, other);
  assertEquals(fresh, preferred);
  await Deno.remove(stateDir, { recursive: true });
});

Deno.test("two configs with a service of one name look in different places", async () => {
  const folders = ["/work/one/.denizen", "/work/two/.denizen"];

  const [one, two] = await Promise.all(
    folders.map(async (folder) =>
      (await openAutoPorts(folder)).choose("a-1", NONE)
    ),
  );

  assertNotEquals(one, two);
});

Deno.test("a port stays while a supervisor runs, whose service has it", async () => {
  const stateDir = await Deno.makeTempDir();
  const ports = await openAutoPorts(stateDir);
  const port = ports.choose("a-1", NONE);
  await ports.save();
  using _service = listen(port);
  using _supervisor = await claimInstance({ path: "config.yaml", stateDir });

  assertEquals((await openAutoPorts(stateDir)).choose("a-1", NONE), port);
  await Deno.remove(stateDir, { recursive: true });
});

Deno.test("a list that is no list is made anew", async () => {
  const stateDir = await Deno.makeTempDir();
  const path = join(stateDir, "ports.json");
  for (
    const text of ['{"a-1": 2', "null", "[]", '{"a-1": "x"}', '{"a-1": 0}']
  ) {
    await Deno.writeTextFile(path, text);
    let said = "";
    using _taken = divertLog((line) => said += line);

    const ports = await openAutoPorts(stateDir);

    assert(ports.choose("a-1", NONE) > 0);
    assertEquals(
      said,
      `Cannot use "${path}": it is damaged; ports are chosen anew\n`,
    );
  }
  await Deno.remove(stateDir, { recursive: true });
});

Deno.test("a folder in the place of the list is told by its name", async () => {
  const stateDir = await Deno.makeTempDir();
  await Deno.mkdir(join(stateDir, "ports.json"));

  await assertRejects(
    () => openAutoPorts(stateDir),
    Failure,
    `Cannot read "${
      join(stateDir, "ports.json")
    }": is a directory; remove or rename it, and ports are chosen anew`,
  );
  await Deno.remove(stateDir, { recursive: true });
});

Deno.test("services with port: auto find each other, under the least permissions", async () => {
  const serve = {
    script: fixture("serves_echo.ts"),
    args: ["--address=${self.address}"],
    port: "auto",
    permissions: { net: ["self"] },
    healthcheck: { grpc: "self" },
  };
  await using workspace = await createWorkspace({
    one: serve,
    two: { ...serve, deploy: { replicas: 2 } },
    asks: {
      command: ["echo", "${one.address}", "${two.address}", "${two.port}"],
      depends_on: { two: { condition: "service_healthy" } },
      restart: "no",
    },
  });

  const supervised = workspace.supervise();
  await supervised.said(/: healthy after/, 3);
  const [, one, two, three, ports] = await supervised.said(
    /^asks \| (\S+) (\S+),(\S+) (\S+)$/,
  );
  const listed: { name: string; address?: string }[] = JSON.parse(
    (await workspace.run("ps", "--json")).stdout,
  );

  assertEquals(new Set([one, two, three]).size, 3);
  assertEquals(ports, [two, three].map((each) => each?.split(":")[1]).join());
  assertEquals(
    listed.flatMap(({ name, address }) => address ? [[name, address]] : []),
    [["one", one], ["two-1", two], ["two-2", three]],
  );
});
