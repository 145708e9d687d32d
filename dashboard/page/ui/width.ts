/**
 * The width of a place, for what is drawn to fit it.
 *
 * @module
 */

import { type Ref, useLayoutEffect, useRef, useState } from "../preact.ts";

/**
 * Follows how wide an element is inside.
 *
 * @returns What the element takes as its `ref`, and its width in whole pixels; 0
 * before it is there.
 */
export function useWidth(): [Ref<HTMLElement | null>, number] {
  const place = useRef<HTMLElement | null>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (!element) return;
    const look = () => setWidth(Math.floor(element.clientWidth));
    look();
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [place, width];
}
