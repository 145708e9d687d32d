/**
 * Draws frames with Ink, and passes on the keys.
 *
 * @module
 */

import { Box, type Key, render, Text, useInput, usePaste } from "ink";
import { visibleInLine } from "../../runtime/program/visible_text.ts";
import type { Line, Span } from "./styled_line.ts";

/** What {@linkcode openScreen} draws on and tells. */
export interface ScreenOptions {
  stdout: NodeJS.WritableStream;
  /** Whether there may be colour. */
  colour: boolean;
  onKey(input: string, key: Key): void;
  /** Hears of text that was pasted. */
  onPaste(text: string): void;
}

/** A terminal that shows frames. */
export interface Screen {
  show(frame: readonly Line[]): void;
  /** Draws everything with the next frame, not only what has changed. */
  forget(): void;
  /** Gives the keyboard back. */
  close(): Promise<void>;
  /** Rejects when Ink gives up. */
  readonly closed: Promise<unknown>;
}

/** Erases the screen and goes to its first character. */
const CLEAR = "\x1b[H\x1b[2J";

/** Opens the screen of this process's terminal. */
export function openScreen(
  { stdout, colour, onKey, onPaste }: ScreenOptions,
): Screen {
  const screenOf = (frame: readonly Line[]) => (
    <FrameView
      frame={frame}
      colour={colour}
      onKey={onKey}
      onPaste={onPaste}
    />
  );
  const ink = render(screenOf([]), {
    stdout,
    // Ctrl-C means what `q` means, and CI may have a terminal as well.
    exitOnCtrlC: false,
    interactive: true,
    incrementalRendering: true,
  });
  const closed = ink.waitUntilExit();
  let shown = "";
  return {
    show(frame) {
      // Ink draws for nothing as well: mostly only the time has gone on.
      const content = JSON.stringify(frame);
      if (content !== shown) ink.rerender(screenOf(frame));
      shown = content;
    },
    forget() {
      shown = "";
      ink.clear();
      stdout.write(CLEAR);
    },
    async close() {
      ink.unmount();
      // Why it closed by itself is for whoever watches `closed`.
      await closed.catch(() => {});
    },
    closed,
  };
}

interface FrameProps
  extends Pick<ScreenOptions, "colour" | "onKey" | "onPaste"> {
  frame: readonly Line[];
}

function FrameView({ frame, colour, onKey, onPaste }: FrameProps) {
  useInput(onKey);
  // So that text which is pasted is not taken for keys.
  usePaste(onPaste);
  return (
    <Box flexDirection="column">
      {frame.map((line, row) => (
        <Text key={row} wrap="truncate">
          {line.length === 0
            ? " "
            : line.map((span, place) => (
              <SpanView key={place} span={span} colour={colour} />
            ))}
        </Text>
      ))}
    </Box>
  );
}

function SpanView({ span, colour }: { span: Span; colour: boolean }) {
  return (
    <Text
      {...(colour && span.colour ? { color: span.colour } : {})}
      bold={span.bold ?? false}
      dimColor={span.dim ?? false}
      inverse={span.inverse ?? false}
    >
      {visibleInLine(span.text)}
    </Text>
  );
}
