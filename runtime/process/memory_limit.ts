/**
 * A limit of the memory that a process uses with all it has started: how V8 keeps
 * within it, and how a use beyond it is told.
 *
 * V8 has to collect garbage before the limit is reached. Without a bound it lets
 * garbage pile up until long after, and a process that leaks nothing is restarted
 * for its garbage.
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

/** Says by how much a limit is exceeded: "used 71 MiB of mem_limit 64 MiB". */
export function describeExcess(bytes: number, limit: number): string {
  const [size, unit] = limit < 2 ** 20 ? [2 ** 10, "KiB"] : [2 ** 20, "MiB"];
  // Rounded apart, so that the figure is never that of the limit.
  return `used ${Math.ceil(bytes / size)} ${unit} of mem_limit ${
    Math.floor(limit / size)
  } ${unit}`;
}
