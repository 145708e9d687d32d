/**
 * The methods between the stages, without the types of what they carry: a check
 * may send what no stage would.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import type { Opening, Position } from "../../proto/pipeline/batches.ts";
import {
  AggregateService,
  ParseService,
  RulesService,
  SinkService,
} from "../../proto/pipeline/contract.ts";
import type { Receipt__Output } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { StageName } from "../../stages/names.ts";

/** What every batch has. */
export interface Batch {
  opening?: Opening | null;
  begin: Position | null;
  end: Position | null;
  sync?: boolean;
}

/** A method of a stage. */
export interface HopMethod {
  /** The service's full name. */
  service: string;
  /** The method's name in the service. */
  name: string;
  path: string;
  requestSerialize(batch: Batch): Buffer;
  requestDeserialize(bytes: Buffer): Batch;
  responseDeserialize(bytes: Buffer): Receipt__Output;
}

/** The stages that are sent batches. */
export type Receiver = Exclude<StageName, "ingest">;

/** The method of each stage. */
export const HOP_METHODS: Record<Receiver, HopMethod> = {
  parse: methodOf("ParseService", "Parse", ParseService),
  rules: methodOf("RulesService", "Apply", RulesService),
  aggregate: methodOf("AggregateService", "Aggregate", AggregateService),
  sink: methodOf("SinkService", "Write", SinkService),
};

/** The name of each stage's service. */
export const SERVICE_OF: Record<StageName, string> = {
  ingest: "pipeline.v1.IngestService",
  parse: HOP_METHODS.parse.service,
  rules: HOP_METHODS.rules.service,
  aggregate: HOP_METHODS.aggregate.service,
  sink: HOP_METHODS.sink.service,
};

/** The stage after each. */
export const NEXT: Record<StageName, Receiver | undefined> = {
  ingest: "parse",
  parse: "rules",
  rules: "aggregate",
  aggregate: "sink",
  sink: undefined,
};

function methodOf(
  service: string,
  name: string,
  definition: object,
): HopMethod {
  const method = (definition as Record<string, HopMethod>)[name]!;
  return { ...method, service: `pipeline.v1.${service}`, name };
}

/** Says in short what a receipt is. */
export function describeReceipt(receipt: Receipt__Output): string {
  const { resume, credit, committed, totals, report, written } = receipt;
  if (resume) return `resume at ${describePlace(resume.position)}`;
  if (credit) return `credit for ${credit.batches} batches`;
  if (committed) return `committed at ${describePlace(committed.position)}`;
  if (totals) return `totals of ${totals.events} events`;
  if (report) return `report of ${report.name || "nobody"}`;
  return written ? `written at ${describePlace(written)}` : "an empty receipt";
}

/** Says in short what a batch is. */
export function describeBatch({ begin, end, sync }: Batch): string {
  return `batch ${describePlace(begin)} to ${describePlace(end)}${
    sync ? " with sync" : ""
  }`;
}

/** Says where a position is. */
export function describePlace(
  position: { event?: unknown; offset?: unknown } | null | undefined,
): string {
  return position
    ? `event ${position.event}, offset ${position.offset}`
    : "nowhere";
}
