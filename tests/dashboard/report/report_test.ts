import { assert, assertEquals, assertMatch } from "@std/assert";
import { reportOf } from "../../../dashboard/report/report.ts";
import { NOW, runRecord } from "../../support/page_fixtures.ts";

function report(title = "a.jsonl to b.csv"): string {
  const run = runRecord(10, { title });
  return reportOf({ run, version: "1.2.3", madeMs: NOW });
}

Deno.test("reportOf() has each module that the page imports", () => {
  const map = /<script type="importmap">(.*)<\/script>/.exec(report())![1]!;
  const imports: Record<string, string> = JSON.parse(map).imports;
  const named = Object.values(imports).flatMap((address) => {
    const bytes = Uint8Array.fromBase64(address.split(",")[1]!);
    const text = new TextDecoder().decode(bytes);
    return [
      ...text.matchAll(
        /^(?:import|\} from|export .* from)\b[^"'\n]*["']([^"'\n]+)["']/gm,
      ),
    ]
      .map(([, name]) => name!);
  });

  assert(named.includes("uplot"));
  assert(named.length > 10);
  assertEquals(named.filter((name) => !(name in imports)), []);
});

Deno.test("reportOf() keeps what a run is called from becoming HTML", () => {
  const text = report("</script><script>alert(1)</script>");

  assert(!text.includes("<script>alert"));
  const [, json] = /id="kept-run">(.*?)<\/script>/.exec(text)!;
  assertEquals(
    JSON.parse(json!).run.title,
    "</script><script>alert(1)</script>",
  );
});

Deno.test("reportOf() asks nobody for anything", () => {
  const text = report();

  assertMatch(text, /Content-Security-Policy" content="default-src 'none';/);
  assertEquals(text.match(/(?:src|href)="(?!data:)/g), null);
});
