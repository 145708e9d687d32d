/**
 * Projects that are exported in tests, without a file on disk.
 *
 * @module
 */

import type { Exported } from "../../tasks/export/target.ts";
import type { ImageSource } from "../../tasks/export/container/image.ts";
import type { Project } from "../../tasks/export/project.ts";
import { parseConfig, writtenIn } from "../../supervisor/config/load_config.ts";
import type { TempFolder } from "./temp_folder.ts";

/** Where the config of such a project would be. */
export const FOLDER = "/home/ann/shop";

/** Everything that a config can say. */
export const EVERYTHING = `
x-note: ours
dashboard: true
services:
  broker:
    script: broker/main.ts
    port: 50051
    args: ["--address=\${self.address}", "--greeting=costs $$5 of \${USER}"]
    permissions: { net: [self] }
    healthcheck: { grpc: self, interval: 1s, timeout: 500ms, retries: 2, busy: 1m, any_process: true }
    restart: always
    mem_limit: 256m
    stop_signal: SIGINT
    stop_grace_period: 1.5s
    logging: { max_size: 1MiB, max_files: 5 }
  web_Server:
    script: web/main.ts
    port: 8080
    args: ["--broker=\${broker.address}", "--number=\${REPLICA}"]
    working_dir: web
    permissions:
      net: [self, broker, "db.example:5432"]
      read: [static, ../data, /etc/motd]
      write: [../data/out.ndjson, here.txt, /var/lib/shop, /tmp/x]
      run: [git]
    depends_on: { broker: { condition: service_healthy }, setup: { condition: service_completed_successfully } }
    healthcheck: { http: "http://\${self.address}/healthz" }
    environment:
      DB: "postgres://u:\${DB_PASSWORD}@db/x?b=\${broker.address}"
      URL: "http://\${self.address}/"
      FLAG: "no"
      HOME_PAGE: "0o14"
      DOLLAR: "a$$b"
      PASSED: null
    env_file: [local.env]
    deploy: { replicas: 2 }
    restart: on-failure
    restart_policy: { delay: 1s, max_delay: 20s, window: 2m, reset_after: 20s, max_attempts: 4 }
    watch: { cascade: true }
  setup:
    command: [bin/setup, "--all"]
    build_with: make setup
    restart: "no"
    healthcheck: { exec: [test, -e, /tmp/x] }
  same:
    script: same.ts
    port: 7001
    args: ["--port=\${self.port}"]
    deploy: { replicas: 3 }
    restart: unless-stopped
    restart_policy: { max_attempts: 9 }
    permissions: { net: [self], write: [../cache] }
    auth: none
    advertise: 10.0.0.5
  socket:
    script: same.ts
    listen: unix
    args: ["--address=\${self.address}"]
    permissions: { net: [self] }
    healthcheck: { grpc: self }
  asks:
    script: asks.ts
    args: ["\${socket.address}", "\${same.address}"]
    permissions: { net: [socket, same] }
    inherit_environment: true
    depends_on: [redis]
  redis:
    command: [redis-server]
    profiles: [cache]
    healthcheck: { tcp: "127.0.0.1:6379" }
  nightly:
    script: nightly.ts
    schedule: "*/5 1 * * *"
    timezone: Europe/Berlin
`;

/** Services that know each other by certificates, and one that has none. */
export const CERTIFIED = `
tls:
  ca: tls/ca.pem
  cert: tls/\${service}.pem
  key: tls/\${service}-key.pem
services:
  api_1:
    script: api.ts
    port: 7001
    args: ["--address=\${self.address}"]
    permissions: { net: [self] }
    healthcheck: { grpc: self }
    allow: [web, client]
  web:
    script: web.ts
    args: ["\${api_1.address}", "--key=${FOLDER}/tls/web-key.pem"]
    permissions: { net: [api_1], read: [static] }
    depends_on: { api_1: { condition: service_healthy } }
  many:
    script: many.ts
    port: 7002
    permissions: { net: [self] }
    deploy: { replicas: 2 }
  own:
    command: [own-server]
    port: 7004
    tls: { ca: /etc/own/ca, cert: /etc/own/ca.crt, key: /etc/own/ca.key }
    healthcheck: { grpc: self }
  plain:
    script: plain.ts
    tls: false
    depends_on: { api_1: { condition: service_healthy } }
`;

/** Returns a project whose config says this. */
export function projectOf(text: string, {
  folder = FOLDER,
  variables = {},
  envFiles = new Map(),
  fileVariables = new Map(),
  freePort = 20_000,
}: {
  folder?: string;
  variables?: Record<string, string>;
  envFiles?: Project["envFiles"];
  fileVariables?: Project["fileVariables"];
  /** The first that `port: auto` finds. */
  freePort?: number;
} = {}): Project {
  const config = parseConfig(text, {
    path: `${folder}/config.yaml`,
    variables,
    isFile: () => true,
    autoPort: () => freePort++,
  });
  return {
    config,
    name: "shop",
    written: writtenIn(config),
    services: new Map(
      [...config.services].filter(([, [spec]]) => !spec?.looksOn),
    ),
    envFiles,
    fileVariables,
    certificates: new Map(),
    writtenKinds: new Map(),
    hasLibrary: false,
    hasLock: false,
  };
}

/** What the image of such a project is made of. */
export const SOURCE: ImageSource = {
  root: FOLDER,
  denoFolder: FOLDER,
  isLocked: true,
  includeEnvFiles: [],
  output: `${FOLDER}/export/there`,
};

/** How an export of such a project is written, where nobody else has written. */
export const NOT_FORCED = {
  force: false,
  source: { target: "compose", config: `${FOLDER}/config.yaml` },
};

/** Returns what a file of an export says. */
export function fileOf({ files }: Exported, path: string): string {
  const found = files.find((file) => file.path === path);
  if (found) return found.content;
  throw new Error(
    `There is no "${path}": files are ${
      files.map(({ path }) => path).join(", ")
    }`,
  );
}

/** Writes the files of an export into a folder. */
export async function putFiles(
  { files }: Exported,
  folder: TempFolder,
): Promise<void> {
  for (const { path, content } of files) {
    const parts = path.split("/").slice(0, -1);
    if (parts.length > 0) {
      await Deno.mkdir(folder.file(parts.join("/")), { recursive: true });
    }
    await Deno.writeTextFile(folder.file(path), content);
  }
}
