/**
 * Loads Ink and React.
 *
 * @module
 */

import process from "node:process";

/**
 * Loads screen.tsx, and with it the half-megabyte that only the live view
 * needs.
 *
 * React decides while it is loaded which of its two builds it is: that for
 * development is slower and remembers every drawing for a profiler. Only
 * node's view of the environment is changed: services inherit the real one.
 */
export async function loadScreen(): Promise<typeof import("./screen.tsx")> {
  const { env } = process;
  const setEnv = (value: typeof env) =>
    Object.defineProperty(process, "env", {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  setEnv({ ...env, NODE_ENV: "production" });
  try {
    return await import("./screen.tsx");
  } finally {
    setEnv(env);
  }
}
