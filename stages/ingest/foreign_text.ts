/**
 * Knows text that is no lines of JSON by how it begins: CSV, logfmt, an access
 * log, or JSON that goes over several lines. All of it would be rejects.
 *
 * Each comes with a command that makes lines of JSON of it, by what most
 * machines have. A number stays a number, and a line that is not understood
 * stays as it is, so that it becomes a reject and is not lost.
 *
 * @module
 */

import type { Foreign } from "./foreign_format.ts";

/** Bytes of the start that are looked at. */
const LOOKED_AT = 16_384;

/** Turns the text of a number into one, in Python; other text stays text. */
const NUMBER = String
  .raw`n=lambda v: json.loads(v) if re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?",str(v)) else v`;

/**
 * Says what text looks like; undefined where it may be lines of JSON.
 *
 * @param start The first bytes, as many as there are; from few nothing is known.
 */
export function findForeignText(start: Uint8Array): Foreign | undefined {
  const text = new TextDecoder().decode(start.subarray(0, LOOKED_AT));
  if (/^\s*\[\s*\{/.test(text)) {
    return {
      name: "an array of JSON",
      reader:
        `python3 -c 'import json,sys; [print(json.dumps(e)) for e in json.load(open(sys.argv[1],encoding="utf-8-sig"))]'`,
    };
  }
  if (/^\s*\{[^\S\n]*\n\s*"/.test(text)) {
    return { name: "JSON over several lines", reader: "jq -c ." };
  }
  const [first, second] = text.split(/\r?\n/).slice(0, -1);
  if (first === undefined) return undefined;
  if (ACCESS.test(first)) return { name: "an access log", reader: ofAccess() };
  if (LOGFMT.test(first) && (!second || LOGFMT.test(second))) {
    return { name: "logfmt", reader: ofLogfmt() };
  }
  const separator = second && separatorOf(first, second);
  return separator ? { name: "CSV", reader: ofCsv(separator) } : undefined;
}

/** The common and the combined log format of web servers. */
const ACCESS =
  /^\S+ \S+ \S+ \[\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] "[^"]*" \d{3} (\d+|-)( |$)/;

/** Two pairs or more, and nothing else. */
const LOGFMT = /^(?:[\w.@/-]+=(?:"(?:[^"\\]|\\.)*"|[^\s"=]*)(?:\s+|$)){2,}$/;

/** The name of a column, in quotes or not. */
const COLUMN = /^"?[a-z_][\w .()%/-]*"?$/i;

/** What stands between two columns of a header and of the row after it. */
function separatorOf(header: string, row: string): string | undefined {
  return [",", ";", "\t"].find((each) => {
    const columns = header.split(each);
    const values = row.replaceAll(/"[^"]*"/g, "").split(each);
    return columns.length > 1 && columns.length === values.length &&
      columns.every((column) => COLUMN.test(column));
  });
}

function ofCsv(separator: string): string {
  const named = separator === "\t" ? String.raw`\t` : separator;
  return `python3 -c 'import csv,json,re,sys; ${NUMBER}; [print(json.dumps({k: n(v) for k,v in r.items()})) for r in csv.DictReader(open(sys.argv[1],encoding="utf-8-sig",newline=""),delimiter="${named}")]'`;
}

function ofLogfmt(): string {
  const pairs = String
    .raw`re.findall(r"([^\s=]+)=(\"(?:[^\"\\]|\\.)*\"|\S*)",l)`;
  const value = String
    .raw`v[1:-1].replace(r"\"","\"") if v[:1]=="\"" else n(v)`;
  return `python3 -c 'import json,re,sys; ${NUMBER}; [print(json.dumps({k: ${value} for k,v in p}) if p else l.strip()) for l in open(sys.argv[1],errors="replace") for p in [${pairs}]]'`;
}

function ofAccess(): string {
  const pattern = String
    .raw`r"(?P<host>\S+) \S+ (?P<user>\S+) \[(?P<time>[^]]+)\] \"(?P<method>\S+) (?P<path>\S+)[^\"]*\" (?P<status>\d+) (?P<bytes>\d+|-)(?: \"(?P<referer>[^\"]*)\" \"(?P<agent>[^\"]*)\")?"`;
  const time =
    `datetime.strptime(m["time"],"%d/%b/%Y:%H:%M:%S %z").isoformat()`;
  return `python3 -c 'import json,re,sys; from datetime import datetime; [print(json.dumps({**m.groupdict(), "time": ${time}, "status": int(m["status"]), "bytes": int(m["bytes"].replace("-","0"))}) if m else l.strip()) for l in open(sys.argv[1],errors="replace") for m in [re.match(${pattern},l)]]'`;
}
