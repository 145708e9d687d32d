/**
 * Turns a service's permissions into flags of `deno run`.
 *
 * What is not listed is denied. Environment variables are the exception: a
 * variable that is not listed reads as unset, since libraries probe for many of
 * them and a refusal would end the service.
 *
 * @module
 */

/** The kinds of access that Deno tells apart, in the order of the flags. */
export const PERMISSION_KINDS = [
  "net",
  "read",
  "write",
  "env",
  "run",
  "ffi",
  "sys",
  "import",
] as const;

/** One kind of access. */
export type PermissionKind = typeof PERMISSION_KINDS[number];

/** What a process may touch, by kind: these things, or everything (`true`). */
export type Permissions = Partial<
  Record<PermissionKind, readonly string[] | boolean>
>;

/**
 * Returns the flags for `permissions`, which never prompt.
 *
 * An empty list gives no flag. Do not emit it bare: `--allow-net` alone allows
 * every host, and Deno refuses to start on `--allow-net=`.
 */
export function permissionFlags(permissions: Permissions): string[] {
  const flags = ["--no-prompt"];
  if (permissions.env !== true) flags.push("--ignore-env");
  for (const kind of PERMISSION_KINDS) {
    const granted = permissions[kind] ?? [];
    if (granted === true) flags.push(`--allow-${kind}`);
    else if (granted !== false && granted.length > 0) {
      flags.push(permissionFlag(kind, granted));
    }
  }
  return flags;
}

/** Returns the flag for one kind of access to these things, of which there are some. */
export function permissionFlag(
  kind: PermissionKind,
  granted: readonly string[],
): string {
  return `--allow-${kind}=${granted.map(escapeCommas).join(",")}`;
}

/** A comma parts the values of a flag; a doubled one stands for itself. */
function escapeCommas(value: string): string {
  return value.replaceAll(",", ",,");
}
