/**
 * The scripted stage on the right: takes the streams that the stage opens, and
 * does with each what a check says.
 *
 * @module
 */

import type { Buffer } from "node:buffer";
import { isSamePosition, type Position } from "../../proto/pipeline/batches.ts";
import type { Receipt } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { Resume } from "../../proto/types/pipeline/v1/Resume.ts";
import type { ResultBatch__Output } from "../../proto/types/pipeline/v1/ResultBatch.ts";
import { Fault } from "../../runtime/program/errors.ts";
import { duplex, implement } from "../../runtime/rpc/handlers.ts";
import type { MessageStream } from "../../runtime/rpc/message_stream.ts";
import { serve } from "../../runtime/rpc/serve.ts";
import { CHANNEL, hasRoom, type Load } from "../../stages/hop/window.ts";
import { Violation } from "./check.ts";
import { createEventLog, type EventLog } from "./event_log.ts";
import {
  type Batch,
  describeBatch,
  HOP_METHODS,
  type Receiver as ReceiverStage,
} from "./hop_methods.ts";

/** A batch, and its encoded size. */
export interface Arrived {
  batch: Batch;
  bytes: number;
}

/** How a receiver behaves, where not as a stage does. */
export interface Behaviour {
  /** Answers nothing until this resolves. @default {answers at once} */
  hold?: Promise<void>;
  /** Says what the stage after it says at the end. @default {a report} */
  end?: () => void;
  /** False: keeps of what it has answered only where it was. @default {true} */
  keeps?: boolean;
}

/** A stream that the stage has opened. */
export interface Receiver {
  /** Where it came to. */
  readonly address: string;
  /** The stream's first message. */
  readonly first: Batch;
  /** What came after it, until the stage ends it (well) or breaks it. */
  readonly arrived: EventLog<Arrived>;
  /** Set where the stage sent more than the window lets. */
  readonly wrong: Violation | undefined;
  send(receipt: Receipt): void;
  /** Does as a stage does, from the resume to the report. */
  behave(resume: Resume, behaviour?: Behaviour): void;
  /** Ends the call well. */
  finish(): void;
  fail(fault: Fault): void;
}

/** The scripted stage. */
export interface ReceiverServer extends AsyncDisposable {
  /** The streams that the stage has opened, in order. */
  readonly opened: EventLog<Receiver>;
  /** False: does not read what comes, but for the opening. */
  reads: boolean;
}

/** The rejects file that a scripted sink says it keeps. */
export const KEPT_FILE = "conformance";
/** So long is its unfinished rejects file for each reject. */
export const KEPT_BYTES = 10;

/** What the scripted stages report. */
export const TOTALS = { events: 7, rejected: 2, filtered: 1 };

/** Serves a stage on each of these addresses. */
export async function serveReceivers(
  stage: ReceiverStage,
  addresses: readonly string[],
  { token, patienceMs }: { token: string; patienceMs: number },
): Promise<ReceiverServer> {
  const method = HOP_METHODS[stage];
  const opened = createEventLog<Receiver>(
    patienceMs,
    ({ first }) => `a stream from ${describeBatch(first)}`,
  );
  const definition = {
    [method.name]: {
      ...method,
      requestDeserialize: (bytes: Buffer): Arrived => ({
        batch: method.requestDeserialize(bytes),
        bytes: bytes.length,
      }),
    },
  };
  const server = { opened, reads: true };
  const handlerOf = (address: string) =>
    duplex<Arrived, Receipt>(async (stream, { signal }) => {
      const first = await stream.incoming.next();
      if (first.done) throw new Fault("cancelled", "There was no opening");
      const over = Promise.withResolvers<void>();
      const receiver = createReceiver(
        stage,
        { stream, first: first.value.batch, address, patienceMs },
        over,
      );
      signal.addEventListener("abort", () => {
        const fault = new Fault(
          "cancelled",
          "The stage has cancelled the call",
        );
        receiver.arrived.close(fault);
        over.reject(fault);
      }, { once: true });
      opened.add(receiver);
      if (server.reads) void receiver.read();
      await over.promise;
    });
  const served = await Promise.all(addresses.map((address) =>
    serve({
      address,
      services: {
        [method.service]: implement(
          definition as never,
          { [method.name]: handlerOf(address) } as never,
        ),
      },
      guarded: "all",
      authentication: { token, name: `the scripted stage "${stage}"` },
      channel: CHANNEL,
    })
  ));
  return Object.assign(server, {
    async [Symbol.asyncDispose]() {
      await Promise.all(served.map(({ stop }) => stop(0)));
    },
  });
}

/** What a receiver is made of. */
interface Parts {
  stream: MessageStream<Arrived, Receipt>;
  first: Batch;
  address: string;
  patienceMs: number;
}

function createReceiver(
  stage: ReceiverStage,
  { stream, first, address, patienceMs }: Parts,
  over: PromiseWithResolvers<void>,
) {
  over.promise.catch(() => {}); // the handler hears of it
  const arrived = createEventLog<Arrived>(
    patienceMs,
    ({ batch }) => describeBatch(batch),
  );
  const { windowBatches = 0, windowBytes = 0 } = first.opening ?? {};
  const window: Load = { batches: windowBatches, bytes: windowBytes };
  const open: Load = { batches: 0, bytes: 0 };
  let wrong: Violation | undefined;
  let kept = 0;
  let isOver = false;
  const send = (receipt: Receipt) => {
    if (!isOver) stream.send(receipt);
  };
  const finish = () => {
    isOver = true;
    over.resolve();
  };
  const fail = (fault: Fault) => {
    isOver = true;
    over.reject(fault);
  };
  const answer = ({ bytes }: Arrived) => {
    open.batches--;
    open.bytes -= bytes;
    send({ credit: { batches: 1, bytes } });
  };
  const take = (each: Arrived) => {
    if (!hasRoom(open, window, each.bytes)) {
      wrong ??= new Violation({
        sent: `a window of ${window.batches} batches and ${window.bytes} bytes`,
        came: `${
          describeBatch(each.batch)
        } of ${each.bytes} bytes while ${open.batches} batches of ${open.bytes} bytes were unanswered`,
        expected: "no more than the window lets go unanswered",
      });
    }
    open.batches++;
    open.bytes += each.bytes;
    arrived.add(each);
  };
  const receipt = ({ batch }: Arrived): void => {
    const { rejects = [], interim } = batch as Partial<ResultBatch__Output>;
    kept += rejects.length * KEPT_BYTES;
    if (interim) send({ written: batch.end });
    if (!batch.sync) return;
    send({
      committed: {
        position: batch.end,
        ...(stage === "sink" ? { kept: { bytes: kept, file: KEPT_FILE } } : {}),
      },
    });
  };
  const usualEnd = () => {
    if (stage !== "sink") send({ totals: TOTALS });
    for (const name of new Set([stage, "sink"])) {
      send({ report: { name } });
    }
  };
  const behave = async (
    resume: Resume,
    { hold = Promise.resolve(), end = usualEnd, keeps = true }: Behaviour,
  ) => {
    kept = first.opening?.kept?.bytes ?? 0;
    send({ resume });
    await hold;
    let done = 0;
    for (;;) {
      await arrived.until(
        () => arrived.items.length > done || arrived.over !== undefined,
        "more",
        "nothing",
      ).catch(ignoreViolation);
      for (; done < arrived.items.length; done++) {
        const each = arrived.items[done]!;
        receipt(each);
        answer(each);
        if (!keeps) each.batch = placeOf(each.batch);
      }
      if (!arrived.over) continue;
      if (arrived.over.fault) return;
      if (isWhole(stage, arrived.items)) {
        end();
        finish();
      } else fail(new Fault("cancelled", "The stream was cut"));
      return;
    }
  };
  return {
    address,
    first,
    arrived,
    get wrong() {
      return wrong;
    },
    send,
    behave(resume: Resume, behaviour: Behaviour = {}) {
      void behave(resume, behaviour);
    },
    finish,
    fail,
    async read() {
      try {
        for await (const each of stream.incoming) take(each);
        arrived.close();
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        arrived.close(error);
      }
    },
  };
}

/** A script that waits for more waits as long as it takes. */
function ignoreViolation(error: unknown): void {
  if (!(error instanceof Violation)) throw error;
}

/** What is left of a batch without what it carries. */
function placeOf(batch: Batch): Batch {
  const { begin, end, outcome } = batch as Batch & Partial<ResultBatch__Output>;
  return { begin, end, ...(outcome ? { outcome } : {}) };
}

/** True when the last batch of a stream has come. */
export function isWhole(
  stage: ReceiverStage,
  arrived: readonly Arrived[],
): boolean {
  const last = arrived.at(-1)?.batch;
  if (!last) return false;
  if (stage === "sink") {
    return (last as Partial<ResultBatch__Output>).outcome != null;
  }
  return isEnd(last);
}

/** True for the empty batch that says that this was all. */
export function isEnd({ begin, end }: Batch): boolean {
  return begin != null && end != null &&
    isSamePosition(begin as Position, end as Position);
}
