/**
 * Lets in who belongs to the run.
 *
 * Decides before any handler, and before anything of a message is read: by the
 * headers of a call. guard.ts asks it; serve.ts says what is guarded.
 *
 * @module
 */

import type { IncomingHttpHeaders } from "node:http2";
import { commandFor } from "../program/command_name.ts";
import { readVariable, RUN_VARIABLES } from "../program/run_variables.ts";
import { AUTHORIZATION, ownToken } from "./token.ts";
import { tokenCheck } from "./token_check.ts";

/** Who may call the methods of a server. */
export interface Authentication {
  /** What callers have to show. */
  token: string;
  /** "none" lets everybody call what is not `guarded`. @default {"token"} */
  auth?: "token" | "none" | undefined;
  /** What the server is called, for refusals. @default {"this server"} */
  name?: string | undefined;
}

/** What asks for the token whatever {@linkcode Authentication.auth} says. */
export type Guarded = "all" | readonly string[];

/**
 * Says why a call is refused.
 *
 * @param headers Those of the call.
 * @param socket The connection that it comes by.
 * @returns The reason, for both sides; undefined where the call is let in.
 */
export type Admit = (
  headers: IncomingHttpHeaders,
  socket?: unknown,
) => Refusal | undefined;

/** Why a call is refused: nobody knows who calls, or who calls may not. */
export interface Refusal {
  code: "unauthenticated" | "permission_denied";
  reason: string;
}

/** What everybody may ask: whether a server is well, and what it offers. */
export const OPEN =
  /^\/grpc\.(?:health\.v1\.Health|reflection\.v1(?:alpha)?\.ServerReflection)\//;

/** Returns what the environment of this process says, if it has a token. */
export function ownAuthentication(): Authentication | undefined {
  const token = ownToken();
  if (token === undefined) return undefined;
  return {
    token,
    auth: readVariable(RUN_VARIABLES.auth) === "none" ? "none" : "token",
    name: ownName(),
  };
}

/** Returns what the server is called, if its environment says so. */
export function ownName(): string | undefined {
  return readVariable(RUN_VARIABLES.service)?.replace(/^.*\//s, "");
}

/**
 * Makes what decides on the calls of a server.
 *
 * @param guarded Methods that nobody may call without the token, as
 * "/package.Service/Method", or all of them.
 */
export function createAdmission(
  { token, auth = "token", name = "this server" }: Authentication,
  guarded: Guarded = [],
): Admit {
  const isTheToken = tokenCheck(token);
  const isGuarded = (path: string) =>
    guarded === "all" || guarded.includes(path);
  return ({ ":path": path = "", [AUTHORIZATION]: shown }) => {
    if (OPEN.test(path)) return undefined;
    const always = isGuarded(path);
    if (auth === "none" && !always) return undefined;
    if (isTheToken(shown)) return undefined;
    const got = shown === undefined
      ? "was called without it"
      : "was shown another";
    return {
      code: "unauthenticated",
      reason: `${name} wants this run's token and ${got}: ${
        remedy(name, { always })
      }`,
    };
  };
}

/** Says what lets a caller in. */
function remedy(name: string, { always }: { always: boolean }): string {
  const ways =
    `processes of the run have it as ${RUN_VARIABLES.token}; else grpcurl -H "$(${
      commandFor("token")
    })" …, or ${commandFor("call")} …`;
  return always ? ways : `${ways}; or auth: none for ${name}`;
}
