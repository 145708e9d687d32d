/**
 * What is measured of the dashboard.
 *
 * @module
 */

/** What one page took, until it showed what there is. */
export interface PageFigures {
  /** From the request until it is filled, in milliseconds. */
  filledMs: number;
  /** Scripts ran so long in it, in milliseconds. */
  scriptMs: number;
  /** Layout and style took so long, in milliseconds. */
  layoutMs: number;
  /** What its scripts hold after a collection, in bytes. */
  heapBytes: number;
}

/** What is measured; a page by its path. */
export interface Figures {
  services: number;
  lines: number;
  pages: Record<string, PageFigures>;
  /** A word that stands in one line, until that line is shown. */
  search: { foundMs: number; scriptMs: number };
  /** What a page that is open takes of a second while all services talk. */
  live: Record<string, { scriptMs: number; layoutMs: number }>;
  /** Of the dashboard's process. */
  server: {
    /** With the services up and nothing written, in bytes. */
    emptyBytes: number;
    /** With all lines known and nobody who looks, in bytes. */
    fullBytes: number;
    /** With a page that is open, in bytes. */
    openBytes: number;
    /** What it takes of a second of a core while a page is open, in milliseconds. */
    cpuMs: number;
  };
}
