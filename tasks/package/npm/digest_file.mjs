// @ts-check
/** In a copy of the program: the digest of what it was made of. */
export const DIGEST_FILE = "digest";
