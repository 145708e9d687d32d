import { assertAlmostEquals, assertEquals } from "@std/assert";
import { createSampling } from "../../../stages/hop/sampling.ts";

/** Asks for `count` pieces, `everyMs` apart; says what each stood for. */
function sample(count: number, everyMs: number, sampling = createSampling()) {
  return Array.from({ length: count }, (_, piece) => {
    const standsFor = sampling.next();
    if (standsFor > 0) sampling.began(piece * everyMs);
    return standsFor;
  });
}

Deno.test("createSampling() has each of rare pieces timed", () => {
  assertEquals(sample(5, 1), [1, 1, 1, 1, 1]);
});

Deno.test("createSampling() has one of eleven that are frequent timed, for all", () => {
  const timed = sample(25, 0.1).map((standsFor, piece) => [piece, standsFor])
    .filter(([, standsFor]) => standsFor! > 0);

  assertEquals(timed, [[0, 1], [1, 1], [12, 11], [23, 11]]);
});

Deno.test("createSampling() goes back to each as soon as they are rare", () => {
  const sampling = createSampling();

  sample(9, 0.1, sampling);

  assertEquals(sample(7, 10, sampling), [0, 0, 0, 11, 1, 1, 1]);
});

Deno.test("createSampling() has one timed that must be, for those before it", () => {
  const sampling = createSampling();

  sample(4, 0.1, sampling);
  sampling.force();

  assertEquals(sampling.next(), 3);
});

Deno.test("createSampling() comes to what pieces took in all, whatever each took", () => {
  const sampling = createSampling();
  let all = 0;
  let sampled = 0;
  // One of seven takes a hundred times as long as the others.
  for (let piece = 0; piece < 70_000; piece++) {
    const tookMs = piece % 7 === 0 ? 0.05 : 0.0005;
    const standsFor = sampling.next();
    if (standsFor > 0) {
      sampling.began(all);
      sampled += standsFor * tookMs;
    }
    all += tookMs;
  }

  assertAlmostEquals(sampled / all, 1, 0.01);
});
