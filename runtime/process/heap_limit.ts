/**
 * Makes V8 collect garbage before a service reaches its memory limit.
 *
 * Without it V8 lets garbage pile up until long after the limit, and a service
 * that leaks nothing is restarted for its garbage.
 *
 * @module
 */

/** What is left for the heap: the rest is code, buffers and the runtime. */
const HEAP_SHARE = 0.75;

/**
 * Returns the flags of V8 that go with a memory limit.
 *
 * @param memLimitBytes The limit of the service; undefined: none.
 * @param v8Flags What the service is given as DENO_V8_FLAGS. A size of the heap
 * in it is the user's wish and stands.
 */
export function heapFlags(
  memLimitBytes: number | undefined,
  v8Flags: string | undefined,
): string[] {
  if (memLimitBytes === undefined) return [];
  if (/--max[-_](old[-_]space|heap)[-_]size/.test(v8Flags ?? "")) return [];
  const heapMib = Math.max(1, Math.floor(memLimitBytes * HEAP_SHARE / 2 ** 20));
  return [`--max-old-space-size=${heapMib}`];
}
