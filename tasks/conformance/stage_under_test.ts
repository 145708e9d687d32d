/**
 * The stage that is looked at, as a process: started as the pipeline starts it,
 * and given whatever signals a check wants.
 *
 * @module
 */

import type { Guardian } from "../../runtime/process/guardian.ts";
import { eachLine } from "../../runtime/process/output_lines.ts";
import { signalGroup } from "../../runtime/process/process_group.ts";
import {
  describeExit,
  type ProcessExit,
  type ProcessSpec,
  type StartedProcess,
  startProcess,
} from "../../runtime/process/start_process.ts";
import { Failure } from "../../runtime/program/errors.ts";
import { askHealth } from "../../runtime/rpc/ask_health.ts";
import { connect, type Connection } from "../../runtime/rpc/connect.ts";
import { CHANNEL } from "../../stages/hop/window.ts";
import { SERVES, STAGE_CONNECTION } from "../../stages/names.ts";
import { stageProcess } from "../../orchestrator/stage_program.ts";
import { Violation } from "./check.ts";
import { createEventLog, type EventLog } from "./event_log.ts";
import type { Startable } from "./stage_spec.ts";

/** A process of the stage. */
export interface StageUnderTest extends AsyncDisposable {
  readonly pid: number;
  /** A connection with the token of the run. */
  readonly connection: Connection;
  /** What it has said. */
  readonly stdout: EventLog<string>;
  readonly stderr: EventLog<string>;
  /** How it has ended. */
  readonly exit: ProcessExit | undefined;
  /** Waits until it has ended. @throws {Violation} If it takes too long. */
  ended(expected: string, sent: string): Promise<ProcessExit>;
  /** Waits until it says that it serves. @throws {Violation} If it does not. */
  serves(): Promise<void>;
  signal(signal: Deno.Signal): void;
  /**
   * Lets it deal with what it has: asks for its health a few times. No promise,
   * but most of what it is about to do has been done then.
   */
  settle(): Promise<void>;
}

/** How often {@linkcode StageUnderTest.settle} asks. */
const QUESTIONS = 5;

/**
 * Starts the stage.
 *
 * @param change Changes its arguments. @default {as they are}
 */
export function startUnderTest(
  { spec, address }: Startable,
  { guardian, patienceMs, change = (arg) => [arg] }: {
    guardian: Guardian;
    patienceMs: number;
    change?: (arg: string) => string[];
  },
): StageUnderTest {
  const process = stageProcess(spec, address);
  const command = { ...process, args: process.args.flatMap(change) };
  const child = start(command, spec, guardian);
  const stdout = createEventLog<string>(patienceMs, JSON.stringify);
  const stderr = createEventLog<string>(patienceMs, JSON.stringify);
  const exits = createEventLog<ProcessExit>(patienceMs, describeExit);
  const connection = connect(address, {
    name: spec.stage,
    token: spec.token,
    channel: { ...CHANNEL, ...STAGE_CONNECTION },
  });
  const read = async (stream: ReadableStream, log: EventLog<string>) => {
    for await (const line of eachLine(stream)) log.add(line);
    log.close();
  };
  const lines = Promise.all([
    read(child.stdout!, stdout),
    read(child.stderr!, stderr),
  ]);
  void child.exit.then((exit) => {
    exits.add(exit);
    guardian.forget(child.pid);
  });
  return {
    pid: child.pid,
    connection,
    stdout,
    stderr,
    get exit() {
      return exits.items[0];
    },
    async ended(expected, sent) {
      await exits.until(() => exits.items.length > 0, expected, sent);
      return exits.items[0]!;
    },
    async serves() {
      const said = () => stdout.items.includes(SERVES);
      try {
        await stdout.until(said, "", "");
      } catch (error) {
        if (!(error instanceof Violation)) throw error;
        const { program, args } = command;
        const last = stderr.items.slice(-5).join("\n  ");
        throw new Violation({
          sent: [program, ...args].join(" "),
          came:
            `no line "${SERVES}" on standard output, and on standard error:\n  ${
              last || "nothing"
            }`,
          expected: `the line "${SERVES}" on standard output`,
        });
      }
    },
    signal: (signal) => void signalGroup(child.pid, signal),
    async settle() {
      for (let question = 0; question < QUESTIONS; question++) {
        await askHealth(connection, {
          service: spec.health,
          deadlineMs: patienceMs,
        });
      }
    },
    async [Symbol.asyncDispose]() {
      signalGroup(child.pid, "SIGKILL");
      await child.exit;
      await lines;
      connection.close();
    },
  };
}

/** @throws {Failure} If there is no such program, with what builds it. */
function start(
  command: ProcessSpec,
  { stage, program: { variant, buildWith } }: Startable["spec"],
  guardian: Guardian,
): StartedProcess {
  try {
    return startProcess(command, guardian);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    const name = variant === undefined ? stage : `${stage}=${variant}`;
    throw new Failure(
      `Cannot start ${name}: there is no program "${command.program}"${
        buildWith === undefined ? "" : `; build it by \`${buildWith}\``
      }`,
      1,
      { cause: error },
    );
  }
}
