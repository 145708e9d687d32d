/**
 * Finds in the last words of a process what it has died of: the message, not
 * the last line of the stack below it.
 *
 * Each language writes its report in its own way; the test holds what Deno,
 * Node, Python, Go, Rust, Java, C++ and others really print.
 *
 * @module
 */

/** A report: the line that it begins at, and what it says. */
interface Report {
  line: number;
  message: string;
  /** How many lines belong to it for certain, its stack aside. */
  lines: number;
}

/** Reads the report that begins at a line, if one does. */
type Recogniser = (lines: readonly string[], at: number) => Report | undefined;

/** How long a reason may be, in characters. */
const MAX_CHARS = 300;
/** Lines between a message and its stack: the source, or more of the message. */
const UNTIL_STACK = 20;

const STACK_LINE = /^\s+(?:at |from |\d+: )|^\d+: 0x|^\s+\S.* \+0x[0-9a-f]+$/;
/** What stands below a stack, or instead of one, and says nothing. */
const EMPTY_WORDS =
  /^[\s^~|{}#=-]*$|^note: |^Node\.js v\d|^exit status \d+$|^Aborted|^(?:npm (?:ERR!|error|warn)|make(?:\[\d+\])?: \*\*\*|ELIFECYCLE|error Command failed)|^=+ C stack trace|^[Ss]tack (?:backtrace|trace):|^==\d+==ABORTING/;

/** What Deno says of a Worker's death, after the worker itself has told why. */
const WORKER_DIED = "Unhandled error in child worker";

/** Makes a recogniser of one line, whose first group is the message. */
function oneLine(pattern: RegExp): Recogniser {
  return (lines, line) => {
    const message = pattern.exec(lines[line]!)?.[1];
    return message === undefined ? undefined : { line, message, lines: 1 };
  };
}

const RECOGNISERS: readonly Recogniser[] = [
  // Deno.
  oneLine(
    /^error: (?:Uncaught )?(?:\(in worker "[^"]*"\) )?(?:\(in promise\) )?(.+)$/,
  ),
  // Java, .NET, Go, libc++, V8, the sanitizers, assert().
  oneLine(/^Exception in thread ".*?" (.+)$/),
  oneLine(/^Unhandled exception\. (.+)$/),
  oneLine(/^(panic: .+|fatal error: .+)$/),
  oneLine(/terminating (?:due to|with) uncaught exception of type (.+)$/),
  oneLine(/^(?:# |FATAL ERROR: )(Fatal JavaScript .+|Reached heap limit .+)$/),
  sanitizer,
  oneLine(/^(.*: Assertion `.*' failed\.)$/),
  oneLine(/^(terminate called (?:without|recursively).*)$/),
  rustPanic,
  cppTerminate,
  pythonTraceback,
  pythonGroup,
  errorAboveStack,
];

/**
 * Returns what a crash report at the end of `words` says.
 *
 * @param words What a process wrote last, without colours.
 * @returns Undefined where there is none, or where more was written after it.
 */
export function findCrash(words: string): string | undefined {
  const lines = words.trimEnd().split("\n").map((line) => line.trimEnd());
  for (let at = lines.length - 1; at >= 0; at--) {
    for (const recognise of RECOGNISERS) {
      const report = recognise(lines, at);
      if (!report || report.message.includes(WORKER_DIED)) continue;
      return isLast(lines, report)
        ? report.message.trim().slice(0, MAX_CHARS)
        : undefined;
    }
  }
  return undefined;
}

/** Returns the last line that says something. */
export function lastLine(words: string): string {
  const lines = words.split("\n");
  const line =
    lines.findLast((each) =>
      !EMPTY_WORDS.test(each) && !STACK_LINE.test(each)
    ) ?? lines.findLast((each) => each.trim() !== "") ?? "";
  return line.trim().slice(0, MAX_CHARS);
}

/** True when nothing follows a report but what belongs to it. */
function isLast(lines: readonly string[], { line, lines: own }: Report) {
  const rest = lines.slice(line + own);
  const stackEnd = rest.findLastIndex((each) => STACK_LINE.test(each));
  return rest.slice(stackEnd + 1).every((each) =>
    // Indented, or the fields of an error that Node prints after the stack.
    /^\s/.test(each) || EMPTY_WORDS.test(each) || each.includes(WORKER_DIED)
  );
}

/** A sanitizer writes pages after its message, and they are all its own. */
function sanitizer(
  lines: readonly string[],
  line: number,
): Report | undefined {
  const [, message] = /^==\d+==ERROR: (.+)$/.exec(lines[line]!) ?? [];
  return message === undefined
    ? undefined
    : { line, message, lines: lines.length - line };
}

/** "thread 'main' panicked at src/main.rs:2:5:", then the message. */
function rustPanic(
  lines: readonly string[],
  line: number,
): Report | undefined {
  const [, old] = /^thread '.*'.* panicked at '(.*)', .+:\d+:\d+$/
    .exec(lines[line]!) ?? [];
  if (old !== undefined) return { line, message: old, lines: 1 };
  if (!/^thread '.*'.* panicked at .+:\d+:\d+:$/.test(lines[line]!)) {
    return undefined;
  }
  // A message may have several lines; what follows them is known.
  const end = lines.findIndex((each, index) =>
    index > line + 1 && (EMPTY_WORDS.test(each) || STACK_LINE.test(each))
  );
  return {
    line,
    message: lines[line + 1] ?? "",
    lines: (end === -1 ? lines.length : end) - line,
  };
}

/** "terminate called after throwing an instance of 'std::…'", then what(). */
function cppTerminate(
  lines: readonly string[],
  line: number,
): Report | undefined {
  const [, type] =
    /^terminate called after throwing an instance of '(.+)'$/.exec(
      lines[line]!,
    ) ?? [];
  if (type === undefined) return undefined;
  const [, what] = /^\s+what\(\):\s+(.*)$/.exec(lines[line + 1] ?? "") ?? [];
  return what === undefined
    ? { line, message: type, lines: 1 }
    : { line, message: `${type}: ${what}`, lines: 2 };
}

/** A traceback ends with the message, which alone is not indented. */
function pythonTraceback(
  lines: readonly string[],
  line: number,
): Report | undefined {
  if (lines[line] !== "Traceback (most recent call last):") return undefined;
  const at = lines.findIndex((each, index) => index > line && /^\S/.test(each));
  if (at === -1) return undefined;
  // What follows without a blank line is more of the message, or its notes.
  const end = lines.findIndex((each, index) => index > at && each === "");
  return {
    line,
    message: lines[at]!,
    lines: (end === -1 ? lines.length : end) - line,
  };
}

/** An exception group is drawn as a tree; its own message stands on top. */
function pythonGroup(
  lines: readonly string[],
  line: number,
): Report | undefined {
  if (!/^\s+\+ Exception Group Traceback/.test(lines[line]!)) return undefined;
  const own = lines.slice(line).find((each) => /^ {2}\| \S/.test(each));
  return own === undefined
    ? undefined
    : { line, message: own.replace(/^\s*\|\s*/, ""), lines: 1 };
}

/** "DbError: gone" with a stack below it: Node, and whoever logs an error. */
function errorAboveStack(
  lines: readonly string[],
  line: number,
): Report | undefined {
  const message = lines[line]!;
  if (!/^(?:[A-Za-z_$][\w$.]*)?(?:Error|Exception|Rejection)\b/.test(message)) {
    return undefined;
  }
  const below = lines.slice(line + 1, line + 1 + UNTIL_STACK);
  const stack = below.findIndex((each) => STACK_LINE.test(each));
  return stack === -1 ? undefined : { line, message, lines: stack + 1 };
}
