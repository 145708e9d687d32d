/**
 * Runs what mostly waits a few at a time, since a machine has several cores.
 *
 * Not for what measures time or memory: that needs the machine for itself.
 *
 * @module
 */

/** How many run at once: a process that starts takes most of a core. */
const AT_ONCE = 3;

/**
 * Runs each case, some at once, and says of all that fail which they are.
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
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        failures.push(new Error(`${nameOf(each)}: ${reason}`, { cause }));
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

/** What a test does. */
export type TestRun = (context: Deno.TestContext) => Promise<void>;

/** Declares one test, as `Deno.test` does. */
export type DeclareTest = (name: string, run: TestRun) => void;

/**
 * Makes what to write tests with in place of `Deno.test`: they become the steps
 * of one test, and a few of them run at once.
 *
 * ```ts ignore
 * const test = testsAtOnce("reload");
 * test("reload starts what is new", async () => {});
 * ```
 *
 * @param group The name of the one test, for --filter.
 */
export function testsAtOnce(
  group: string,
  atOnce: number = AT_ONCE,
): DeclareTest {
  const steps: Deno.TestStepDefinition[] = [];
  const runSteps = async (context: Deno.TestContext) => {
    const failed: string[] = [];
    await eachOf(steps, ({ name }) => name, async (step) => {
      if (!await context.step(step)) failed.push(step.name);
    }, atOnce);
    if (failed.length > 0) throw new Error(`Failed: ${failed.join("; ")}`);
  };
  return (name, run) => {
    if (steps.length === 0) Deno.test(group, runSteps);
    steps.push({
      name,
      fn: run,
      // What one step has open is not another's leak: the whole is checked.
      sanitizeOps: false,
      sanitizeResources: false,
      sanitizeExit: false,
    });
  };
}
