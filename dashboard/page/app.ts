/**
 * Begins the page in the browser.
 *
 * @module
 */

import { part, render } from "./preact.ts";
import { Shell } from "./shell.ts";
import { createStore } from "./store.ts";

const place = document.getElementById("app");
if (place) render(part(Shell, { store: createStore() }), place);
