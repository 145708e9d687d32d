/**
 * The rules stage in Python, for tests.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Opening, Schema } from "../../proto/pipeline/batches.ts";
import { encodeEventBatch } from "../../proto/pipeline/codec.ts";
import { openEvents } from "../../stages/events/event_batch.ts";
import { spawn } from "./spawned.ts";
import { OPENING } from "./stage_server.ts";

const FOLDER = "stages/python";

/** Its Python, as a path in the repository. */
export const RULES_PYTHON = `${FOLDER}/.venv/bin/python`;

/** The program that it runs. */
export const RULES_PROGRAM = `${FOLDER}/rules.py`;

/** What rules make of events. */
export interface AppliedRules {
  /** Why they cannot be used. */
  error?: string;
  /** What they are known by; null where they cannot be read. */
  digest: string | null;
  /** The fields that they read besides the keys and the values. */
  fields?: { path: string[]; isTime: boolean }[];
  tags?: Opening["tags"];
  /** What each batch has become, encoded. */
  batches?: Uint8Array[];
}

/** Applies rules as the stage does, without the stage. */
export interface PythonRules extends AsyncDisposable {
  /**
   * @param rules A rules file.
   * @param batches What parse gives, encoded.
   */
  apply(
    rules: string,
    schema: Schema,
    batches?: readonly Uint8Array[],
  ): Promise<AppliedRules>;
}

/** Starts it. */
export function startPythonRules(): PythonRules {
  const python = spawn(RULES_PYTHON, ["tests/fixtures/applies_rules.py"], {
    stdin: "piped",
  });
  const encoder = new TextEncoder();
  const writer = python.stdin!.getWriter();
  return {
    async apply(rules, schema, batches = []) {
      const question = {
        opening: toText(encodeEventBatch(openEvents({ ...OPENING, schema }))),
        rules,
        batches: batches.map(toText),
      };
      await writer.write(encoder.encode(`${JSON.stringify(question)}\n`));
      const line = await python.stdout.next();
      if (line === undefined) throw new Error(await python.stderr.rest());
      const answer = JSON.parse(line);
      return {
        ...answer,
        ...(answer.batches
          ? {
            batches: answer.batches.map((text: string) =>
              Buffer.from(text, "base64")
            ),
          }
          : {}),
      };
    },
    [Symbol.asyncDispose]: () => python[Symbol.asyncDispose](),
  };
}

function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
