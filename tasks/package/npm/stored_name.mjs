// @ts-check
/**
 * What a file of the program is called in the package.
 *
 * @module
 */

/**
 * Returns the path in the package. npm renames or leaves out some files that
 * begin with a dot, such as .gitignore.
 *
 * @param {string} path The path in a copy, with "/" between its parts.
 * @returns {string}
 */
export function storedName(path) {
  return path.replace(/(^|\/)\.(?=[^/]+$)/, "$1dot.");
}
