/**
 * Asks a service whether it is healthy: a program of its own, which is handed over
 * with an export. It imports nothing but what Deno brings, so it needs no module,
 * no config and no Denizen where it runs.
 *
 * ```sh
 * deno run --allow-net=127.0.0.1:50051 health_probe.ts grpc 127.0.0.1:50051
 * deno run --allow-net=127.0.0.1:8080 health_probe.ts http http://127.0.0.1:8080/healthz --wait
 * ```
 *
 * Exit codes: 0 healthy, 1 not, 2 the command line is wrong.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import http from "node:http";
import http2 from "node:http2";
import https from "node:https";
import { readFileSync } from "node:fs";
import net from "node:net";
import process from "node:process";
import tls from "node:tls";

const USAGE =
  "Usage: health_probe.ts grpc|tcp HOST:PORT|unix:PATH, or http URL, [--wait] [--interval=MS] [--timeout=MS], and for grpc by TLS --ca=FILE --cert=FILE --key=FILE";

/** How a service is asked, and how long and how often. Times in milliseconds. */
interface Options {
  kind: string;
  target: string;
  wait: boolean;
  intervalMs: number;
  timeoutMs: number;
  tls: TlsFiles;
}

/** The files by which a server with a certificate is asked; all or none. */
interface TlsFiles {
  ca?: string;
  cert?: string;
  key?: string;
}

/** Asks once; returns why it is not healthy, or undefined. */
type Ask = (
  target: string,
  timeoutMs: number,
  files: TlsFiles,
) => Promise<string | undefined>;

const ASK: Readonly<Record<string, Ask>> = { grpc, tcp, http: web };

/** An empty request: no compression, no bytes. */
const EMPTY_REQUEST = Buffer.alloc(5);
/** `status: SERVING`, behind the five bytes of a message's head. */
const SERVING = [0x08, 0x01];

/** Reads the command line; undefined where it is wrong. */
function read(argv: readonly string[]): Options | undefined {
  const words = argv.filter((word) => !word.startsWith("--"));
  const [kind = "", target = ""] = words;
  if (!(kind in ASK) || target === "" || words.length !== 2) return undefined;
  const tls: TlsFiles = {};
  const options = { wait: false, intervalMs: 100, timeoutMs: 1_000 };
  for (const flag of argv.filter((word) => word.startsWith("--"))) {
    const [, name, text] = /^--(interval|timeout)=(\d+)$/.exec(flag) ?? [];
    const [, file, path] = /^--(ca|cert|key)=(.+)$/.exec(flag) ?? [];
    if (file === "ca" || file === "cert" || file === "key") tls[file] = path!;
    else if (flag === "--wait") options.wait = true;
    else if (name === "interval") options.intervalMs = Number(text);
    else if (name === "timeout") options.timeoutMs = Number(text);
    else return undefined;
  }
  const given = Object.keys(tls).length;
  const isWhole = given === 0 || (given === 3 && kind === "grpc");
  return isWhole ? { kind, target, tls, ...options } : undefined;
}

/** Asks the standard health service of gRPC for the health of the whole server. */
function grpc(
  target: string,
  timeoutMs: number,
  files: TlsFiles,
): Promise<string | undefined> {
  return within(timeoutMs, (done) => {
    const session = files.ca === undefined
      ? http2.connect("http://localhost", {
        createConnection: () => net.connect(placeOf(target)),
      })
      : http2.connect("https://localhost", {
        createConnection: () => secured(target, files),
      });
    session.on("error", (error) => done(error.message));
    const stream = session.request({
      ":method": "POST",
      ":path": "/grpc.health.v1.Health/Check",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const received: Buffer[] = [];
    let status: unknown;
    const hear = (headers: Record<string, unknown>) => {
      status = headers["grpc-status"] ?? status;
    };
    stream.on("response", hear);
    stream.on("trailers", hear);
    stream.on("data", (part: Buffer) => received.push(part));
    stream.on("error", (error) => done(error.message));
    stream.on("end", () => {
      const message = Buffer.concat(received).subarray(EMPTY_REQUEST.length);
      const serves = SERVING.every((byte, at) => message[at] === byte);
      if (String(status ?? "0") !== "0") done(`gRPC status ${status}`);
      else done(serves ? undefined : "its health is not SERVING");
    });
    stream.end(EMPTY_REQUEST);
    return () => session.destroy();
  });
}

/** Connects, and no more. */
function tcp(target: string, timeoutMs: number): Promise<string | undefined> {
  return within(timeoutMs, (done) => {
    const socket = net.connect(placeOf(target));
    socket.on("connect", () => done(undefined));
    socket.on("error", (error) => done(error.message));
    return () => socket.destroy();
  });
}

/** Asks a URL; a status from 200 to 399 is good. Follows nothing. */
function web(url: string, timeoutMs: number): Promise<string | undefined> {
  return within(timeoutMs, (done) => {
    const { get } = url.startsWith("https:") ? https : http;
    const request = get(url, { agent: false }, ({ statusCode = 0 }) => {
      const isGood = statusCode >= 200 && statusCode < 400;
      done(isGood ? undefined : `it answers with status ${statusCode}`);
    });
    request.on("error", (error) => done(error.message));
    return () => request.destroy();
  });
}

/** Connects by TLS, and shows a certificate. Its files are read each time. */
function secured(target: string, files: TlsFiles): tls.TLSSocket {
  const host = target.slice(0, target.lastIndexOf(":"));
  const read = (path: string | undefined) => readFileSync(path ?? "");
  return tls.connect({
    ...placeOf(target),
    ca: read(files.ca),
    cert: read(files.cert),
    key: read(files.key),
    // An address is no name; our certificates are for this one, too.
    servername:
      net.isIP(host.replace(/^\[|\]$/g, "")) || host.startsWith("unix:")
        ? "localhost"
        : host,
    ALPNProtocols: ["h2"],
  });
}

/** Where an address is: `host:port`, `[host]:port` or `unix:` and a path. */
function placeOf(target: string): net.NetConnectOpts {
  if (target.startsWith("unix:")) return { path: target.slice("unix:".length) };
  const at = target.lastIndexOf(":");
  const host = target.slice(0, at).replace(/^\[|\]$/g, "");
  return { host, port: Number(target.slice(at + 1)) };
}

/**
 * Starts a question and ends it after its first answer, or when that is late.
 *
 * @param start Returns what ends it.
 */
function within(
  timeoutMs: number,
  start: (done: (reason: string | undefined) => void) => () => void,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let end = () => {};
    let isOver = false;
    const done = (reason: string | undefined) => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      resolve(reason);
      end();
    };
    const timer = setTimeout(
      () => done(`it did not answer within ${timeoutMs} ms`),
      timeoutMs,
    );
    end = start(done);
    if (isOver) end();
  });
}

/** Asks until it is healthy, or once. Returns the exit code. */
async function probe(options: Options): Promise<number> {
  const { kind, target, wait, intervalMs, timeoutMs, tls } = options;
  let last: string | undefined;
  while (true) {
    const reason = await ASK[kind]!(target, timeoutMs, tls).catch((error) =>
      String(error instanceof Error ? error.message : error)
    );
    if (reason === undefined) return 0;
    if (reason !== last) process.stderr.write(`${target}: ${reason}\n`);
    if (!wait) return 1;
    last = reason;
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}

const options = read(process.argv.slice(2));
if (options === undefined) process.stderr.write(`${USAGE}\n`);
process.exit(options ? await probe(options) : 2);
