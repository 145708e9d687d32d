/**
 * How a run tells how far it is, to whoever watches.
 *
 * @module
 */

/** Shows how far a run is; disposing of it removes the bar. */
export interface Progress extends Disposable {
  /**
   * @param events Events sent so far.
   * @param bytes Bytes of the input done so far, as it is stored.
   * @param totalBytes The size of the input; 0 when it is not known.
   */
  update(events: number, bytes: number, totalBytes: number): void;
}
