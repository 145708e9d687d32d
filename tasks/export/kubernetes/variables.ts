/**
 * The variables of a container: those that anybody may read, and those that stand
 * in a secret.
 *
 * @module
 */

import { RUN_VARIABLES } from "../../../runtime/program/run_variables.ts";
import type { Container } from "../container/container.ts";
import { rewritten } from "../outside.ts";
import { looksSecret, withoutSecret } from "../secret_values.ts";
import { runVariables } from "../container/run_variables.ts";

/** The secret with the run's token: no service has two dashes in its label. */
export const TOKEN = { secret: "denizen--token", key: RUN_VARIABLES.token };

/** In the place of what nobody but the user knows. */
export const FILL_IN = "fill-in";

/** What a ConfigMap takes for a key, and a container for a variable. */
const NAME = /^[-._a-zA-Z][-._a-zA-Z0-9]*$/;

/** Returns the variables, sorted by who may read them. */
export function variablesFor(container: Container): {
  config: Record<string, string>;
  /** With what stands in their place. */
  secret: Record<string, string>;
  /** Names that Kubernetes does not take. */
  refused: string[];
} {
  const config: Record<string, string> = {};
  const secret: Record<string, string> = {};
  const refused: string[] = [];
  for (const [name, variable] of container.environment) {
    if (!NAME.test(name)) refused.push(name);
    else {
      switch (variable.kind) {
        case "value":
          config[name] = variable.value;
          break;
        case "passed":
          secret[name] = FILL_IN;
          break;
        case "secret":
          secret[name] = withoutSecret(name, variable.value, () => FILL_IN);
          break;
        case "filled":
          // A default that looks secret is one of this machine.
          secret[name] = rewritten(
            variable.text,
            ({ name: outside, fallback }) =>
              fallback === undefined ||
                looksSecret(outside, fallback) || looksSecret(name, fallback)
                ? FILL_IN
                : fallback,
            "$",
          );
      }
    }
  }
  const { [RUN_VARIABLES.advertise]: advertised, ...own } = runVariables(
    container,
  );
  return {
    config: {
      ...config,
      ...own,
      // Without a certificate, which is for names, a pod gives its own address.
      ...(container.certificate && advertised !== undefined
        ? { [RUN_VARIABLES.advertise]: advertised }
        : {}),
    },
    secret,
    refused,
  };
}
