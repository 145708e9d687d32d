import { assertEquals } from "@std/assert";
import { join } from "node:path";
import {
  findCrash,
  lastLine,
} from "../../../supervisor/service/crash_report.ts";
import { createWorkspace } from "../../support/supervised.ts";

const BACKTRACE = `
Stack backtrace:
   0: <unknown>
   1: <unknown>
   9: __libc_start_call_main
             at ./csu/../sysdeps/nptl/libc_start_call_main.h:58:16
  10: <unknown>`;
const NODE_STACK = `    at Object.<anonymous> (/srv/thr.js:1:11)
    at node:internal/main/run_main_module:28:49`;

/** What each of them has really printed, with the reason that is wanted. */
const REPORTS: Record<string, [words: string, reason: string]> = {
  "Deno, thrown": [
    `error: Uncaught (in promise) Error: the database is gone
throw new Error("the database is gone");
      ^
    at file:///srv/thr.ts:1:7`,
    "Error: the database is gone",
  ],
  "Deno, rejected, in two lines, with a cause": [
    `error: Uncaught (in promise) DbError: the database
is gone
async function f() { throw new DbError("the database\\nis gone") }
                           ^
    at f (file:///srv/rej.ts:2:36)
Caused by: TypeError: socket closed
    at f (file:///srv/rej.ts:2:81)`,
    "DbError: the database",
  ],
  "Deno, a rejected text": [
    'error: Uncaught (in promise) "just text"',
    '"just text"',
  ],
  "Deno, a missing module, with RUST_BACKTRACE": [
    `error: Module not found "file:///srv/nope.ts".
    at file:///srv/miss.ts:1:8
${BACKTRACE}`,
    'Module not found "file:///srv/nope.ts".',
  ],
  "Deno, a missing package": [
    `error: Failed loading https://packages.example/nope for package "nope"
    0: npm package not found in cache: "nope", --cached-only is specified.
    at file:///srv/miss2.ts:1:8`,
    'Failed loading https://packages.example/nope for package "nope"',
  ],
  "Deno, a mistake in the source": [
    `error: SyntaxError: Unexpected token \`=\`
  |
1 | const x: = 1;
  |          ~
    at file:///srv/syn.ts:1:10`,
    "SyntaxError: Unexpected token `=`",
  ],
  "Deno, in a worker": [
    `error: Uncaught (in worker "") (in promise) Error: the database is gone
throw new Error("the database is gone");
      ^
    at file:///srv/thr.ts:1:7
error: Uncaught (in promise) Error: Unhandled error in child worker.
    at Worker.#pollControl (ext:runtime/11_workers.js:1:4110)`,
    "Error: the database is gone",
  ],
  "Deno, several at once": [
    `error: Uncaught (in promise) AggregateError: All promises were rejected
    Error: a
        at file:///srv/any.ts:1:29
    Error: b
        at file:///srv/any.ts:1:60`,
    "AggregateError: All promises were rejected",
  ],
  "Deno, out of memory": [
    `<--- Last few GCs --->

#
# Fatal JavaScript out of memory: Reached heap limit
#
==== C stack trace ===============================

    deno(+0x27a3c9e) [0x55fc1112bc9e]`,
    "Fatal JavaScript out of memory: Reached heap limit",
  ],
  "Node, thrown, with a code": [
    `/srv/thr.js:1
throw e;
^

Error: the database is gone
${NODE_STACK} {
  code: 'GONE'
}

Node.js v20.20.2`,
    "Error: the database is gone",
  ],
  "Node, a missing module, under npm": [
    `node:internal/modules/cjs/loader:1210
  throw err;
  ^

Error: Cannot find module './nope'
Require stack:
- /srv/miss.js
${NODE_STACK} {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/srv/miss.js' ]
}

Node.js v20.20.2
npm error Lifecycle script failed`,
    "Error: Cannot find module './nope'",
  ],
  "Node, out of memory": [
    `FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory
----- Native stack trace -----

 1: 0xb78db3 node::OOMErrorHandler(char const*) [node]
10: 0x195e476  [node]`,
    "Reached heap limit Allocation failed - JavaScript heap out of memory",
  ],
  "Python, with a cause and two lines": [
    `Traceback (most recent call last):
  File "/srv/t.py", line 3, in f
    1/0
    ~^~
ZeroDivisionError: division by zero

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/t.py", line 6, in <module>
    f()
ValueError: the database
is gone`,
    "ValueError: the database",
  ],
  "Python, a group": [
    `  + Exception Group Traceback (most recent call last):
  |   File "/srv/g.py", line 1, in <module>
  |     raise ExceptionGroup("many", [ValueError("a")])
  | ExceptionGroup: many (1 sub-exception)
  +-+---------------- 1 ----------------
    | ValueError: a
    +------------------------------------`,
    "ExceptionGroup: many (1 sub-exception)",
  ],
  "Python, a mistake in the source": [
    `  File "/srv/s.py", line 1
    x = (
        ^
SyntaxError: '(' was never closed`,
    "SyntaxError: '(' was never closed",
  ],
  "Go, a panic, under go run": [
    `panic: the database is gone

goroutine 1 [running]:
main.main()
\t/srv/t.go:3 +0x3b
exit status 2`,
    "panic: the database is gone",
  ],
  "Go, a deadlock": [
    `fatal error: all goroutines are asleep - deadlock!

goroutine 1 [chan receive]:
main.main()
\t/srv/t2.go:2 +0x25`,
    "fatal error: all goroutines are asleep - deadlock!",
  ],
  "Rust, a panic": [
    `
thread 'main' (5826) panicked at t.rs:1:80:
cannot go on: "the database is gone"
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    'cannot go on: "the database is gone"',
  ],
  "Rust, a panic with its backtrace, in two lines": [
    `thread 'main' panicked at t.rs:1:80:
the database
is gone
stack backtrace:
   0: __rustc::rust_begin_unwind
             at /rustc/5980/library/std/src/panicking.rs:689:5
   4: t::main
note: Some details are omitted, run with \`RUST_BACKTRACE=full\``,
    "the database",
  ],
  "Java": [
    `Exception in thread "main" java.lang.IllegalStateException: the database is gone
\tat T.main(T.java:1)
Caused by: java.io.IOException: socket
\tat T.main(T.java:1)
\t... 1 more`,
    "java.lang.IllegalStateException: the database is gone",
  ],
  "C++, terminate": [
    `terminate called after throwing an instance of 'std::runtime_error'
  what():  the database is gone`,
    "std::runtime_error: the database is gone",
  ],
  "C, an assertion": [
    "seg: seg.c:2: main: Assertion `c==2' failed.\nAborted (core dumped)",
    "seg: seg.c:2: main: Assertion `c==2' failed.",
  ],
  "C, a sanitizer": [
    `==7329==ERROR: AddressSanitizer: heap-use-after-free on address 0x5020
READ of size 1 at 0x5020 thread T0
    #0 0x5578 in main asan.c:2
Shadow byte legend (one shadow byte represents 8 application bytes):
  Right alloca redzone:    cb
==7329==ABORTING`,
    "AddressSanitizer: heap-use-after-free on address 0x5020",
  ],
};

for (const [what, [words, reason]] of Object.entries(REPORTS)) {
  Deno.test(`findCrash() takes the message, not the stack: ${what}`, () => {
    const before =
      "Error: an old one\n    at handled (a.ts:1:1)\nall is well\n";
    const found = findCrash(`${before}${words}\n`);

    // A plain last line needs no recognising.
    assertEquals(found ?? lastLine(words), reason);
  });
}

Deno.test("findCrash() knows no report that was survived", () => {
  const words =
    "Error: an old one\n    at handled (a.ts:1:1)\nno config.json\n";

  assertEquals(findCrash(words), undefined);
  assertEquals(lastLine(words), "no config.json");
});

Deno.test("lastLine() passes over stacks and what says nothing", () => {
  assertEquals(
    lastLine("oh no\n   at a.ts:1:1\n   0: <unknown>\n}\n\n"),
    "oh no",
  );
  assertEquals(lastLine("---\n"), "---");
  assertEquals(lastLine(""), "");
});

Deno.test("a script that throws, one that misses a module and a program that aborts tell their reason", async () => {
  await using workspace = await createWorkspace({
    throws: {
      script: "throws.ts",
      environment: { RUST_BACKTRACE: "1" },
      restart: "no",
    },
    misses: {
      script: "misses.ts",
      environment: { RUST_BACKTRACE: "1" },
      restart: "no",
    },
    aborts: {
      command: [
        "sh",
        "-c",
        `echo "terminate called after throwing an instance of 'E'" >&2; kill -ABRT $$$$`,
      ],
      restart: "no",
    },
  });
  await Promise.all([
    ["throws.ts", 'throw new Error("the database is gone");'],
    ["misses.ts", 'import "./nope.ts";'],
  ].map(([name, text]) =>
    Deno.writeTextFile(join(workspace.folder, name!), text!)
  ));

  const supervised = workspace.supervise();

  await supervised.said(
    / throws: exited with code 1: Error: the database is gone$/,
  );
  await supervised.said(
    / misses: exited with code 1: Module not found "file:.*nope.ts".$/,
  );
  await supervised.said(/ aborts: was ended by SIGABRT: E$/);
});
