/**
 * The generations of a file that is followed: the files that had its name, one
 * after the other, since it is rotated.
 *
 * Decides only; followed_file.ts looks at files. A generation is known by its
 * inode, the time at which that was made, and its first bytes. One that was not
 * seen while it had the name is found by the name it has now.
 *
 * @module
 */

/** What a generation is known by again, and how long it was. */
export interface Generation {
  /** The device and the inode. */
  device: number;
  inode: number;
  /** When the inode was made, in milliseconds since 1970, if that is known. */
  bornMs: number | null;
  /** The first bytes, by their SHA-256. */
  head: Head;
  /** Where it ends, in bytes, once it was read to its end. */
  length: number | null;
}

/** The first bytes of a file. */
export interface Head {
  /** How many they are: {@linkcode HEAD_BYTES}, or all that there were. */
  length: number;
  sha256: string;
}

/** How many of the first bytes tell a file from what it is after a truncation. */
export const HEAD_BYTES = 1_024;

/** A file of the folder. */
export interface FoundFile
  extends Pick<Generation, "device" | "inode" | "bornMs"> {
  name: string;
  /** When it was last written to, in milliseconds since 1970. */
  changedMs: number;
}

/** True if both are one inode; what it holds may be another by now. */
export function isSameInode(
  a: Pick<Generation, "device" | "inode" | "bornMs">,
  b: Pick<Generation, "device" | "inode" | "bornMs">,
): boolean {
  return a.device === b.device && a.inode === b.inode &&
    (a.bornMs === null || b.bornMs === null || a.bornMs === b.bornMs);
}

/** What had the name between two generations. */
export interface Unseen {
  /** The oldest first. */
  files: FoundFile[];
  /** What cannot be known; undefined if the files are all there were. */
  doubt?: string;
}

/**
 * Finds the files that had the name after one that was seen, and before the one
 * that has it now.
 *
 * Two ways to name what is rotated are known: by a number that grows as the file
 * gets older (`app.log.1`, the newest), and by a number or a date that grows with
 * each rotation (`app.log-20260131`).
 *
 * @param base The name that is followed.
 * @param seen What the one that was seen is now.
 * @param others The other files of the folder, without the one that has the name
 * now and those that were read.
 * @param now The one that has the name, or had it a moment ago.
 */
export function findUnseen(
  base: string,
  seen: FoundFile,
  others: readonly FoundFile[],
  now?: FoundFile,
): Unseen {
  const shape = shapeOf(seen.name);
  if (!seen.name.startsWith(base) || shape === seen.name) return { files: [] };
  const own = numbersOf(seen.name, base);
  const alike = others.filter(({ name }) =>
    name !== base && name.startsWith(base) && shapeOf(name) === shape
  ).map((file) => ({ file, order: compare(numbersOf(file.name, base), own) }));
  const newer = alike.filter(({ file }) => mayFollow(seen, file));
  const older = alike.filter(({ file }) => !mayFollow(seen, file));
  const counter = own.length === 1 ? Number(own[0]) : Infinity;
  const countsDown = counter <= MOST_KEPT &&
    !older.some(({ order }) => order < 0) &&
    !newer.some(({ order }) => order > 0);
  const files = newer.map(({ file }) => file).sort((a, b) =>
    compare(numbersOf(a.name, base), numbersOf(b.name, base)) *
    (countsDown ? -1 : 1)
  );
  const doubt = countsDown
    ? missingOf([...files, ...(now ? [now] : [])], base, counter)
    : newer.some(({ order }) => order < 0)
    ? `the names do not say in which order "${seen.name}" and "${
      files[0]!.name
    }" were written`
    : undefined;
  const times = files.map(({ changedMs }) => changedMs);
  const isInOrder = times.every((time, at) => time >= (times[at - 1] ?? 0));
  if (doubt !== undefined) return { files, doubt };
  if (isInOrder) return { files };
  return {
    files,
    doubt: `their names and the times at which ${
      files.map(({ name }) => `"${name}"`).join(" and ")
    } were last written do not say the same order`,
  };
}

/** False for a file that was made, or written to for the last time, before. */
function mayFollow(seen: FoundFile, file: FoundFile): boolean {
  return file.changedMs >= seen.changedMs &&
    (file.bornMs === null || seen.bornMs === null ||
      file.bornMs >= seen.bornMs);
}

/** A number that counts rotations and is no date. */
const MOST_KEPT = 9_999;

/** The name with its numbers left out. */
function shapeOf(name: string): string {
  return name.replaceAll(/\d+/g, "#");
}

/** The numbers behind the name that is followed. */
function numbersOf(name: string, base: string): bigint[] {
  return (name.slice(base.length).match(/\d+/g) ?? []).map(BigInt);
}

function compare(a: readonly bigint[], b: readonly bigint[]): number {
  for (const [at, number] of a.entries()) {
    const other = b[at] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  return 0;
}

/** Says which of those that count down from `counter` is not there. */
function missingOf(
  files: readonly FoundFile[],
  base: string,
  counter: number,
): string | undefined {
  const there = new Set(
    files.filter(({ name }) => name !== base)
      .map(({ name }) => Number(numbersOf(name, base)[0])),
  );
  // Some begin to count at 0.
  for (let number = counter - 1; number > 0; number--) {
    if (!there.has(number)) {
      return `"${base}" was rotated more than once since it was last looked at, and the file that came ${
        counter - number
      } after the last one is not there any more`;
    }
  }
  return undefined;
}
