/**
 * Which values of variables nobody else should read, by what they look like.
 *
 * @module
 */

/** Names of variables whose values nobody else should read. */
const SECRET_NAME =
  /TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|PRIVATE|(^|_)(KEY|KEYS|PWD|PASS|AUTH|DSN)(_|$)/i;

/** The password of an address. */
const PASSWORD = /(?<=:\/\/[^/\s@:]*:)[^/\s@]+(?=@)/g;

/** True for what should stand nowhere that others can read. */
export function looksSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(name) || value.search(PASSWORD) >= 0;
}

/**
 * Returns a value that looks secret with something in the place of what is: of an
 * address the password, and else all of it.
 *
 * @param instead What stands there instead of a secret; `part` names what it is.
 * @param plain Writes the rest as the reader wants it.
 */
export function withoutSecret(
  name: string,
  value: string,
  instead: (secret: string, part: "value" | "password") => string,
  plain: (text: string) => string = (text) => text,
): string {
  if (SECRET_NAME.test(name)) return instead(value, "value");
  let text = "";
  let at = 0;
  for (const { index, 0: password } of value.matchAll(PASSWORD)) {
    text += plain(value.slice(at, index)) + instead(password, "password");
    at = index + password.length;
  }
  return text + plain(value.slice(at));
}
