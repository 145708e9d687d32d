/**
 * What is measured of a supervisor.
 *
 * @module
 */

/** What is measured; times in milliseconds. */
export interface Figures {
  /** From kill -9 of a service to its new process, of each of several. */
  restartMs: number[];
  /** From the start of `supervise` to the 50th process; from SIGINT to its end. */
  fifty: { upMs: number; downMs: number };
  /** The supervisor's own, while 50 services run. */
  idle: { seconds: number; rssBytes: number; cpuMs: number };
  /** From the start of the flooding process to its last line in the log. */
  flood: {
    megabytes: number;
    elapsedMs: number;
    peakRssBytes: number;
    lines: number;
    lostOrTorn: number;
  };
  crashLoop: { seconds: number; starts: number; state: string };
  /** Processes of 3 services after kill -9 of the supervisor, and once more. */
  orphans: { afterKill: number; afterNextStart: number };
}
