//! The parse stage: turns lines into events, as columns.
//!
//! A line that is no event becomes a reject with its reason. What it makes of any
//! line is what `stages/parse/` makes of it, the reasons letter by letter.

mod dictionary;
mod event;
mod key;
mod number;
mod plan;
mod scanner;
mod text;
mod time;
mod work_item;

use memchr::memchr;
use tonic::Status;

use crate::contracts::{EventBatch, Opening, Position, RawBatch, Reject, Resume};
use crate::hop::meter::Counts;
use crate::hop::relay::{Middle, Transform};
use crate::stage::Stage;
use event::{EventReader, Place};

/// The stage.
pub struct Parse;

impl Middle for Parse {
    const STAGE: Stage = Stage {
        name: "parse",
        service: "pipeline.v1.ParseService",
        method: "Parse",
    };
    const NEXT: Stage = Stage {
        name: "rules",
        service: "pipeline.v1.RulesService",
        method: "Apply",
    };
    type Transform = Lines;

    fn start(&self, opening: &Opening, resume: Resume) -> Result<(Resume, Lines), Status> {
        let Some(schema) = &opening.schema else {
            return Err(Status::invalid_argument(
                "Cannot parse: the opening of the stream has no schema",
            ));
        };
        let reader = EventReader::new(schema, &resume.fields);
        let resume = Resume {
            fields: Vec::new(),
            ..resume
        };
        Ok((resume, Lines(reader)))
    }
}

/// Reads the batches of one stream.
pub struct Lines(EventReader);

impl Transform for Lines {
    type In = RawBatch;
    type Out = EventBatch;

    fn transform(&mut self, batch: RawBatch, counts: &mut Counts) -> Result<EventBatch, Status> {
        let begin = batch.begin.unwrap_or_default();
        let end = batch.end.unwrap_or_default();
        let most = end.event.saturating_sub(begin.event);
        let events = self.read(batch, begin, end, usize::try_from(most).unwrap_or(0));
        counts.events_in += most;
        counts.events_out += u64::from(events.rows);
        Ok(events)
    }
}

/// How much of a refused line is kept, in bytes.
const MAX_REJECT_TEXT: usize = 4_096;

impl Lines {
    fn read(&mut self, batch: RawBatch, begin: Position, end: Position, most: usize) -> EventBatch {
        let lines = &batch.lines;
        // No more rows than there are lines, whatever a batch says of itself.
        let mut events = self.0.begin(most.min(lines.len()));
        let is_utf8 = str::from_utf8(lines).is_ok();
        // Where the first of the lines is, after the start of the batch.
        let before = batch.lines_offset.wrapping_sub(begin.offset);
        let mut number = 0;
        let mut start = 0;
        while start < lines.len() {
            number += 1;
            let length = memchr(b'\n', &lines[start..]).unwrap_or(lines.len() - start);
            let line = &lines[start..start + length];
            let offset = start as u64;
            start += length + 1;
            if is_blank(line) {
                continue;
            }
            let place = Place {
                line: number,
                offset: before.wrapping_add(offset) as u32,
            };
            let added = if is_utf8 || str::from_utf8(line).is_ok() {
                self.0.add(&mut events, line, place)
            } else {
                Err("not valid UTF-8".into())
            };
            if let Err(reason) = added {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                events.rejects.push(Reject {
                    line: begin.line + u64::from(number),
                    offset: batch.lines_offset + offset,
                    stage: "parse".into(),
                    reason,
                    text: lines.slice_ref(&line[..line.len().min(MAX_REJECT_TEXT)]),
                    length: line.len() as u64,
                });
            }
        }
        events.rejects.extend(batch.oversized);
        events.begin = Some(begin);
        events.end = Some(end);
        self.0.finish(&mut events);
        events
    }
}

/// True when a line is all white space: space, tab, vertical tab, form feed and
/// carriage return.
fn is_blank(line: &[u8]) -> bool {
    line.iter().all(|byte| matches!(byte, b' ' | 0x09..=0x0d))
}
