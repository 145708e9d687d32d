/**
 * Services that say a number of lines when they are told, and then one a second.
 *
 * @module
 */

/** What each says last before it says one line a second. */
export const LAST_WORD = "that was all";

const SCRIPT = `
until [ -e go ]; do sleep 0.2; done
seq -f "line %g of $1 has sixty characters or so, as many lines have" 1 "$2"
echo "${LAST_WORD}"
while :; do sleep 1; echo tick; done
`;

/** Makes so many, each with so many lines; they begin once there is a file "go". */
export function talkers(
  count: number,
  lines: number,
): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => {
      const name = `talker-${index}`;
      const command = ["/bin/sh", "-c", SCRIPT, "sh", name, String(lines)];
      return [name, { command }];
    }),
  );
}
