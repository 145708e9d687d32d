/**
 * What a check works with: the process of the stage, its neighbours, and streams
 * through it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { join } from "node:path";
import {
  type Lane,
  type Opening,
  type Position,
  START,
} from "../../proto/pipeline/batches.ts";
import type { NextStage__Output } from "../../proto/types/pipeline/v1/NextStage.ts";
import { IngestService } from "../../proto/pipeline/contract.ts";
import type { Receipt__Output } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { RunRequest } from "../../proto/types/pipeline/v1/RunRequest.ts";
import type { RunUpdate__Output } from "../../proto/types/pipeline/v1/RunUpdate.ts";
import { removeIfThere } from "../../runtime/files/optional_file.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { Fault } from "../../runtime/program/errors.ts";
import type { Connection } from "../../runtime/rpc/connect.ts";
import { faultOf } from "../../runtime/rpc/status.ts";
import { createToken } from "../../runtime/rpc/token.ts";
import { openEvents } from "../../stages/events/event_batch.ts";
import { type Load, WINDOW } from "../../stages/hop/window.ts";
import { SHAREABLE, type StageName } from "../../stages/names.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import type { Chain, Ending } from "./chain.ts";
import { expect, NotOffered, RefusedOpening, Violation } from "./check.ts";
import { SCHEMA } from "./content.ts";
import { createEventLog, type EventLog } from "./event_log.ts";
import { type Feed, feedOf, type FeedOptions } from "./feed.ts";
import {
  type Batch,
  describePlace,
  HOP_METHODS,
  NEXT,
  type Receiver as ReceiverStage,
} from "./hop_methods.ts";
import {
  type Behaviour,
  type Receiver,
  type ReceiverServer,
  serveReceivers,
} from "./receiver.ts";
import { openSender, type Sender } from "./sender.ts";
import {
  BATCH,
  type Looked,
  prepareFiles,
  type StageFiles,
  type Startable,
  startable,
  type StartOptions,
} from "./stage_spec.ts";
import { type StageUnderTest, startUnderTest } from "./stage_under_test.ts";

/** How a stream is opened. */
export interface OpenOptions {
  window?: Partial<Load>;
  /** Where the next stage wants to be sent from. @default {the start} */
  resume?: Position;
  /** How the next stage behaves; false: as the check says. @default {as usual} */
  behaviour?: Behaviour | false;
  lane?: Lane;
  /** Where the sender stands. @default {the start} */
  begin?: Position;
  /** Laid over the opening, or over the Run of ingest. */
  opening?: Partial<Opening>;
  request?: Partial<RunRequest>;
  /** By which connection. @default {the one with the token} */
  connection?: Connection;
}

/** What checks work with. */
export interface Bench extends AsyncDisposable {
  readonly stage: StageName;
  /** The run that the stage belongs to. */
  readonly run: string;
  readonly rules: readonly Rule[];
  /** True where checks are to take little time. */
  readonly quick: boolean;
  readonly patienceMs: number;
  readonly files: StageFiles;
  readonly startable: Startable;
  readonly process: StageUnderTest;
  readonly server: ReceiverServer | undefined;
  readonly guardian: Guardian;
  /** Runs lines through our own transforms. */
  feed(
    content: Uint8Array,
    options?: Partial<Omit<FeedOptions, "rules">>,
  ): Feed;
  /** The opening that the stage is sent. */
  opening(feed: Feed, options?: OpenOptions): Opening;
  /** Opens a stream and sends the opening; waits for nothing. */
  dial(feed: Feed, options?: OpenOptions): Promise<Dialled>;
  /** Opens a stream with any bytes. */
  dialRaw(first: Uint8Array): Sender;
  /** Opens a stream through the stage and waits for its resume. */
  open(feed: Feed, options?: OpenOptions): Promise<Chain>;
  /** The stream that the stage opens next. */
  taken(sent: string, said?: EventLog<unknown>): Promise<Receiver>;
  /** Ends the process, and starts another with empty files. */
  renew(options?: StartOptions): Promise<void>;
  /** Starts the process again, with the same command line and files. */
  startAgain(): Promise<void>;
  /**
   * Makes the stage as it was at first: ends the streams that are open, and
   * starts another process where this one has ended, or has saved something.
   */
  fresh(): Promise<void>;
  /** @throws {NotOffered} If the stage takes no lanes. */
  needLanes(): void;
}

/** A stream that was opened, and what the stage has said on it. */
export type Dialled = Pick<Chain, "sender" | "said" | "ending" | "cancel">;

/** Options for {@linkcode createBench}. */
export interface BenchOptions {
  folder: string;
  guardian: Guardian;
  rules: Rule[];
  quick: boolean;
  patienceMs: number;
}

/** Makes a bench, with the stage running. */
export async function createBench(
  looked: Looked,
  { folder, guardian, rules, quick, patienceMs }: BenchOptions,
): Promise<Bench> {
  const { stage, catalog, variant } = looked;
  const run = crypto.randomUUID();
  const token = createToken();
  const next = NEXT[stage];
  let starts = 0;
  let files: StageFiles;
  let what: Startable;
  let process: StageUnderTest | undefined;
  let server: ReceiverServer | undefined;
  let taken = 0;
  let dialled: Dialled[] = [];
  /** False where it was started in another way than at first. */
  let isUsual = true;
  /** What ingest has been given to read: it wants no other file in its place. */
  let given: Uint8Array | undefined;

  const launch = async () => {
    process = startUnderTest(what, { guardian, patienceMs });
    await process.serves();
  };
  const end = async () => {
    await process?.[Symbol.asyncDispose]();
    process = undefined;
  };
  const renew = async (options?: StartOptions) => {
    isUsual = options === undefined;
    given = undefined;
    await end();
    await server?.[Symbol.asyncDispose]();
    taken = 0;
    const own = join(folder, String(++starts));
    await Deno.mkdir(own);
    files = await prepareFiles(own);
    what = await startable(looked, {
      files,
      run,
      token,
      rules,
      ...options,
    });
    server = next && await serveReceivers(next, what.next, {
      token,
      patienceMs,
    });
    await launch();
  };

  const openingOf = (
    feed: Feed,
    { window, lane, opening }: OpenOptions = {},
  ): Opening => ({
    run,
    windowBatches: window?.batches ?? WINDOW.batches,
    windowBytes: window?.bytes ?? WINDOW.bytes,
    schema: feed.schema,
    tags: stage === "aggregate" || stage === "sink" ? feed.tags : [],
    protocol: 1,
    next: nextOf(what),
    ...(lane ? { lane } : {}),
    ...opening,
  });

  const dialSender = (
    method: ReceiverStage,
    feed: Feed,
    options: OpenOptions,
  ): Dialled & { sender: Sender } => {
    const sender = openSender(
      options.connection ?? process!.connection,
      HOP_METHODS[method],
      patienceMs,
    );
    sender.send(
      openingMessage(method, openingOf(feed, options), options.begin),
    );
    return {
      sender,
      said: sender.receipts,
      ending: () => endingOf(sender.receipts.items),
      cancel: sender.cancel,
    };
  };
  const give = async ({ content }: Feed) => {
    if (given && Buffer.compare(given, content) === 0) return;
    if (given) await renew();
    given = content;
    await Deno.writeFile(files.input, content);
  };
  const dialRun = (
    feed: Feed,
    { window, request, connection = process!.connection }: OpenOptions,
  ): Dialled => {
    const call = new AbortController();
    const said = createEventLog<RunUpdate__Output>(patienceMs, describeUpdate);
    const updates = connection.serverStream(IngestService.Run, {
      run,
      batch: BATCH,
      lingerMs: 0,
      windowBatches: window?.batches ?? 0,
      schema: feed.schema,
      next: nextOf(what),
      ...request,
    }, { signal: call.signal });
    void (async () => {
      try {
        let broken: Fault | undefined;
        for await (const update of updates) {
          said.add(update);
          // So it can say how far it was; the call itself ends well.
          if (update.broken) {
            broken = faultOf(update.broken);
          }
        }
        said.close(broken);
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        said.close(error);
      }
    })();
    return {
      sender: undefined,
      said,
      cancel: () => call.abort(),
      ending() {
        const { totals, stages = [] } =
          said.items.find(({ finished }) => finished)?.finished ?? {};
        return { totals, reports: stages };
      },
    };
  };

  const bench: Bench = {
    stage,
    run,
    rules,
    quick,
    patienceMs,
    guardian,
    get files() {
      return files;
    },
    get startable() {
      return what;
    },
    get process() {
      return process!;
    },
    get server() {
      return server;
    },
    feed: (content, options = {}) =>
      feedOf(stage, content, {
        schema: SCHEMA,
        batch: BATCH,
        ...options,
        rules,
      }),
    opening: openingOf,
    async dial(feed, options = {}) {
      if (stage === "ingest") await give(feed);
      const stream = stage === "ingest"
        ? dialRun(feed, options)
        : dialSender(stage, feed, options);
      dialled.push(stream);
      return stream;
    },
    dialRaw(first) {
      const method = HOP_METHODS[stage as ReceiverStage];
      const sender = openSender(process!.connection, method, patienceMs);
      sender.send(first);
      dialled.push({
        sender,
        said: sender.receipts,
        ending: () => endingOf(sender.receipts.items),
        cancel: sender.cancel,
      });
      return sender;
    },
    async taken(sent, said) {
      const { opened } = server!;
      const at = taken;
      // Whoever is refused waits for no stream.
      void said?.untilOver("", "").then(opened.notify, () => {});
      await opened.until(
        () => opened.items.length > at || said?.over !== undefined,
        "the stage opens the stream to the next one",
        sent,
      );
      const right = opened.items[at];
      if (right) taken++;
      else if (said?.over?.fault) {
        throw new RefusedOpening(said.over.fault, sent);
      } else {throw new Violation({
          sent,
          came: "its end",
          expected: "a stream",
        });}
      return right;
    },
    async open(feed, options = {}) {
      const { resume = START, behaviour = {}, window } = options;
      const stream = await bench.dial(feed, options);
      const sent = stage === "ingest" ? "a Run" : "an opening";
      const right = next && await bench.taken(sent, stream.said);
      if (behaviour) {
        right?.behave({
          position: resume,
          fields: stage === "parse" ? feed.fields : [],
        }, behaviour);
      }
      const chain: Chain = {
        ...stream,
        feed,
        right,
        window: { ...WINDOW, ...window },
      };
      if (behaviour) await untilOpen(chain, sent);
      return chain;
    },
    renew,
    async startAgain() {
      await end();
      await launch();
    },
    async fresh() {
      for (const stream of dialled) stream.cancel();
      dialled = [];
      if (process!.exit || !isUsual || await hasSaved(files.state)) {
        return await renew();
      }
      for (const { arrived } of server?.opened.items ?? []) {
        await arrived.untilOver(
          "the stage ends the stream to the next one",
          "a cancelled call",
        );
      }
      taken = server?.opened.items.length ?? 0;
      for (const path of [files.output, files.rejects]) {
        await removeIfThere(path);
      }
    },
    needLanes() {
      const { lanes } = catalog.variant(stage, variant);
      if (SHAREABLE.some((each) => each === stage) && !lanes) {
        throw new NotOffered("lanes");
      }
    },
    async [Symbol.asyncDispose]() {
      for (const stream of dialled) stream.cancel();
      await end();
      await server?.[Symbol.asyncDispose]();
    },
  };
  await renew();
  return bench;
}

/** Waits until the stage says where to send from, or that it has begun. */
async function untilOpen({ said, sender }: Chain, sent: string) {
  await said.until(
    () => said.items.length > 0 || said.over !== undefined,
    "a resume",
    sent,
  );
  if (said.items.length === 0 && said.over?.fault) {
    throw new RefusedOpening(said.over.fault, sent);
  }
  if (!sender) return;
  const [first] = said.items as Receipt__Output[];
  expect(first?.resume?.position != null, {
    sent,
    came: said.items.length === 0 ? "nothing" : "another receipt",
    expected: "first of all a resume with a position",
  });
}

async function hasSaved(folder: string): Promise<boolean> {
  for await (const _file of Deno.readDir(folder)) return true;
  return false;
}

/** Where the stages behind this one are. */
function nextOf({ next }: Startable): NextStage__Output[] {
  return next.length > 0 ? [{ addresses: next }] : [];
}

/** The first message of a stream. */
export function openingMessage(
  stage: ReceiverStage,
  opening: Opening,
  begin: Position = START,
): Batch {
  const place = { begin, end: begin };
  switch (stage) {
    case "parse":
      return {
        opening,
        ...place,
        linesOffset: 0,
        lines: new Uint8Array(),
      } as Batch;
    case "rules":
    case "aggregate":
      return { ...openEvents(opening), ...place };
    case "sink":
      return { opening, ...place };
  }
}

function endingOf(receipts: readonly Receipt__Output[]): Ending {
  return {
    totals: receipts.find(({ totals }) => totals)?.totals ?? undefined,
    reports: receipts.flatMap(({ report }) => report ? [report] : []),
  } as Ending;
}

function describeUpdate(
  { opened, progress, finished, broken }: RunUpdate__Output,
) {
  if (broken) return `broken: ${broken.message}`;
  if (opened) return `opened at ${describePlace(opened.sent)}`;
  if (progress) return `progress at ${describePlace(progress.sent)}`;
  return finished ? "finished" : "an empty update";
}
