/**
 * Runs the cases of one test some at a time: a run of several processes waits
 * more than it works.
 *
 * Not for what measures time or memory.
 *
 * @module
 */

/** As many runs as two cores are busy with. */
const AT_ONCE = 3;

/**
 * Runs each case, and says of all that fail which they are.
 *
 * @param nameOf What a case is called in the message.
 * @throws {AggregateError} With what each of them threw, once all are over.
 */
export async function eachOf<Case>(
  cases: readonly Case[],
  nameOf: (each: Case) => string,
  run: (each: Case) => Promise<void>,
  atOnce: number = AT_ONCE,
): Promise<void> {
  const failures: Error[] = [];
  const waiting = cases.values();
  const work = async () => {
    for (const each of waiting) {
      try {
        await run(each);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(
          new Error(`${nameOf(each)}: ${reason}`, { cause: error }),
        );
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  if (failures.length === 0) return;
  throw new AggregateError(
    failures,
    failures.map(({ message }) => message).join("\n"),
  );
}
