/**
 * What a check works with: the stage between its neighbours, and streams through
 * it.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { type Opening, START } from "../../proto/pipeline/batches.ts";
import type { Receipt__Output } from "../../proto/types/pipeline/v1/Receipt.ts";
import type { Guardian } from "../../runtime/process/guardian.ts";
import { WINDOW } from "../../stages/hop/window.ts";
import { SHAREABLE, type StageName } from "../../stages/names.ts";
import type { Rule } from "../../stages/rules/rules_file.ts";
import type { Chain } from "./chain.ts";
import { expect, NotOffered, RefusedOpening, Violation } from "./check.ts";
import { SCHEMA } from "./content.ts";
import {
  type Called,
  dialBytes,
  dialIngest,
  type Dialled,
  dialStage,
  openingOf,
  type OpenOptions,
} from "./dial.ts";
import type { EventLog } from "./event_log.ts";
import { type Feed, feedOf, type FeedOptions } from "./feed.ts";
import { NEXT } from "./hop_methods.ts";
import type { Receiver } from "./receiver.ts";
import type { Sender } from "./sender.ts";
import { createSetting, type Setting, type SettingOptions } from "./setting.ts";
import { BATCH, type Looked, type StartOptions } from "./stage_spec.ts";

/** What checks work with. */
export interface Bench extends
  AsyncDisposable,
  Pick<
    Setting,
    "files" | "startable" | "process" | "server" | "renew" | "startAgain"
  > {
  readonly stage: StageName;
  /** The run that the stage belongs to. */
  readonly run: string;
  readonly rules: readonly Rule[];
  /** True where checks are to take little time. */
  readonly quick: boolean;
  readonly patienceMs: number;
  readonly guardian: Guardian;
  /** Runs lines through our own transforms. */
  feed(
    content: Uint8Array,
    options?: Partial<Omit<FeedOptions, "rules">>,
  ): Feed;
  /** The opening that the stage is sent. */
  opening(feed: Feed, options?: OpenOptions): Opening;
  /** Has ingest read a content so many times over, with the streams of this feed. */
  give(feed: Feed, times?: number): Promise<void>;
  /** Opens a stream and sends the opening; waits for nothing. */
  dial(feed: Feed, options?: OpenOptions): Promise<Dialled>;
  /** Opens a stream with any bytes. */
  dialRaw(first: Uint8Array): Sender;
  /** Opens a stream through the stage and waits for its resume. */
  open(feed: Feed, options?: OpenOptions): Promise<Chain>;
  /** The stream that the stage opens next. */
  taken(sent: string, said?: EventLog<unknown>): Promise<Receiver>;
  /**
   * Makes the stage as it was at first: ends the streams that are open, and
   * starts another process where this one has ended, or has saved something.
   */
  fresh(): Promise<void>;
  /** @throws {NotOffered} If the stage takes no lanes. */
  needLanes(): void;
}

/** Options for {@linkcode createBench}. */
export interface BenchOptions extends Omit<SettingOptions, "run"> {
  quick: boolean;
}

/** Makes a bench, with the stage running. */
export async function createBench(
  looked: Looked,
  { quick, ...options }: BenchOptions,
): Promise<Bench> {
  const { stage, catalog, variant } = looked;
  const { rules, patienceMs, guardian } = options;
  const run = crypto.randomUUID();
  const setting = await createSetting(looked, { run, ...options });
  let taken = 0;
  let dialled: Dialled[] = [];
  /** What ingest has been given to read: it wants no other file in its place. */
  let given: Uint8Array | undefined;

  const called = (): Called => ({
    stage,
    run,
    connection: setting.process.connection,
    next: setting.startable.next,
    patienceMs,
  });
  const renew = async (options?: StartOptions) => {
    given = undefined;
    taken = 0;
    await setting.renew(options);
  };
  const give = async ({ content }: Feed, times = 1) => {
    if (given && Buffer.compare(given, content) === 0) return;
    if (given) await renew();
    given = content;
    await Deno.writeFile(
      setting.files.input,
      ReadableStream.from(Array<Uint8Array>(times).fill(content)),
    );
  };
  const kept = <Stream extends Dialled>(stream: Stream): Stream => {
    dialled.push(stream);
    return stream;
  };

  const bench: Bench = {
    stage,
    run,
    rules,
    quick,
    patienceMs,
    guardian,
    get files() {
      return setting.files;
    },
    get startable() {
      return setting.startable;
    },
    get process() {
      return setting.process;
    },
    get server() {
      return setting.server;
    },
    renew,
    startAgain: setting.startAgain,
    feed: (content, options = {}) =>
      feedOf(stage, content, {
        schema: SCHEMA,
        batch: BATCH,
        ...options,
        rules,
      }),
    give,
    opening: (feed, options) => openingOf(called(), feed, options),
    async dial(feed, options = {}) {
      if (stage !== "ingest") return kept(dialStage(called(), feed, options));
      await give(feed);
      return kept(dialIngest(called(), feed, options));
    },
    dialRaw: (first) => kept(dialBytes(called(), first)).sender,
    async taken(sent, said) {
      const { opened } = setting.server!;
      const at = taken;
      // Whoever is refused waits for no stream.
      void said?.untilOver("", "").then(opened.notify, () => {});
      await opened.until(
        () => opened.items.length > at || said?.over !== undefined,
        "the stage opens the stream to the next one",
        sent,
      );
      const right = opened.items[at];
      if (!right) throw notOpened(sent, said);
      taken++;
      return right;
    },
    async open(feed, options = {}) {
      const { resume = START, behaviour = {}, window } = options;
      const stream = await bench.dial(feed, options);
      const sent = stage === "ingest" ? "a Run" : "an opening";
      const right = NEXT[stage] && await bench.taken(sent, stream.said);
      const fields = stage === "parse" ? feed.fields : [];
      if (behaviour) right?.behave({ position: resume, fields }, behaviour);
      const chain: Chain = {
        ...stream,
        feed,
        right,
        window: { ...WINDOW, ...window },
      };
      if (behaviour) await untilOpen(chain, sent);
      return chain;
    },
    async fresh() {
      for (const stream of dialled) stream.cancel();
      dialled = [];
      if (!await setting.isUsual()) return await renew();
      for (const { arrived } of setting.server?.opened.items ?? []) {
        await arrived.untilOver(
          "the stage ends the stream to the next one",
          "a cancelled call",
        );
      }
      taken = setting.server?.opened.items.length ?? 0;
      await setting.tidy();
    },
    needLanes() {
      const { lanes } = catalog.variant(stage, variant);
      if (SHAREABLE.some((each) => each === stage) && !lanes) {
        throw new NotOffered("lanes");
      }
    },
    async [Symbol.asyncDispose]() {
      for (const stream of dialled) stream.cancel();
      await setting[Symbol.asyncDispose]();
    },
  };
  return bench;
}

/** Why a stage has opened no stream to the next one. */
function notOpened(
  sent: string,
  said: EventLog<unknown> | undefined,
): Violation {
  const fault = said?.over?.fault;
  return fault
    ? new RefusedOpening(fault, sent)
    : new Violation({ sent, came: "its end", expected: "a stream" });
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
