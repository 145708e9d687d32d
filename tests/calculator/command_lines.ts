/**
 * The command lines that every calculator client is tried with, in whatever
 * language, and what must come of each: the same for all of them.
 *
 * @module
 */

/** One command line. */
export interface CommandLineCase {
  /** What follows the program, as a shell reads it. */
  args: string;
  /** The exit code. */
  code: number;
  /** All of standard output. */
  stdout: RegExp;
  /** All of standard error. */
  stderr: RegExp;
}

/**
 * Those that are tried with a whole process also where one takes long to start;
 * of the others it is asked there what its flags are read as.
 */
export const WITH_A_PROCESS: readonly string[] = [
  "-h",
  "--broker $BROKER --once --",
  "--broker=$BROKER --once --interval=$DURATIONS",
  "-- --help",
  "--count ''",
  "--help > /dev/full",
  "--broker=$BROKER --once > /dev/full",
  "--zzz 2> /dev/full",
];

const NOTHING = /^$/;

/** One answer, and no word about it. */
const ANSWER = /^\d+ [-+x/] \d+ = -?[\d.]+ \(\d+\.\d ms, 127\.0\.0\.1:\d+\)$/;

const HELP = new RegExp(`^${
  [
    "Usage: [\\w./-]+ \\[flags\\]",
    "Asks calculator servers for made-up calculations\\.",
    "",
    "  --broker=HOST:PORT   the broker, or several with commas \\(default: 127\\.0\\.0\\.1:50051\\)",
    "  --once               calculate once; the same as --count=1",
    "  --count=N            calculations; without it there is no end",
    "  --interval=DURATION  time between calculations \\(default: 1s\\)",
    "  --tls-ca=FILE        TLS: the certificate of the CA",
    "  --tls-cert=FILE      TLS: the certificate of this program",
    "  --tls-key=FILE       TLS: the key of that certificate",
    "  -h, --help           print this",
  ].join("\n")
}$`);

/** Variables of the shell: more letters than any parser likes. */
export const LONG: Readonly<Record<string, string>> = {
  LETTERS: "a".repeat(60_000),
  ZEROS: "0".repeat(60_000),
  NINES: "9".repeat(60_000),
  DURATIONS: "1s".repeat(60_000),
};

const prints = (stdout: RegExp, ...all: string[]): CommandLineCase[] =>
  all.map((args) => ({ args, code: 0, stdout, stderr: NOTHING }));

const refuses = (stderr: RegExp, ...all: string[]): CommandLineCase[] =>
  all.map((args) => ({ args, code: 2, stdout: NOTHING, stderr }));

const COUNT = "expected a whole number from 1 to 9007199254740991$";
const DURATION = "expected a duration such as 500ms, 1s or 1m30s$";
const ADDRESS = "expected host:port with a port up to 65535, or unix:/path$";

/** Flags that there are not, and the flag that is meant by each. */
const UNKNOWN_FLAGS: readonly [word: string, meant: string | undefined][] = [
  ["--intervall=1s", "--interval"],
  ["--invertal", "--interval"],
  ["--hlp", "--help"],
  ["--brkoer", "--broker"],
  ["--ocne", "--once"],
  ["-once", "--once"],
  ["--önce", "--once"],
  ["--COUNT=3", "--count"],
  // As near to --count, which comes later.
  ["--counce", "--once"],
  // Begun, and not finished.
  ["--bro", "--broker"],
  ["--int=1s", "--interval"],
  // Too far off, or too short to tell.
  ["--cnt", undefined],
  ["--on", undefined],
  ["--no-once", undefined],
  ["--help-me", undefined],
  ["--zzz", undefined],
  ["--zzz=1", undefined],
  ["-hh", undefined],
  ["-z", undefined],
  ["-c", undefined],
];

/** @param word A regular expression for it. */
function unknownFlag(
  word: string,
  meant: string | undefined,
  args: string,
): CommandLineCase {
  const hint = meant ? `did you mean "${meant}"\\?` : "--help lists them";
  const said = `^Cannot read "${word}": there is no such flag; ${hint}$`;
  return { args, code: 2, stdout: NOTHING, stderr: new RegExp(said) };
}

/** All of them; `$BROKER` is a broker's address, with a server behind it. */
export const COMMAND_LINES: readonly CommandLineCase[] = [
  ...prints(
    HELP,
    "-h",
    "--help",
    "--help --",
    // Whoever asks for help need not get the rest right.
    "--zzz -h",
    "--help --count=0 6",
    "--count -h",
  ),
  ...prints(
    ANSWER,
    "--broker=$BROKER --once",
    "--broker $BROKER --once --",
    "--broker=$BROKER --count=1",
    "--broker=$BROKER --count 0001",
    "--broker=$BROKER --count=${ZEROS}1",
    "--broker=$BROKER --count=3 --count 1",
    "--broker=localhost:1 --broker=$BROKER --once",
    // Of several brokers one that answers is enough.
    "--broker=localhost:1,$BROKER,unix:/nowhere --once",
    // More than any clock counts.
    "--broker=$BROKER --once --interval=3000000h",
    "--broker=$BROKER --once --interval=999999999999999999999999h",
    "--broker=$BROKER --once --interval=$DURATIONS",
  ),
  ...refuses(/^Cannot read "": only flags are expected here$/, "''"),
  ...refuses(/^Cannot read "-": only flags are expected here$/, "-"),
  ...refuses(/^Cannot read "6": only flags are expected here$/, "6", "-- 6"),
  ...refuses(/^Cannot read "-7": only flags are expected here$/, "-7"),
  ...refuses(/^Cannot read "-\.5": only flags are expected here$/, "-- -.5"),
  ...refuses(/^Cannot read "--help": only flags are expected/, "-- --help"),
  ...refuses(/^Cannot read "-h": only flags are expected here$/, "-- -h"),
  ...refuses(
    /^Cannot read "false": only flags are expected here$/,
    "--once false",
  ),
  ...UNKNOWN_FLAGS.map(([word, meant]) => unknownFlag(word, meant, word)),
  // No word of a command line commands the terminal.
  unknownFlag(
    "--\\\\u001b\\[2J\\\\u202ex",
    undefined,
    "$'--\\e[2J\\xe2\\x80\\xaex'",
  ),
  unknownFlag("--zzz", undefined, "--once --zzz"),
  unknownFlag("-a{60000}", undefined, "-$LETTERS"),
  ...refuses(/^Cannot read "--once=3": --once takes no value$/, "--once=3"),
  ...refuses(/^Cannot read "--once=": --once takes no value$/, "--once="),
  ...refuses(/^Cannot read "--help=1": --help takes no value$/, "--help=1"),
  ...refuses(
    /^Cannot read --count: it needs a value, as in --count=N$/,
    "--count",
    "--count=",
    "--count ''",
    "--count --once",
    "--count --",
  ),
  ...refuses(
    /^Cannot read --broker: it needs a value, as in --broker=HOST:PORT$/,
    "--broker=",
    "--broker --once",
  ),
  ...refuses(
    /^Cannot read --interval: it needs a value, as in --interval=DURATION$/,
    "--interval ''",
  ),
  ...refuses(new RegExp(`^Cannot read --count="0": ${COUNT}`), "--count=0"),
  ...refuses(
    new RegExp(`^Cannot read --count="-5": ${COUNT}`),
    "--count -5",
    "--count=-5",
  ),
  ...refuses(
    new RegExp(
      `^Cannot read --count="(1e2|0x5|5 )": ${COUNT}`,
    ),
    "--count=1e2",
    "--count=0x5",
    "--count='5 '",
  ),
  ...refuses(
    new RegExp(`^Cannot read --count="\\d+": ${COUNT}`),
    "--count=9007199254740992",
    "--count=18446744073709551617",
    "--count=$NINES",
  ),
  ...refuses(
    new RegExp(
      `^Cannot read --interval="(soon|-1s|1|1d|1h-5s)": ${DURATION}`,
    ),
    "--interval=soon",
    "--interval -1s",
    "--interval=1",
    "--interval=1d",
    "--interval=1h-5s",
  ),
  ...refuses(
    new RegExp(`^Cannot read --interval="[\\ds]+x?h?": ${DURATION}`),
    "--interval=${DURATIONS}x",
    "--interval=${NINES}h",
  ),
  ...refuses(
    new RegExp(
      `^Cannot read --broker="(foo|foo:65536|\\[::1:1|unix:)": ${ADDRESS}`,
    ),
    "--broker=foo",
    "--broker=foo:65536",
    "--broker='[::1:1'",
    "--broker=unix:",
  ),
  ...refuses(
    new RegExp(`^Cannot read --broker="a+": ${ADDRESS}`),
    "--broker=$LETTERS",
  ),
  // Each of several is one, and none is named twice.
  ...refuses(
    new RegExp(
      `^Cannot read --broker="[^"]*": "( b:1|b)?" is wrong: ${ADDRESS}`,
    ),
    "--broker=,",
    "--broker=a:1,",
    "--broker=,a:1",
    "--broker=a:1,,b:1",
    "--broker='a:1, b:1'",
    "--broker=a:1,b",
  ),
  ...refuses(
    new RegExp(`^Cannot read --broker="a:1;b:1": ${ADDRESS}`),
    "--broker='a:1;b:1'",
  ),
  ...refuses(
    /^Cannot read --broker="[^"]*": ("a:0" is wrong: )?nobody can call port 0: expected one from 1 to 65535$/,
    "--broker=a:0",
    "--broker=b:1,a:0",
  ),
  ...refuses(
    /^Cannot read --broker="[^"]*": a:1 is named twice$/,
    "--broker=a:1,a:1",
    "--broker=b:1,a:1,c:1,a:1,b:1 --once",
  ),
  // Help that cannot be written was not given.
  {
    args: "--help > /dev/full",
    code: 1,
    stdout: NOTHING,
    stderr:
      /^Cannot write to standard output: No space left on device( \(os error 28\))?$/,
  },
  {
    args: "--broker=$BROKER --once > /dev/full",
    code: 1,
    stdout: NOTHING,
    stderr:
      /^Cannot write to standard output: No space left on device( \(os error 28\))?$/,
  },
  // Whoever cannot be told is not told; the exit code still says it.
  {
    args: "--zzz 2> /dev/full",
    code: 2,
    stdout: NOTHING,
    stderr: NOTHING,
  },
];

/** What is not UTF-8. Deno refuses it before a script can. */
export const NOT_UTF8: readonly CommandLineCase[] = refuses(
  /^Cannot read .*$/,
  "$'\\xff'",
  "--broker $'\\xff:1'",
  "--broker=unix:$'\\xff' --zzz",
  "--zzz=$'\\xff'",
);
