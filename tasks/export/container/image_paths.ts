/**
 * Where the files of a project are in its image.
 *
 * @module
 */

import { isAbsolute, relative } from "node:path";

/** The project's folder in the image. */
export const IMAGE_ROOT = "/app";

/** A project's files, as its containers have them. */
export interface ImagePaths {
  /**
   * Returns a path in the image; undefined for what is not in it.
   *
   * @param path Absolute: what is here the current folder means nothing there.
   */
  of(path: string): string | undefined;
  /** Puts the paths of the image into a text. */
  inText(text: string): string;
}

/**
 * Returns where files are in the image.
 *
 * @param root The folder that the image is made of, absolute.
 */
export function imagePaths(root: string): ImagePaths {
  const whole = new RegExp(
    `(?<![\\w./-])${RegExp.escape(root.replace(/\/$/, ""))}(?=/|$|[,:;\\s])`,
    "g",
  );
  return {
    of(path) {
      if (!isAbsolute(path)) return undefined;
      const below = relative(root, path);
      if (below === "") return IMAGE_ROOT;
      return below === ".." || below.startsWith("../")
        ? undefined
        : `${IMAGE_ROOT}/${below}`;
    },
    inText: (text) => text.replace(whole, IMAGE_ROOT),
  };
}
