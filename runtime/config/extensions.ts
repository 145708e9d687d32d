/**
 * Keys that start with `x-`, which are the user's own.
 *
 * @module
 */

/**
 * Returns a value without such keys.
 *
 * @param named Keys of maps whose own keys are names that the user chooses: none
 * of those is dropped.
 */
export function withoutExtensions(
  value: unknown,
  named: readonly string[],
  key?: string,
): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => withoutExtensions(each, named));
  }
  if (typeof value !== "object" || value === null) return value;
  const areNames = key !== undefined && named.includes(key);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => areNames || !name.startsWith("x-"))
      .map(([name, each]) => [
        name,
        // A service that happens to be called "environment" is still a service.
        withoutExtensions(each, named, areNames ? undefined : name),
      ]),
  );
}
