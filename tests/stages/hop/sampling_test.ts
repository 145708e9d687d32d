import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { createSampling, tookTogether } from "../../../stages/hop/sampling.ts";

/**
 * Asks for `count` pieces, `everyMs` apart, the first at `fromMs`; says what each
 * stood for.
 */
function sample(
  count: number,
  everyMs: number,
  { sampling = createSampling(), fromMs = 0 } = {},
) {
  return Array.from({ length: count }, (_, piece) => {
    const standsFor = sampling.next();
    if (standsFor > 0) sampling.began(fromMs + piece * everyMs);
    return standsFor;
  });
}

Deno.test("createSampling() has each of rare pieces timed, also where many come at once", () => {
  const sampling = createSampling();

  // A thousand a second, 50 of them each 50 ms.
  for (let burst = 0; burst < 20; burst++) {
    const timed = sample(50, 0.01, { sampling, fromMs: burst * 50 });
    assertEquals(timed, Array(50).fill(1));
  }
});

Deno.test("createSampling() has one of eleven that are frequent timed, for all", () => {
  const timed = sample(200, 0.1).map((standsFor, piece) => [piece, standsFor])
    .filter(([, standsFor]) => standsFor! > 0);

  assertEquals(
    timed.slice(0, 101),
    Array.from({ length: 101 }, (_, at) => [
      at,
      1,
    ]),
  );
  assertEquals(timed.slice(101, 104), [[111, 11], [122, 11], [133, 11]]);
});

Deno.test("createSampling() goes back to each as soon as they are rare", () => {
  const sampling = createSampling();
  sample(200, 0.1, { sampling });

  const timed = sample(24, 10, { sampling, fromMs: 30 });

  assertEquals(timed.filter((standsFor) => standsFor > 1).length, 1);
  assertEquals(timed.slice(-12), Array(12).fill(1));
});

Deno.test("createSampling() has one timed that must be, for those before it", () => {
  const sampling = createSampling();
  sample(101 + 3, 0.1, { sampling });

  sampling.force();

  assertEquals(sampling.next(), 4);
});

Deno.test("createSampling() comes to what pieces took in all, whatever each took", () => {
  const sampling = createSampling();
  let all = 0;
  let sampled = 0;
  let timed = 0;
  // One of seven takes a hundred times as long as the others.
  for (let piece = 0; piece < 70_000; piece++) {
    const tookMs = piece % 7 === 0 ? 0.05 : 0.0005;
    const standsFor = sampling.next();
    if (standsFor > 0) {
      timed++;
      sampling.began(all);
      sampled += tookTogether(tookMs, standsFor);
    }
    all += tookMs;
  }

  assertAlmostEquals(sampled / all, 1, 0.02);
  assert(timed < 10_000, `${timed} timed`);
});

Deno.test("tookTogether() has one that was kept from its work stand for itself", () => {
  assertEquals([tookTogether(0.01, 11), tookTogether(4, 11)], [0.11, 4]);
});
