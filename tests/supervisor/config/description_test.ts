import { assertEquals } from "@std/assert";
import { describeServices } from "../../../supervisor/config/description.ts";
import { parseConfig } from "../../../supervisor/config/load_config.ts";

Deno.test("describeServices() says what each service is, in words", async () => {
  const config = parseConfig(
    `
services:
  broker:
    script: broker/main.ts
    port: 50051
    args: ["--address=\${self.address}", "a word"]
    permissions: { net: [self], env: true }
    healthcheck: { grpc: self, interval: 1500ms }
    restart: always
  worker:
    command: [/bin/work, "--to=x y"]
    depends_on: { broker: { condition: service_healthy } }
    profiles: [more]
    mem_limit: 1kb
    deploy: { replicas: 2 }
  job:
    script: job.ts
    environment: { HUE: red }
    permissions: { net: [broker, "1.2.3.4:5"], read: true }
    schedule: "@daily"
    timezone: UTC
  probed:
    script: probed.ts
    healthcheck: { exec: [true], interval: 200ms }
    watch: true
`,
    { path: "/etc/here/config.yaml", isFile: () => true },
  );

  const described = await describeServices(config);

  assertEquals(described, [
    {
      service: "broker",
      replicas: 1,
      program: "broker/main.ts --address=127.0.0.1:50051 'a word'",
      sandboxed: true,
      rights: [
        { kind: "net", values: ["127.0.0.1:50051 (broker)"] },
        { kind: "env", values: ["everything"] },
      ],
      inheritEnvironment: false,
      dependsOn: [],
      healthcheck: "gRPC health at 127.0.0.1:50051 every 1.5 s",
      restart: "always",
      profiles: [],
      watch: false,
    },
    {
      service: "worker",
      replicas: 2,
      program: "/bin/work '--to=x y'",
      sandboxed: false,
      rights: [],
      inheritEnvironment: true,
      dependsOn: [{ service: "broker", condition: "service_healthy" }],
      healthcheck: "",
      restart: "on-failure, at most 10 times in 60 s",
      profiles: ["more"],
      memLimitBytes: 1_024,
      watch: false,
    },
    {
      service: "job",
      replicas: 1,
      program: "job.ts",
      sandboxed: true,
      rights: [
        { kind: "net", values: ["127.0.0.1:50051 (broker)", "1.2.3.4:5"] },
        { kind: "read", values: ["everything"] },
        { kind: "env", values: ["HUE"] },
      ],
      inheritEnvironment: false,
      dependsOn: [],
      healthcheck: "",
      restart: "no",
      schedule: "@daily",
      timezone: "UTC",
      profiles: [],
      watch: false,
    },
    {
      service: "probed",
      replicas: 1,
      program: "probed.ts",
      sandboxed: true,
      rights: [],
      inheritEnvironment: false,
      dependsOn: [],
      healthcheck: "true every 200 ms",
      restart: "on-failure, at most 10 times in 60 s",
      profiles: [],
      watch: true,
    },
  ]);
});
