/**
 * Who follows the broker: a process of a run says what the supervisor calls it.
 *
 * @module
 */

import { Metadata } from "@grpc/grpc-js";
import {
  readVariable,
  RUN_VARIABLES,
} from "../runtime/program/run_variables.ts";

/** The name of the metadata. */
const CALLER = "denizen-service";

/** What may stand in it: a header has no more, and a page is to show it. */
const NAME = /^[\x20-\x7e]{1,128}$/;

/** Returns what this process says of itself; nothing where it has no name. */
export function ownCaller(): Metadata {
  const metadata = new Metadata();
  // Before the last slash stands whose it is.
  const name = readVariable(RUN_VARIABLES.service)?.replace(/^.*\//s, "") ?? "";
  if (NAME.test(name)) metadata.set(CALLER, name);
  return metadata;
}

/** Reads what a caller says of itself; empty where that is nothing, or no name. */
export function callerIn(metadata: Metadata): string {
  const [name] = metadata.get(CALLER);
  return typeof name === "string" && NAME.test(name) ? name : "";
}
