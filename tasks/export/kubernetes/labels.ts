/**
 * The labels by which the objects of a project find each other.
 *
 * @module
 */

import type { Container } from "../container/container.ts";

const PROJECT = "app.kubernetes.io/part-of";
const SERVICE = "app.kubernetes.io/name";
const CONTAINER = "app.kubernetes.io/instance";

/** All labels of an object that belongs to a container. */
export function labelsOf({ name, host }: Container, project: string) {
  return { [SERVICE]: host, [CONTAINER]: name, [PROJECT]: project };
}

/** What selects the pods of one container. */
export function podsOf({ name }: Container, project: string) {
  return { [CONTAINER]: name, [PROJECT]: project };
}

/** What selects the pods of a service, also where its replicas differ. */
export function podsAt(host: string, project: string) {
  return { [SERVICE]: host, [PROJECT]: project };
}
