/**
 * Preact and htm, with the types that their package leaves out.
 *
 * A template's attributes are not checked; so a component with state is made by
 * {@linkcode part}, whose properties are, and one without is just called.
 *
 * @module
 */

import * as standalone from "htm/preact/standalone";

/** A piece of the page, to be drawn. */
export interface View {
  readonly props: object;
}

/** What may stand in a template. */
export type Child =
  | View
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Child[];

/** Draws its properties, and may have a state by the hooks below. */
export type Component<Props> = (props: Props) => Child;

/** A place that outlives a drawing. */
export interface Ref<Value> {
  current: Value;
}

type Deps = readonly unknown[];
type Cleanup = () => void;
type Effect = () => Cleanup | void;

interface Preact {
  html(strings: TemplateStringsArray, ...values: unknown[]): View;
  h(component: unknown, props: object | null, ...children: Child[]): View;
  render(tree: Child, parent: Element): void;
  useState<Value>(
    first: Value | (() => Value),
  ): [Value, (next: Value | ((last: Value) => Value)) => void];
  useEffect(effect: Effect, deps?: Deps): void;
  useLayoutEffect(effect: Effect, deps?: Deps): void;
  useRef<Value>(first: Value): Ref<Value>;
  useMemo<Value>(make: () => Value, deps: Deps): Value;
  useCallback<Call>(call: Call, deps: Deps): Call;
  useErrorBoundary(
    report?: (error: unknown) => void,
  ): [unknown, () => void];
}

const preact = standalone as unknown as Preact;

/** Makes a view of a template; a value in it is text, never HTML. */
export const html = preact.html;
/** Draws into an element, again and again. */
export const render = preact.render;
/** A value that lasts, and how to change it. */
export const useState = preact.useState;
/** Runs once what is drawn is on the screen. */
export const useEffect = preact.useEffect;
/** Runs before what is drawn is on the screen. */
export const useLayoutEffect = preact.useLayoutEffect;
/** A place that outlives a drawing, and whose changes draw nothing. */
export const useRef = preact.useRef;
/** Makes a value again only when one of `deps` differs. */
export const useMemo = preact.useMemo;
/** Keeps a function until one of `deps` differs. */
export const useCallback = preact.useCallback;
/** Catches what a component below throws. */
export const useErrorBoundary = preact.useErrorBoundary;

/**
 * Places a component that has a state of its own.
 *
 * @param key Tells it from its neighbours, where their order can change.
 */
export function part<Props extends object>(
  component: Component<Props>,
  props: Props,
  key?: string | number,
): View {
  return preact.h(component, key === undefined ? props : { ...props, key });
}
