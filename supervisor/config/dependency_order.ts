/**
 * Which services a start concerns, and in which order they start.
 *
 * Knows names and arrows only. relations.ts asks for circles, the supervisor
 * for everything else.
 *
 * @module
 */

/** For each service the services it depends on. */
export type DependencyGraph = ReadonlyMap<string, readonly string[]>;

/** Returns the services of a circle, the first again at its end, if any. */
export function findCircle(graph: DependencyGraph): string[] | undefined {
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (name: string): string[] | undefined => {
    if (done.has(name)) return undefined;
    const start = trail.indexOf(name);
    if (start >= 0) return [...trail.slice(start), name];
    trail.push(name);
    for (const next of graph.get(name) ?? []) {
      const circle = visit(next);
      if (circle) return circle;
    }
    trail.pop();
    done.add(name);
    return undefined;
  };
  for (const name of graph.keys()) {
    const circle = visit(name);
    if (circle) return circle;
  }
  return undefined;
}

/** Returns the named services with all they depend on, dependencies first. */
export function withDependencies(
  graph: DependencyGraph,
  names: Iterable<string>,
): string[] {
  const ordered = new Set<string>();
  const visit = (name: string) => {
    if (ordered.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next);
    ordered.add(name);
  };
  for (const name of names) visit(name);
  return [...ordered];
}

/** Returns, for each service, the services that depend on it directly. */
export function dependentsOf(graph: DependencyGraph): Map<string, string[]> {
  const dependents = new Map<string, string[]>(
    [...graph.keys()].map((name) => [name, []]),
  );
  for (const [name, dependencies] of graph) {
    for (const dependency of dependencies) {
      dependents.get(dependency)?.push(name);
    }
  }
  return dependents;
}

/** Returns all services that depend on one, however far away. */
export function allDependentsOf(
  graph: DependencyGraph,
  name: string,
): Set<string> {
  const direct = dependentsOf(graph);
  const found = new Set<string>();
  const visit = (each: string) => {
    for (const dependent of direct.get(each) ?? []) {
      if (found.has(dependent)) continue;
      found.add(dependent);
      visit(dependent);
    }
  };
  visit(name);
  return found;
}

/** Returns the services that start when none is named. */
export function inProfiles(
  services: Iterable<{ name: string; profiles: readonly string[] }>,
  profiles: readonly string[],
): string[] {
  return [...services]
    .filter((each) =>
      each.profiles.length === 0 ||
      each.profiles.some((profile) => profiles.includes(profile))
    )
    .map(({ name }) => name);
}
