/**
 * Where the lines of a replay stood in the input of the run that refused them.
 *
 * @module
 */

import type { Reject } from "../../proto/pipeline/batches.ts";
import { Fault } from "../../runtime/program/errors.ts";
import {
  lineOf,
  readRejectRecords,
  type RejectRecord,
} from "../events/reject_records.ts";

/** Gives rejects the place that their line had. Disposing closes the file. */
export interface OriginalPlaces extends Disposable {
  /**
   * Tells of the rejects of a replay, whose lines are counted from the first
   * record on, what the records of the file say.
   *
   * @throws {Fault} `failed_precondition` if the file is not the one that was
   * read.
   */
  of(rejects: readonly Reject[]): Promise<PlacedReject[]>;
}

/** A reject, and where its line stood. */
export interface PlacedReject {
  reject: Reject;
  place: Record<string, unknown>;
}

/** Why a record whose text is not all of its line is a reject again. */
const CUT = "cannot be replayed: the rejects file has only the start of it";
const LOSSY =
  "cannot be replayed: the rejects file has not all of its bytes; mend its text by hand";

/**
 * Opens a rejects file that is being replayed.
 *
 * @throws {Deno.errors.NotFound} And what else opening a file can throw.
 */
export async function openOriginalPlaces(
  path: string,
): Promise<OriginalPlaces> {
  let file = await Deno.open(path);
  let records = readRejectRecords((buffer) => file.read(buffer), path);
  /** How many records have been read; the last of them. */
  let line = 0;
  let record: RejectRecord | undefined;
  const recordAt = async (wanted: number): Promise<RejectRecord> => {
    if (wanted < line) {
      file.close();
      file = await Deno.open(path);
      records = readRejectRecords((buffer) => file.read(buffer), path);
      line = 0;
    }
    for (; line < wanted; line++) {
      const { done, value } = await records.next();
      if (done) throw changed(path);
      record = value;
    }
    return record!;
  };
  return {
    async of(rejects) {
      const placed: PlacedReject[] = [];
      for (const reject of rejects) {
        const record = await recordAt(reject.line);
        if (!isOf(reject, record)) throw changed(path);
        placed.push(place(reject, record));
      }
      return placed;
    },
    [Symbol.dispose]: () => file.close(),
  };
}

/** True if the reject's text is the line of the record, or its start. */
function isOf({ text }: Reject, record: RejectRecord): boolean {
  const line = lineOf(record);
  // Ingest leaves a byte order mark out where its input begins.
  return [line, line.replace(/^\ufeff/, "")].some((each) => {
    const bytes = new TextEncoder().encode(each);
    return text.every((byte, at) => byte === bytes[at]);
  });
}

function changed(path: string): Fault {
  return new Fault(
    "failed_precondition",
    `Cannot go on with the replay of "${path}": it is not what it was; start the run over, on a file that stays as it is`,
  );
}

function place(
  reject: Reject,
  { isCut, isLossy, text, length, place }: RejectRecord,
): PlacedReject {
  if (!isCut && !isLossy) return { reject, place };
  const bytes = new TextEncoder().encode(text);
  return {
    reject: {
      ...reject,
      stage: "ingest",
      reason: isCut ? CUT : LOSSY,
      text: bytes,
      length: isCut ? length : bytes.length,
    },
    place,
  };
}
