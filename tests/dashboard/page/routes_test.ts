import { assertEquals } from "@std/assert";
import {
  routeOf,
  streamAddress,
  withQuery,
} from "../../../dashboard/page/routes.ts";

Deno.test("routeOf() knows each page, a run, and nothing else", () => {
  const pageOf = (path: string) => {
    const route = routeOf(path, "");
    return route && [route.page, route.run];
  };

  assertEquals(
    [
      "/",
      "/map",
      "/logs/",
      "/events",
      "/registry",
      "/pipeline",
      "/pipeline/run%201",
      "/pipeline/%E0%A4%A",
      "/login",
      "/map/x",
      "//evil",
    ].map(pageOf),
    [
      ["services", undefined],
      ["map", undefined],
      ["logs", undefined],
      ["events", undefined],
      ["registry", undefined],
      ["pipeline", undefined],
      ["pipeline", "run 1"],
      undefined,
      undefined,
      undefined,
      undefined,
    ],
  );
});

Deno.test("streamAddress() asks for what the page shows, and one service's lines", () => {
  const addressOf = (path: string, search = "") =>
    streamAddress(routeOf(path, search)!);

  assertEquals([
    addressOf("/"),
    addressOf("/", "?service=a%26b&q=x"),
    addressOf("/logs"),
    addressOf("/logs", "?name=web"),
    addressOf("/logs", "?name=web&name=broker"),
    addressOf("/pipeline/1"),
  ], [
    "/api/stream?topics=services,events",
    "/api/stream?topics=services,events,logs&logs=a%26b",
    "/api/stream?topics=services,logs",
    "/api/stream?topics=services,logs&logs=web",
    "/api/stream?topics=services,logs",
    "/api/stream?topics=services,runs",
  ]);
});

Deno.test("withQuery() changes what is named and keeps the rest", () => {
  const query = new URLSearchParams("q=a&name=b&name=c");

  assertEquals([
    withQuery("/logs", query, { q: "x y" }),
    withQuery("/logs", query, { q: "", name: undefined }),
    withQuery("/logs", query, { name: ["d", "e"] }),
  ], ["/logs?name=b&name=c&q=x+y", "/logs", "/logs?q=a&name=d&name=e"]);
});
