/**
 * Each file of the page, by its path below page/.
 *
 * @module
 */

export declare const PAGE_FILES: Readonly<Record<string, string>>;
