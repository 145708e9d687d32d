/**
 * Puts the system's reason for a failure into the form of our messages.
 *
 * @module
 */

/** Turns "No space left on device (os error 28): ..." into our form. */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const reason = message.replace(/ \(os error \d+\).*/s, "");
  return `${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}
