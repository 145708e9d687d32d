/**
 * A parse stage for the combined log format, which nginx and Apache write.
 *
 * @module
 */

import { eachLine, runStage } from "denizen/stage";

/** A text in quotes, in which a backslash hides the next character. */
const QUOTED = String.raw`"((?:[^"\\]|\\.)*)"`;
const LINE = new RegExp(
  String.raw`^(\S+) \S+ (\S+) \[(\d\d)/(\w{3})/(\d{4}):([\d:]{8}) ` +
    String.raw`([+-]\d\d)(\d\d)\] ${QUOTED} (\d{3}) (\d+|-)` +
    String.raw`(?: ${QUOTED} ${QUOTED})?$`,
);
const REQUEST = /^([A-Z]+) ([^\s?]+)\S*(?: HTTP\/[\d.]+)?$/;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

await runStage({
  stage: "parse",
  summary: "Reads the combined log format.",
}, () => eachLine(readLine));

/** Reads one line, or says what is wrong with it. */
function readLine(line: string): object | string {
  const found = LINE.exec(line);
  if (!found) return "not in the combined log format";
  const [, client, user, day, name, year, time, hours, minutes] = found;
  const [request, status, bytes, referrer, agent] = found.slice(9);
  const [, method, path] = REQUEST.exec(request!) ?? [];
  if (method === undefined) return "not a request";
  const month = String(MONTHS.indexOf(name!) + 1).padStart(2, "0");
  return {
    time: `${year}-${month}-${day}T${time}${hours}:${minutes}`,
    client,
    user: given(user),
    method,
    path,
    status: Number(status),
    bytes: bytes === "-" ? 0 : Number(bytes),
    referrer: given(referrer),
    agent: given(agent),
  };
}

/** What a dash stands for is not known. */
function given(text: string | undefined): string | undefined {
  return text === "-" ? undefined : text;
}
