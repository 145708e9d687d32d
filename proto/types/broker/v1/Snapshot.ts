// Original file: broker/v1/broker.proto

import type { Entry as _broker_v1_Entry, Entry__Output as _broker_v1_Entry__Output } from '../../broker/v1/Entry.ts';

/**
 * A part of everything that is followed, at one revision.
 */
export interface Snapshot {
  /**
   * The entries, in order of service and instance; those of one part come after
   * those of the part before.
   */
  'entries'?: (_broker_v1_Entry)[];
  /**
   * True when another part of this snapshot follows. A reader keeps what it knew
   * until it has the last part, and forgets the parts if the stream ends first.
   */
  'more'?: (boolean);
}

/**
 * A part of everything that is followed, at one revision.
 */
export interface Snapshot__Output {
  /**
   * The entries, in order of service and instance; those of one part come after
   * those of the part before.
   */
  'entries': (_broker_v1_Entry__Output)[];
  /**
   * True when another part of this snapshot follows. A reader keeps what it knew
   * until it has the last part, and forgets the parts if the stream ends first.
   */
  'more': (boolean);
}
