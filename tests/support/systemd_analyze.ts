/**
 * Has systemd's own tools read units. They need no running systemd.
 *
 * @module
 */

/** What a tool said. */
export interface Said {
  code: number;
  text: string;
}

/** Whether systemd-analyze is here. */
export const HAS_SYSTEMD: boolean = await isHere();

/** The name of a test that needs it, with the reason where it is skipped. */
export function withSystemd(name: string): {
  name: string;
  ignore: boolean;
} {
  return HAS_SYSTEMD
    ? { name, ignore: false }
    : { name: `${name} (needs systemd-analyze)`, ignore: true };
}

/** Runs `systemd-analyze`. @param folder Where it finds units. */
export async function systemdAnalyze(
  args: readonly string[],
  folder = "/",
): Promise<Said> {
  const { code, stdout, stderr } = await new Deno.Command("systemd-analyze", {
    args: [...args],
    cwd: folder,
    // A user's units need a place for what runs, and no colours.
    env: {
      SYSTEMD_LOG_COLOR: "0",
      SYSTEMD_PAGER: "",
      NO_COLOR: "1",
      XDG_RUNTIME_DIR: folder,
    },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout) + decoder.decode(stderr) };
}

async function isHere(): Promise<boolean> {
  try {
    return (await systemdAnalyze(["--version"])).code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
