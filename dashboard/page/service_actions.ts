/**
 * Starts, stops, restarts and scales services: asks first, shows what is on its
 * way, and says what came of it.
 *
 * @module
 */

import type { ServiceState } from "../wire.ts";
import { act, type Action } from "./api.ts";
import { html, useState, type View } from "./preact.ts";
import { questionOf } from "./services/question.ts";
import { ask } from "./ui/dialog.ts";
import { toast } from "./ui/toast.ts";

/** What is to be changed. */
export interface Target {
  /** A service, or one of its replicas. */
  name: string;
  members: readonly ServiceState[];
  /** The services that depend on it. */
  dependants: readonly string[];
}

/** Lets a page change services. */
export interface Actions {
  /** What is on its way for a name. */
  pendingOf(name: string): Action | undefined;
  /** Asks, and then does it. */
  request(action: Action, target: Target): void;
  /** The question, while there is one; to be drawn somewhere. */
  dialog: View | undefined;
}

/** Keeps which action is asked about, and which are on their way. */
export function useActions(): Actions {
  const [asked, setAsked] = useState<
    { action: Action; target: Target } | undefined
  >(undefined);
  const [pending, setPending] = useState<ReadonlyMap<string, Action>>(
    new Map(),
  );
  const perform = async (action: Action, name: string, replicas?: number) => {
    setPending((all) => new Map(all).set(name, action));
    try {
      const { message } = await act(name, action, replicas);
      toast(message, "good");
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), "bad");
    } finally {
      setPending((all) => new Map([...all].filter(([each]) => each !== name)));
    }
  };
  return {
    pendingOf: (name) => pending.get(name),
    request: (action, target) => {
      if (!pending.has(target.name)) setAsked({ action, target });
    },
    dialog: asked && html`
      ${ask(
        questionOf(asked.action, asked.target),
        (replicas) => perform(asked.action, asked.target.name, replicas),
        () => setAsked(undefined),
      )}
    `,
  };
}
