/**
 * Says who listens where a service is to, before it starts.
 *
 * @module
 */

import { addressOf, type ServiceSpec } from "../config/service_spec.ts";
import { lookBefore, placeOf } from "./own_place.ts";

/** What there is at the place of a service before it starts. */
export interface TakenPlace {
  /** The sockets that listen there; empty where none is known to. */
  sockets: ReadonlySet<string>;
  /** What speaks against its coming up, in words. */
  trouble: string | undefined;
}

/**
 * Makes what looks before each start of one service.
 *
 * @param emit Hears who is there, once for each that is.
 */
export function createPlaceLookout(
  emit: (words: string) => void,
): (spec: ServiceSpec) => Promise<TakenPlace> {
  let last: { key: string; trouble: string | undefined } = {
    key: "",
    trouble: undefined,
  };
  return async (spec) => {
    const { sockets, who } = await lookBefore(
      spec.healthcheck?.anyProcess ? undefined : placeOf(spec),
    );
    const key = [...sockets].join();
    if (key !== last.key) {
      const trouble = key === ""
        ? undefined
        : `${addressOf(spec)} is taken before it starts, by ${await who()}`;
      if (trouble !== undefined) emit(trouble);
      last = { key, trouble };
    }
    return { sockets, trouble: last.trouble };
  };
}
