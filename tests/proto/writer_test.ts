import { assertEquals } from "@std/assert";
import protobuf from "protobufjs/minimal.js";
import {
  lookAtMessage,
  startMessage,
  takeMessage,
  writeText,
} from "../../proto/writer.ts";

const LETTERS = "a".repeat(70_000);

Deno.test("writeText() writes any text as protobuf has it", () => {
  const texts = [
    "",
    "a",
    "\x7f",
    "\x80",
    "aü",
    "𝄞 and more",
    ...[63, 64, 65, 127, 128, 70_000].map((count) => LETTERS.slice(0, count)),
    LETTERS.slice(0, 63) + "€",
  ];
  const expected = protobuf.Writer.create();

  startMessage();
  for (const text of texts) {
    writeText(3, text);
    expected.uint32(3 << 3 | 2).string(text);
  }

  const bytes = expected.finish();
  assertEquals([...lookAtMessage()], [...bytes]);
  assertEquals([...takeMessage()], [...bytes]);
});
