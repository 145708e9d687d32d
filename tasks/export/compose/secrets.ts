/**
 * The secrets of a compose file: the run's token, and the files of certificates.
 * Keys stay in the files where they lie.
 *
 * @module
 */

import { TLS_FILES } from "../../../runtime/program/tls_files.ts";
import type { Container } from "../container/container.ts";
import type { ImageSource } from "../container/image.ts";
import { labelsFor } from "../container/names.ts";
import { pathFrom } from "../container/root.ts";
import { literal } from "./literal.ts";

/** The secret with the run's token, and its variable. */
const TOKEN = { secret: "denizen_token", variable: "DENIZEN_TOKEN" };

/** The secrets of all containers. */
export interface ComposeSecrets {
  /** What the file says of each. */
  declared: Readonly<Record<string, unknown>>;
  /** What a service says of its own. */
  of(container: Container): readonly unknown[];
}

/**
 * Names the secrets.
 *
 * @param source Where the compose file is written.
 */
export function composeSecrets(
  containers: readonly Container[],
  { root, output }: Pick<ImageSource, "root" | "output">,
): ComposeSecrets {
  const files = new Set(
    containers.flatMap(({ certificate }) =>
      Object.values(certificate?.source ?? {})
    ),
  );
  const paths = new Map(
    [...files].map((file) => [file, pathFrom(output, file, root)] as const),
  );
  // No label has an underscore, so the token is called by its name alone.
  const names = labelsFor([...paths.values()]);
  const nameOf = (file: string) => names.get(paths.get(file)!)!;
  const needsToken = containers.some(({ certificate }) => !certificate);
  return {
    declared: {
      ...(needsToken
        ? { [TOKEN.secret]: { environment: TOKEN.variable } }
        : {}),
      ...Object.fromEntries(
        [...paths].map(([file, path]) =>
          [nameOf(file), { file: literal(path) }] as const
        ).toSorted(([one], [other]) => one < other ? -1 : 1),
      ),
    },
    of: ({ certificate }) =>
      certificate
        ? TLS_FILES.map(({ part }) => ({
          source: nameOf(certificate.source[part]),
          target: certificate.files[part],
        }))
        : [TOKEN.secret],
  };
}
