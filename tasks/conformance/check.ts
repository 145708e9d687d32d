/**
 * What a check is, and how it ends.
 *
 * @module
 */

import type { Fault } from "../../runtime/program/errors.ts";
import type { StageName } from "../../stages/names.ts";
import type { Bench } from "./bench.ts";

/** One thing that a stage must do. */
export interface Check {
  /** Names it, in kebab-case. */
  id: string;
  /** What a stage must do, in one sentence. */
  sentence: string;
  /** The heading of docs/write-a-stage.md that says more. */
  see: Heading;
  /** The stages that it is for. */
  stages: readonly StageName[];
  /** True where it takes minutes: the short form leaves it out. */
  long?: boolean;
  /**
   * Drives the stage.
   *
   * @throws {Violation} If the stage does something else.
   * @throws {NotOffered} If it need not do it, and does not.
   */
  run(bench: Bench): Promise<void>;
}

/** Headings of docs/write-a-stage.md, as anchors. */
export type Heading =
  | "the-process"
  | "1-the-opening"
  | "2-the-resume"
  | "3-batches"
  | "4-credit"
  | "5-committed"
  | "6-the-end"
  | "when-something-breaks"
  | "lanes"
  | "reports"
  | "what-each-stage-must-keep";

/** What a stage did, and what it should have done. */
export interface Evidence {
  /** What the stage was sent. */
  sent: string;
  /** What came of it. */
  came: string;
  expected: string;
}

/** A stage that does not do what it must. */
export class Violation extends Error {
  override readonly name: string = "Violation";
  readonly evidence: Evidence;

  constructor(evidence: Evidence) {
    super(`${evidence.expected}; came: ${evidence.came}`);
    this.evidence = evidence;
  }
}

/** A stage that did not let a stream be opened. */
export class RefusedOpening extends Violation {
  readonly fault: Fault;

  constructor(fault: Fault, sent: string) {
    super({
      sent,
      came: `${fault.code}: ${fault.message}`,
      expected: "the stream is opened",
    });
    this.fault = fault;
  }
}

/** A stage that leaves out what it may leave out; the message says what. */
export class NotOffered extends Error {
  override readonly name = "NotOffered";
}

/** @throws {Violation} Unless `holds`. */
export function expect(holds: boolean, evidence: Evidence): void {
  if (!holds) throw new Violation(evidence);
}

/** Those that a stage comes before. */
export const WITH_NEXT = ["ingest", "parse", "rules", "aggregate"] as const;
/** Those that are sent batches. */
export const WITH_SENDER = ["parse", "rules", "aggregate", "sink"] as const;
/** Those in the middle, which keep nothing. */
export const MIDDLE = ["parse", "rules"] as const;
/** Those that hold something, of which there is one stream at a time. */
export const HOLDING = ["ingest", "aggregate", "sink"] as const;
