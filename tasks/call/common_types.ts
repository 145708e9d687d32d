/**
 * The types of google/protobuf, which everybody has.
 *
 * @module
 */

import type { DescFile } from "@bufbuild/protobuf";
import * as wellKnown from "@bufbuild/protobuf/wkt";
import type { FileDescriptorProto } from "@bufbuild/protobuf/wkt";

/** Their files. */
export const COMMON_TYPES: readonly DescFile[] = Object.values(wellKnown)
  .filter(isFile);

/** What describes them, by name of the file. */
export const COMMON_FILES: ReadonlyMap<string, FileDescriptorProto> = new Map(
  COMMON_TYPES.map(({ proto }) => [proto.name, proto]),
);

function isFile(value: unknown): value is DescFile {
  return typeof value === "object" && value !== null && "kind" in value &&
    value.kind === "file";
}
