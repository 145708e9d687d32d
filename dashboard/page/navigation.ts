/**
 * Where the page stands, and how it goes elsewhere without being loaded anew.
 *
 * @module
 */

import { useEffect, useState } from "./preact.ts";
import { type Route, routeOf, withQuery } from "./routes.ts";

const MOVED = "denizen:moved";

/** Goes to an address of the page. */
export function go(address: string, how: "push" | "replace" = "push"): void {
  const here = location.pathname + location.search;
  if (address === here) return;
  if (how === "push") history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  dispatchEvent(new Event(MOVED));
}

/**
 * Changes some of the query of the address; undefined or "" takes one away.
 *
 * Replaces the address unless `how` says otherwise: who types into a filter
 * does not want to go back letter by letter.
 */
export function setQuery(
  changes: Record<string, string | readonly string[] | undefined>,
  how: "push" | "replace" = "replace",
): void {
  const query = new URLSearchParams(location.search);
  go(withQuery(location.pathname, query, changes), how);
}

/** The page that the address means; undefined if there is none. */
export function useRoute(): Route | undefined {
  const [route, setRoute] = useState(here);
  useEffect(() => {
    const moved = () => setRoute(here());
    addEventListener(MOVED, moved);
    addEventListener("popstate", moved);
    document.addEventListener("click", followLink);
    return () => {
      removeEventListener(MOVED, moved);
      removeEventListener("popstate", moved);
      document.removeEventListener("click", followLink);
    };
  }, []);
  return route;
}

function here(): Route | undefined {
  return routeOf(location.pathname, location.search);
}

/** A plain click on a link to one of our pages. */
function followLink(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  if (!(event.target instanceof Element)) return;
  const link = event.target.closest("a");
  if (!link || link.target !== "" || link.hasAttribute("download")) return;
  if (link.origin !== location.origin) return;
  if (routeOf(link.pathname, link.search) === undefined) return;
  if (link.hash !== "") return;
  event.preventDefault();
  go(link.pathname + link.search);
}
