/** `reload`, SIGHUP and `scale`, on a supervisor that runs as a process. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import type { ServiceReport } from "../../../tasks/control/service_report.ts";
import { testsAtOnce } from "../../support/at_once.ts";

import {
  createWorkspace,
  fixture,
  type Workspace,
} from "../../support/supervised.ts";
import { freeAddress } from "../../support/free_ports.ts";

const test = testsAtOnce("reload, SIGHUP and scale");

const SLEEP = { command: ["sleep", "1000"] };

/** The pid of each service. */
async function pidsOf(
  workspace: Workspace,
): Promise<Record<string, number | undefined>> {
  const services = await workspace.services();
  return Object.fromEntries(
    [...services].map(([name, { pid }]) => [name, pid]),
  );
}

/** Serves the echo contract in a sandbox, at an address. */
function echoAt(address: string) {
  return {
    script: fixture("serves_echo.ts"),
    args: [`--address=${address}`],
    permissions: { net: [address] },
    healthcheck: { tcp: address },
  };
}

test("reload restarts the service whose port has changed, and no other", async () => {
  const [before, after] = [freeAddress(), freeAddress()];
  const others = { a: SLEEP, c: { ...SLEEP, depends_on: ["b"] } };
  await using workspace = await createWorkspace({
    ...others,
    b: echoAt(before),
  });
  const supervised = workspace.supervise();
  await supervised.said(/b: healthy/);
  await supervised.said(/c: started/);
  const old = await pidsOf(workspace);

  await workspace.configure({ ...others, b: echoAt(after) });
  const reload = await workspace.run("reload");

  assertEquals(reload.code, 0, reload.stderr);
  assertMatch(reload.stdout, /^SERVICE +CHANGE +KEYS +ACTION\n/);
  assertMatch(reload.stdout, /\na +unchanged +- +-\n/);
  assertMatch(
    reload.stdout,
    /\nb +changed +args, permissions, healthcheck +restart b\n/,
  );
  await supervised.said(
    /b: is restarted: config.yaml has changed \(args, permissions, healthcheck\)/,
  );
  const now = await workspace.services();
  assertEquals([now.get("a")?.pid, now.get("c")?.pid], [old.a, old.c]);
  assert(now.get("b")?.pid !== old.b);
  assertEquals(now.get("b")?.address, after);
  assertEquals(now.get("b")?.state, "healthy");
  assertEquals((await workspace.processes()).length, 3);
});

test("reload starts what is new and stops what is gone, with its dependents first", async () => {
  await using workspace = await createWorkspace({
    a: SLEEP,
    b: { ...SLEEP, depends_on: ["a"] },
  });
  const supervised = workspace.supervise();
  await supervised.said(/b: started/);

  await workspace.configure({
    d: { ...SLEEP, depends_on: { c: { condition: "service_healthy" } } },
    c: { ...SLEEP, healthcheck: { exec: ["true"] } },
    optional: { ...SLEEP, profiles: ["extra"] },
  });
  const reload = await workspace.run("reload", "--json");

  assertEquals(reload.code, 0, reload.stderr);
  const { changes, services } = JSON.parse(reload.stdout);
  assertEquals(
    changes.map(({ service, change }: Record<string, string>) => [
      service,
      change,
    ]),
    [
      ["d", "added"],
      ["c", "added"],
      ["optional", "added"],
      ["a", "removed"],
      ["b", "removed"],
    ],
  );
  assertEquals(
    services.map(({ name, state }: ServiceReport) => [name, state]),
    [["d", "running"], ["c", "healthy"]],
  );
  await supervised.said(/b: is stopped: it is no longer in config.yaml/);
  await supervised.said(/d: started/);
  const order = supervised.lines.flatMap((line) =>
    /supervisor \| (\w: (?:was ended|started))/.exec(line)?.[1] ?? []
  ).slice(2);
  assertEquals(order, [
    "b: was ended",
    "a: was ended",
    "c: started",
    "d: started",
  ]);
  assertEquals((await workspace.processes()).length, 2);
});

test("reload sees what changed in an included file, and in the list of them", async () => {
  await using workspace = await createWorkspace({ own: SLEEP });
  const write = async (name: string, config: Record<string, unknown>) => {
    await Deno.mkdir(join(workspace.folder, "sub"), { recursive: true });
    const path = join(workspace.folder, name);
    await Deno.writeTextFile(path, JSON.stringify(config));
  };
  const main = (...include: string[]) =>
    write("config.yaml", { include, services: { own: SLEEP } });
  const file = (name: string, shape: unknown) =>
    write(`sub/${name}.yaml`, { services: { [name]: shape } });
  await file("a", SLEEP);
  await file("b", { ...SLEEP, depends_on: ["own"] });
  await file("c", SLEEP);
  await main("sub/a.yaml", "sub/b.yaml");
  const supervised = workspace.supervise();
  await supervised.said(/a: started/);
  await supervised.said(/b: started/);
  const old = await pidsOf(workspace);

  await file("a", { ...SLEEP, environment: { A: "1" } });
  await main("sub/a.yaml", "sub/c.yaml");
  const scaled = await workspace.run("scale", "b=2", "a=1");
  const reload = await workspace.run("reload");

  assertEquals(scaled.code, 0, scaled.stderr);
  assertEquals(reload.code, 0, reload.stderr);
  assertMatch(reload.stdout, /\nown +unchanged +- +-\n/);
  assertMatch(reload.stdout, /\na +changed +environment +restart a\n/);
  assertMatch(reload.stdout, /\nc +added +- +start c\n/);
  assertMatch(reload.stdout, /\nb +removed +- +stop b-1, b-2\n/);
  await supervised.said(
    /a: is restarted: sub\/a\.yaml has changed \(environment\)/,
  );
  const now = await workspace.services();
  assertEquals([...now.keys()], ["own", "a", "c"]);
  assertEquals(now.get("own")?.pid, old.own);
  assertEquals(
    await Deno.readLink(`/proc/${now.get("a")!.pid}/cwd`),
    join(workspace.folder, "sub"),
  );
});

test("reload --dry-run tells, and changes nothing", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  await workspace.supervise().said(/a: started/);
  const before = await pidsOf(workspace);

  await workspace.configure({ a: { command: ["sleep", "2000"] }, b: SLEEP });
  const reload = await workspace.run("reload", "--dry-run");

  assertEquals(reload.code, 0, reload.stderr);
  assertMatch(reload.stdout, /\na +changed +command +restart a\n/);
  assertMatch(reload.stdout, /\nb +added +- +start b\n/);
  assertEquals(await pidsOf(workspace), before);
});

test("a broken file changes nothing, and reload says what supervise would", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  const supervised = workspace.supervise();
  await supervised.said(/a: started/);
  const before = await pidsOf(workspace);

  await workspace.configure({ a: { comand: ["x"] }, b: SLEEP });
  const reload = await workspace.run("reload");
  const supervise = await workspace.run("supervise");
  await Deno.writeTextFile(join(workspace.folder, "config.yaml"), "a: [");
  const noYaml = await workspace.run("reload");
  await Deno.remove(join(workspace.folder, "config.yaml"));
  const noFile = await workspace.run("reload");

  assertEquals([reload.code, supervise.code], [2, 2]);
  assertEquals(reload.stderr, supervise.stderr);
  assertMatch(
    reload.stderr,
    /Cannot load config ".*":\n.*a\.comand: unknown key; did you mean "command"/,
  );
  assertEquals([noYaml.code, noFile.code], [2, 2]);
  assertMatch(noFile.stderr, /Cannot load config ".*": there is no such file/);
  assertEquals(await pidsOf(workspace), before);
});

test("reload without a supervisor says that there is none", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });

  const { code, stderr } = await workspace.run("reload");

  assertEquals(code, 1);
  assertMatch(stderr, /No supervisor runs ".*config.yaml"/);
});

test("reload fails when what it has started does not come up, and a correction starts it", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  await workspace.supervise().said(/a: started/);

  await workspace.configure({
    a: SLEEP,
    b: { command: ["no-such-program"], restart: "no" },
  });
  const wrong = await workspace.run("reload");
  await workspace.configure({ a: SLEEP, b: SLEEP });
  const right = await workspace.run("reload");

  assertEquals(wrong.code, 1);
  assertMatch(
    wrong.stderr,
    /Service "b" is failed: could not start: there is no/,
  );
  assertEquals(right.code, 0, right.stderr);
  assertMatch(right.stdout, /\nb +changed +command, restart +start b\n/);
});

test("reload leaves stopped what was stopped by hand, and starts it as the file says later", async () => {
  await using workspace = await createWorkspace({ a: SLEEP, b: SLEEP });
  const supervised = workspace.supervise();
  await supervised.said(/started/, 2);
  await workspace.run("stop", "b");

  await workspace.configure({
    a: SLEEP,
    b: { command: ["sh", "-c", "echo new; exec sleep 1000"] },
  });
  const reload = await workspace.run("reload");
  const stopped = (await workspace.services()).get("b")?.state;
  await workspace.run("start", "b");

  assertMatch(reload.stdout, /b +changed +command +stopped by hand: stays so/);
  assertEquals(stopped, "exited");
  await supervised.said(/b \| new/);
});

test("reload takes over what needs no restart", async () => {
  await using workspace = await createWorkspace({
    a: { command: ["sh", "-c", "exit 3"], restart: "no" },
    b: { ...SLEEP, restart: "no" },
  });
  const supervised = workspace.supervise();
  const [, pid] = await supervised.said(/b: started, pid (\d+)/);

  await workspace.configure({
    a: { command: ["sh", "-c", "exit 3"], restart: "no" },
    b: { ...SLEEP, restart: "always" },
  });
  const reload = await workspace.run("reload");
  Deno.kill(Number(pid), "SIGKILL");

  assertMatch(reload.stdout, /b +changed +restart +no restart needed/);
  await supervised.said(/b: needs no restart: config.yaml has changed/);
  await supervised.said(/b: started/, 2);
});

test("reload sees that an env file says something else", async () => {
  await using workspace = await createWorkspace({
    b: {
      command: ["sh", "-c", "echo got $WORD; exec sleep 1000"],
      env_file: "vars.env",
    },
  });
  const file = join(workspace.folder, "vars.env");
  await Deno.writeTextFile(file, "WORD=one\n");
  const supervised = workspace.supervise();
  await supervised.said(/b \| got one/);

  const same = await workspace.run("reload");
  await Deno.writeTextFile(file, "WORD=two\n");
  const other = await workspace.run("reload");

  assertMatch(same.stdout, /b +unchanged/);
  assertMatch(other.stdout, /b +changed +env_file +restart b/);
  await supervised.said(/b \| got two/);
});

test("SIGHUP reloads; a broken file is told of and changes nothing", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  const supervised = workspace.supervise();
  await supervised.said(/a: started/);
  // Its answer shows that it listens for signals by now.
  await workspace.run("ps");

  await workspace.configure({ a: { comand: ["x"] } });
  supervised.kill("SIGHUP");
  await supervised.said(/a\.comand: unknown key/);
  await supervised.said(/The services go on as they were/);
  await workspace.configure({ a: SLEEP, b: SLEEP });
  supervised.kill("SIGHUP");
  await supervised.said(/b: started/);
  await supervised.said(/^b +added +- +start b$/);

  assertEquals((await workspace.processes()).length, 2);
});

test("a supervisor in the background reloads what its profiles say", async () => {
  await using workspace = await createWorkspace({ a: SLEEP });
  await workspace.run("supervise", "--wait", "--profile=extra");

  await workspace.configure({
    a: SLEEP,
    b: { ...SLEEP, profiles: ["extra"] },
    c: { ...SLEEP, profiles: ["other"] },
  });
  const reload = await workspace.run("reload", "--json");

  const { services } = JSON.parse(reload.stdout);
  assertEquals(services.map(({ name }: ServiceReport) => name), ["b"]);
  assertEquals((await workspace.processes()).length, 2);
});

const NUMBERED = {
  command: ["sh", "-c", "echo number $0; exec sleep 1000", "${REPLICA}"],
};

test("scale starts and stops replicas; the first goes on as it is", async () => {
  await using workspace = await createWorkspace({ a: NUMBERED, b: SLEEP });
  const supervised = workspace.supervise();
  await supervised.said(/started/, 2);
  const before = await pidsOf(workspace);

  const up = await workspace.run("scale", "a=3", "b=2");
  const more = await pidsOf(workspace);
  const down = await workspace.run("scale", "a=1");
  const fewer = await pidsOf(workspace);

  assertEquals([up.code, down.code], [0, 0], up.stderr + down.stderr);
  assertMatch(
    up.stdout,
    /\na +changed +deploy.replicas +start a-2, a-3; replicas: 1 -> 3\n/,
  );
  await supervised.said(/a: is called a-1 from now on/);
  await supervised.said(/^a-3 \| number 3$/);
  assertEquals(Object.keys(more), ["a-1", "a-2", "a-3", "b-1", "b-2"]);
  assertEquals([more["a-1"], more["b-1"]], [before.a, before.b]);
  assertEquals(fewer, { a: before.a, "b-1": more["b-1"], "b-2": more["b-2"] });
  assertEquals((await workspace.processes()).length, 3);
});

test("a reload goes back to what the file says, and says so", async () => {
  await using workspace = await createWorkspace({ a: NUMBERED, b: NUMBERED });
  const supervised = workspace.supervise();
  await supervised.said(/started/, 2);
  await workspace.run("scale", "a=3");

  const reload = await workspace.run("reload");

  assertMatch(
    reload.stdout,
    /\na +changed +deploy.replicas +stop a-2, a-3; replicas: 3 -> 1; it was scaled by hand, and the file says 1\n/,
  );
  assertMatch(reload.stdout, /\nb +unchanged/);
  assertEquals((await workspace.processes()).length, 2);
});

test("scale refuses what cannot be, and changes nothing", async () => {
  await using workspace = await createWorkspace({
    a: { ...SLEEP, healthcheck: { exec: ["true"] } },
    server: echoAt(freeAddress()),
  });
  const supervised = workspace.supervise();
  await supervised.said(/healthy/, 2);
  const before = await pidsOf(workspace);
  const refusals: [string[], RegExp][] = [
    [
      ["sever=2"],
      /Cannot scale "sever": there is no such service in config.yaml; did you mean "server"\?/,
    ],
    [
      ["a=0"],
      /Cannot scale "a" to 0: expected a whole number from 1 to 1000; "deno task stop a( --config=\S+)?" stops all/,
    ],
    [["a=2000"], /Cannot scale "a" to 2000: expected a whole number/],
    [
      ["a=2", "server=2"],
      /Cannot scale a=2 server=2:\n.*server\.healthcheck\.tcp: 2 replicas would be checked at one place/,
    ],
    [["a"], /Cannot read "a": expected a service and a number/],
    [["a=2", "a=3"], /Cannot read "a=3": "a" stands twice/],
    [[], /Cannot scale: expected at least one service and number/],
  ];

  for (const [words, message] of refusals) {
    const { code, stderr } = await workspace.run("scale", ...words);
    assertEquals(code, 2, stderr);
    assertMatch(stderr, message);
  }

  assertEquals(await pidsOf(workspace), before);
});

test("port: auto stays over reload and scale, which restart those whom a new address concerns", async () => {
  const serve = {
    script: fixture("serves_echo.ts"),
    args: ["--address=${self.address}"],
    port: "auto",
    permissions: { net: ["self"] },
    healthcheck: { grpc: "self" },
  };
  const asks = { command: ["sh", "-c", 'echo "$1"; sleep 1000', "sh"] };
  const config = {
    one: serve,
    many: serve,
    asks: { command: [...asks.command, "${many.address}"] },
    other: { command: [...asks.command, "${one.address}"] },
  };
  await using workspace = await createWorkspace(config);
  const supervised = workspace.supervise();
  await supervised.said(/: healthy/, 2);
  const [, many] = await supervised.said(/^asks \| (127\.0\.0\.1:\d+)$/);
  const before = await workspace.services();

  const scaled = await workspace.run("scale", "many=2");
  const [, same, second] = await supervised.said(/^asks \| (\S+),(\S+)$/);
  const after = await workspace.services();
  await workspace.configure({ ...config, more: SLEEP });
  const reloaded = await workspace.run("reload");
  const last = await workspace.services();

  assertEquals([scaled.code, reloaded.code], [0, 0], reloaded.stderr);
  assertMatch(scaled.stdout, /\nasks +changed +command +restart asks\n/);
  assertEquals(same, many);
  assertEquals(after.get("many-1")?.address, many);
  assertEquals(after.get("many-2")?.address, second);
  for (const name of ["one", "other"]) {
    assertEquals(last.get(name)?.pid, before.get(name)?.pid);
    assertEquals(last.get(name)?.address, before.get(name)?.address);
  }
  assertEquals(after.get("many-1")?.pid, before.get("many")?.pid);
  assertEquals(last.get("many")?.pid, before.get("many")?.pid);
  assertEquals(last.get("many")?.address, many);
});

test("a reload is silent about services that nobody has asked for, ps takes names", async () => {
  const services = (seconds: string) => ({
    a: { command: ["sleep", "1000"], deploy: { replicas: 2 } },
    b: { command: ["sleep", "1001"] },
    idle: { command: ["sleep", "1000"], profiles: ["other"] },
    changed: { command: ["sleep", seconds], profiles: ["other"] },
  });
  await using workspace = await createWorkspace(services("1000"));
  await workspace.supervise().said(/b: started/);

  await workspace.configure(services("2000"));
  const { code, stdout } = await workspace.run("reload");
  const [replicas, one, unknown] = await Promise.all([
    workspace.run("ps", "a", "--json"),
    workspace.run("ps", "a-2", "b", "--json"),
    workspace.run("ps", "bb"),
  ]);

  assertEquals(code, 0);
  assertEquals(stdout.match(/^\w+/gm), ["SERVICE", "a", "b"]);
  const names = ({ stdout }: { stdout: string }) =>
    JSON.parse(stdout).map(({ name }: { name: string }) => name);
  assertEquals(names(replicas!), ["a-1", "a-2"]);
  assertEquals(names(one!), ["a-2", "b"]);
  assertEquals(unknown!.code, 2);
  assertMatch(
    unknown!.stderr,
    /^Cannot find service "bb" .*; did you mean "b"\?$/m,
  );
});
