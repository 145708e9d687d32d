// @ts-check
/**
 * A reason for which the program cannot start, in one sentence for the user.
 *
 * @module
 */

/** Its message is all that is printed. */
export class StartError extends Error {}
