/**
 * Formats what is generated, so that `deno fmt` has nothing to change.
 *
 * @module
 */

/** Formats a text as `deno fmt` does. */
export async function formatted(text: string, kind = "md"): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", `--ext=${kind}`, "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const [{ code, stdout }] = await Promise.all([
    child.output(),
    new Response(text).body?.pipeTo(child.stdin),
  ]);
  if (code !== 0) {
    throw new Error(
      `Cannot format a generated file: deno fmt ended with ${code}`,
    );
  }
  return new TextDecoder().decode(stdout);
}
