/**
 * What every page gets.
 *
 * @module
 */

import type { Route } from "./routes.ts";
import type { Store } from "./store.ts";

/** The properties of a page's component. */
export interface PageProps {
  store: Store;
  route: Route;
}
