/**
 * A client of the Model Context Protocol that starts the `mcp` command, as an
 * assistant does: the one of the protocol's own library.
 *
 * @module
 */

import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { assertEquals } from "@std/assert";
import { PROJECT } from "../../runtime/program/paths.ts";

/** What a tool answered. */
export interface ToolAnswer {
  text: string;
  isError: boolean;
}

/** A client and the server that it has started. */
export interface McpSession extends AsyncDisposable {
  readonly client: Client;
  /** Calls a tool. */
  ask(name: string, question?: Record<string, unknown>): Promise<ToolAnswer>;
  /**
   * Closes standard input, and waits until the server has ended.
   *
   * @throws {AssertionError} If it wrote anything but the protocol.
   */
  endsClean(): Promise<void>;
}

/** Starts `mcp` in a folder. */
export async function openMcp(
  cwd: string,
  ...args: string[]
): Promise<McpSession> {
  const client = new Client({ name: "test", version: "1.0.0" });
  const errors: string[] = [];
  client.onerror = ({ message }) => void errors.push(message);
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: [
      "run",
      "-A",
      "--quiet",
      "--cached-only",
      `--config=${PROJECT}/deno.json`,
      `${PROJECT}/main.ts`,
      "mcp",
      ...args,
    ],
    cwd,
    env: { ...Deno.env.toObject(), INIT_CWD: cwd },
    stderr: "pipe",
  });
  let stderr = "";
  transport.stderr?.on("data", (chunk) => void (stderr += chunk));
  await client.connect(transport);
  return {
    client,
    async ask(name, question = {}) {
      const { content, isError = false } = await client.callTool({
        name,
        arguments: question,
      });
      const text = content.map((each) =>
        each.type === "text" ? each.text : `(${each.type})`
      ).join("\n");
      return { text, isError };
    },
    async endsClean() {
      await client.close();
      assertEquals({ errors, stderr }, { errors: [], stderr: "" });
    },
    async [Symbol.asyncDispose]() {
      await client.close();
    },
  };
}
