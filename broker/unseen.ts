/**
 * Characters that a reader cannot see, and texts of strangers in messages.
 *
 * @module
 */

/**
 * Controls, what changes the direction of writing, and what has no shape: with
 * one of them a text reads as something that it is not.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const EVERY_UNSEEN = new RegExp(UNSEEN, "gu");

/** Most characters of a value that a message repeats. */
const MAX_QUOTED = 80;

/** Returns the first character that cannot be seen, as "U+202E". */
export function findUnseen(text: string): string | undefined {
  const found = UNSEEN.exec(text)?.[0];
  return found === undefined
    ? undefined
    : `U+${codeOf(found).toUpperCase().padStart(4, "0")}`;
}

/** A value in a message: cut where it is long, and all of it can be seen. */
export function quote(value: string): string {
  const cut = value.length > MAX_QUOTED
    ? `${value.slice(0, MAX_QUOTED)}…`
    : value;
  return JSON.stringify(cut)
    .replaceAll(EVERY_UNSEEN, (found) => `\\u{${codeOf(found)}}`);
}

function codeOf(character: string): string {
  return character.codePointAt(0)!.toString(16);
}
