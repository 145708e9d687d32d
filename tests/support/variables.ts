/**
 * Variables of this process, set for a while.
 *
 * @module
 */

/**
 * Sets a variable until it is disposed of.
 *
 * @param value undefined takes the variable away.
 */
export function withVariable(
  name: string,
  value: string | undefined,
): Disposable {
  const before = Deno.env.get(name);
  put(name, value);
  return { [Symbol.dispose]: () => put(name, before) };
}

function put(name: string, value: string | undefined): void {
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}
