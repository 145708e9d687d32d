/**
 * The folders of an image that no volume may hide: those of its system, of Deno
 * and Node, and of what the export puts there.
 *
 * @module
 */

import { LIBRARY_FOLDER } from "../../../runtime/program/paths.ts";
import { IMAGE_ROOT } from "./image_paths.ts";

/** Where the image has what is not the project's. */
export const TOOLS = "/opt/denizen";

/** Where the image has the modules of the project. */
export const MODULES = "/deno-dir";

/** Where secrets are mounted. */
export const SECRETS = "/run/secrets";

/** Nothing in these is anybody's to write. */
const CLOSED = [
  ...["/bin", "/boot", "/etc", "/lib", "/lib32", "/lib64", "/root", "/sbin"],
  ...["/usr/bin", "/usr/include", "/usr/lib", "/usr/libexec", "/usr/sbin"],
  ...["/usr/share", "/usr/local/bin", "/usr/local/lib", "/usr/local/sbin"],
  ...["/usr/local/include", "/usr/local/share"],
  ...[TOOLS, MODULES, SECRETS],
  ...[`${IMAGE_ROOT}/${LIBRARY_FOLDER}`, `${IMAGE_ROOT}/node_modules`],
];

/** These hold what others need, and maybe a folder of somebody else. */
const SHARED =
  /^\/(?:home|media|mnt|opt|run|usr|var)$|^\/(?:usr|var|usr\/local)\/[^/]+$|^\/home\/node$|^\/run\/lock$/;

/** True for a folder that an image needs as it is, or that holds such a one. */
export function isOfImage(folder: string): boolean {
  return SHARED.test(folder) ||
    CLOSED.some((closed) =>
      isWithin(closed, folder) || isWithin(folder, closed)
    );
}

/** True for a folder itself, and for what is below it. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || folder === "/" || path.startsWith(`${folder}/`);
}
