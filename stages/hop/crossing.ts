/**
 * What is on its way from a stage to the next one, for whoever looks.
 *
 * Until somebody does, it only counts batches.
 *
 * @module
 */

/** What crosses to the next stage, by all streams of a meter. */
export interface Crossing {
  /** Begins to note how many events each batch has; what was sent is not known. */
  watch(): void;
  /** Another stream. */
  open(): CrossingStream;
  /** Events that were sent and not answered; none before it is watched. */
  readonly onItsWay: number;
  /** Since it is watched: batches that were sent, and events in them. */
  readonly batches: number;
  readonly events: number;
}

/** One stream. */
export interface CrossingStream {
  /** Notes a batch; `count` says how many events it has. */
  sent(count: () => number): void;
  /** Notes that the first of the unanswered were answered. */
  answered(batches: number): void;
  /** Notes that nothing of it is on its way any more. */
  close(): void;
}

/** So many answered ones are kept before their places are used again. */
const MOST_ANSWERED = 1_024;

/** Starts with no stream. */
export function createCrossing(): Crossing {
  let watched = false;
  const all = { onItsWay: 0, batches: 0, events: 0 };
  return {
    watch() {
      watched = true;
    },
    get onItsWay() {
      return all.onItsWay;
    },
    get batches() {
      return all.batches;
    },
    get events() {
      return all.events;
    },
    open() {
      let unanswered = 0;
      // The last of the unanswered, from `first` on.
      const counts: number[] = [];
      let first = 0;
      const settle = () => {
        while (counts.length - first > unanswered) {
          all.onItsWay -= counts[first++]!;
        }
        if (first < MOST_ANSWERED) return;
        counts.splice(0, first);
        first = 0;
      };
      return {
        sent(count) {
          unanswered++;
          if (!watched) return;
          const events = count();
          counts.push(events);
          all.onItsWay += events;
          if (events === 0) return; // it only says that this was all
          all.batches++;
          all.events += events;
        },
        answered(batches) {
          unanswered = Math.max(0, unanswered - batches);
          if (watched) settle();
        },
        close() {
          unanswered = 0;
          settle();
        },
      };
    },
  };
}
