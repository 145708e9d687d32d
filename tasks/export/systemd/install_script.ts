/**
 * The script that puts an export where systemd finds it.
 *
 * @module
 */

import { shellWord } from "../container/shell_word.ts";
import type { ExportedFile } from "../target.ts";
import { GROWING_WAITS } from "./options.ts";
import { MARK } from "./service_units.ts";

/** What the script is called. */
export const INSTALL = "install.sh";

/** What is installed, and for whom. */
export interface Installed {
  name: string;
  /** The line of each unit that tells which config it is of. */
  config: string;
  user: boolean;
  /** The units that are started: `shop.target`. */
  start: string;
  files: readonly ExportedFile[];
  /** Lines of sh that give files to the account of the services. */
  owned: readonly string[];
}

/** Makes the script. It can be read before it is run, and run again. */
export function installScript(
  { name, config: mark, user, start, files, owned }: Installed,
): ExportedFile {
  const has = (folder: string) =>
    files.some(({ path }) => path.startsWith(`${folder}/`));
  const systemctl = user ? "systemctl --user" : "systemctl";
  const config = user ? '"${XDG_CONFIG_HOME:-$HOME/.config}"' : "/etc";
  const hasProbe = files.some(({ path }) => path === "health_probe.ts");
  const each = `for unit in ${
    [".service", ".target", ".timer"]
      .filter((type) => files.some(({ path }) => path.endsWith(type)))
      .map((type) => `"$here"/*${type}`).join(" ")
  }; do`;
  const lines = [
    "#!/bin/sh",
    `# Puts the units of ${name} where systemd finds them, and starts nothing.`,
    ...(user ? [] : [
      "# DESTDIR=FOLDER puts all below a folder, for a package. That has then to do what",
      "# stands at the end: the account, what belongs to it, and systemctl daemon-reload.",
    ]),
    "set -eu",
    'here=$(CDPATH="" cd -- "$(dirname -- "$0")" && pwd)',
    ...(user
      ? [
        `config=${config}`,
        'units="$config/systemd/user"',
        ...(hasProbe ? [`library="$HOME/.local/lib/${name}"`] : []),
      ]
      : [
        "root=${DESTDIR:-}",
        'config="$root/etc"',
        'units="$config/systemd/system"',
        ...(hasProbe ? [`library="$root/usr/local/lib/${name}"`] : []),
      ]),
    `mark=${shellWord(`# ${mark}`)}`,
    "",
    "# Nothing is changed before all is known to be this project's own.",
    each,
    '  target="$units/${unit##*/}"',
    '  [ -e "$target" ] || continue',
    `  if ! grep -q '${MARK}' "$target"; then`,
    '    echo "Cannot install $target: somebody else wrote it; export with --name=NAME" >&2',
    "    exit 1",
    '  elif ! grep -qxF "$mark" "$target"; then',
    `    other=$(sed -n 's/^# Of the config \\(.*\\) there\\.$/\\1/p' "$target")`,
    '    echo "Cannot install $target: it is of ${other:-another project}; export with --name=NAME, or remove the units of that one first" >&2',
    "    exit 1",
    "  fi",
    "done",
    '[ -d "$units" ] || install -d "$units"',
    each,
    '  install -m 0644 "$unit" "$units/${unit##*/}"',
    "done",
    "# What an earlier export had and this one has no more.",
    `for target in "$units/${name}".* "$units/${name}"-*; do`,
    "  unit=${target##*/}",
    '  [ -f "$target" ] && [ ! -e "$here/$unit" ] || continue',
    '  grep -qxF "$mark" "$target" || continue',
    ...(user ? [`  ${systemctl} --quiet disable --now "$unit" || :`] : [
      `  [ -n "$root" ] || ${systemctl} --quiet disable --now "$unit" || :`,
    ]),
    '  rm "$target"',
    '  echo "Removed, since the export has it no more: $target"',
    "done",
    ...(hasProbe
      ? [
        'install -D -m 0644 "$here/health_probe.ts" "$library/health_probe.ts"',
      ]
      : []),
    ...(has("environment")
      ? [
        "# They may hold secrets, and what was changed there stays.",
        `[ -d "$config/${name}" ] || install -d -m 0700 "$config/${name}"`,
        'for file in "$here"/environment/*.env; do',
        `  target="$config/${name}/\${file##*/}"`,
        '  if [ -e "$target" ]; then',
        '    cmp -s "$file" "$target" || echo "Kept as it is: $target"',
        "  else",
        '    install -m 0600 "$file" "$target"',
        "  fi",
        "done",
      ]
      : []),
    `for file in "$config/${name}"/*.env; do`,
    '  [ ! -e "$file" ] || [ -e "$here/environment/${file##*/}" ] ||',
    '    echo "Nothing reads it any more: $file"',
    "done",
    ...(has("sysusers.d")
      ? [
        `install -D -m 0644 "$here/sysusers.d/${name}.conf" "$config/sysusers.d/${name}.conf"`,
      ]
      : []),
    ...(user ? [...tooOld(files), `${systemctl} daemon-reload`] : [
      'if [ -z "$root" ]; then',
      ...[
        ...(has("sysusers.d")
          ? [`systemd-sysusers "$config/sysusers.d/${name}.conf"`]
          : []),
        ...(owned.length > 0
          ? ["# What the services write belongs to their account.", ...owned]
          : []),
        ...tooOld(files),
        `${systemctl} daemon-reload`,
      ].map((line) => `  ${line}`),
      "fi",
    ]),
    `echo "Start it with: ${systemctl} enable --now ${start}"`,
    "",
  ];
  return { path: INSTALL, mode: 0o755, content: lines.join("\n") };
}

/** Lines that tell of a systemd that is older than what the units say. */
function tooOld(files: readonly ExportedFile[]): string[] {
  if (!files.some(({ content }) => content.includes("\nRestartSteps="))) {
    return [];
  }
  return [
    `version=$(systemctl --version | sed -n "s/^systemd \\([0-9]*\\).*/\\1/p")`,
    `if [ "\${version:-${GROWING_WAITS}}" -lt ${GROWING_WAITS} ]; then`,
    `  echo "systemd $version does not know RestartSteps=, so waits between restarts stay short: export with --systemd=$version" >&2`,
    "fi",
  ];
}
