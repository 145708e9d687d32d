/**
 * How the rows of the screen are shared out.
 *
 * @module
 */

/** What the screen has room for. The rows add up to its height. */
export interface ScreenLayout {
  title: boolean;
  /** Where the dashboard is. */
  dashboard: boolean;
  /** The names of the columns. */
  header: boolean;
  tableRows: number;
  /** The line between table and log. */
  separator: boolean;
  logRows: number;
  footer: boolean;
}

/**
 * Shares out the rows of a screen: the lower it is, the less is there besides
 * the services.
 *
 * @param rows The height of the screen, at least 1.
 * @param services How many there are to show.
 * @param hasDashboard Whether there is an address of it to show.
 */
export function layoutOf(
  rows: number,
  services: number,
  hasDashboard = false,
): ScreenLayout {
  const footer = rows >= 4;
  const separator = rows >= 5;
  const header = rows >= 6;
  const title = rows >= 8;
  const dashboard = hasDashboard && rows >= 10;
  const rest = [footer, separator, header, title, dashboard]
    .reduce((left, isThere) => left - Number(isThere), rows);
  const tableRows = Math.min(services, Math.max(1, Math.floor(rest / 2)));
  return {
    title,
    dashboard,
    header,
    tableRows,
    separator,
    logRows: rest - tableRows,
    footer,
  };
}

/** Returns the first row of a table to show, so that the selected is seen. */
export function firstRowOf(
  selected: number,
  rows: number,
  shown: number,
): number {
  const centred = selected - Math.floor(shown / 2);
  return Math.max(0, Math.min(centred, rows - shown));
}
