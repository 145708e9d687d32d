//! Reads the event of a line into columns, or says why the line holds none.

use super::dictionary::Dictionary;
use super::key::{KeyReader, json_of_double, plain_json, short_json};
use super::number::{double_of, has_long_number, is_safe, split};
use super::plan::Plan;
use super::scanner::{Found, Kind, Scanner, Whole};
use super::text::unescaped;
use super::time::{NO_TIMESTAMP, epoch_ms, is_timestamp, no_epoch, timestamp_ms};
use super::work_item;
use crate::contracts::{
    Column, EventBatch, ExactValue, RequiredField, RuleField, Schema, TimeField, ValueColumn,
    ValueField, WorkItem,
};

/// Where the line of an event is, counted from the start of its batch.
#[derive(Clone, Copy)]
pub struct Place {
    pub line: u32,
    pub offset: u32,
}

/// Reads lines for a run.
pub struct EventReader {
    scanner: Scanner,
    time: Option<TimeReader>,
    keys: Vec<KeyReader>,
    /// Of each key: what it is in this line, where it is one of a few.
    choice: Vec<u32>,
    required: Vec<Required>,
    values: Vec<ValueReader>,
    columns: Vec<ColumnReader>,
    work: Option<Work>,
    has_windows: bool,
    has_places: bool,
    is_time_asked: bool,
    key_texts: Vec<Dictionary>,
    column_texts: Vec<Dictionary>,
    room: Vec<u8>,
}

struct TimeReader {
    slot: usize,
    field: String,
    format: String,
    /// What a number is multiplied by to be milliseconds; none for a text.
    unit_ms: Option<f64>,
    /// True where an event without a time is a reject.
    is_needed: bool,
}

struct Required {
    slot: usize,
    field: String,
    kind: RequiredKind,
}

enum RequiredKind {
    Text,
    Number,
    Boolean,
    Anything,
}

struct ValueReader {
    slot: usize,
    field: String,
    is_integer: bool,
    is_required: bool,
    /// What it is in this line, NaN for nothing.
    amount: f64,
}

struct ColumnReader {
    slot: usize,
    is_time: bool,
}

/// Which type has work items, and where they stand.
struct Work {
    choice: u32,
    slots: [usize; 5],
}

impl EventReader {
    /// Makes the reader of a schema; `fields` are what the rules read besides.
    pub fn new(schema: &Schema, fields: &[RuleField]) -> Self {
        let time = schema.time.as_ref();
        let work = work_choice(schema);
        let work_paths: Vec<Vec<String>> = work_item::PATHS
            .iter()
            .filter(|_| work.is_some())
            .map(|path| path.iter().map(|name| (*name).into()).collect())
            .collect();
        let paths = (time.iter().map(|time| &time.path[..]))
            .chain(schema.keys.iter().map(|key| &key.path[..]))
            .chain(schema.required.iter().map(|field| &field.path[..]))
            .chain(schema.values.iter().map(|value| &value.path[..]))
            .chain(fields.iter().map(|field| &field.path[..]))
            .chain(work_paths.iter().map(|path| &path[..]));
        let plan = Plan::new(paths);
        let mut slots = plan.slot_of.clone().into_iter();
        let mut slot = || slots.next().unwrap_or_default(); // there is one for each path
        let has_windows = schema.windows.is_some();
        Self {
            time: time.map(|time| TimeReader::new(time, has_windows, slot())),
            keys: (schema.keys.iter().map(|key| KeyReader::new(key, slot()))).collect(),
            required: (schema
                .required
                .iter()
                .map(|each| Required::new(each, slot())))
            .collect(),
            values: (schema
                .values
                .iter()
                .map(|value| ValueReader::new(value, slot())))
            .collect(),
            columns: (fields.iter())
                .map(|field| ColumnReader {
                    slot: slot(),
                    is_time: field.is_time,
                })
                .collect(),
            work: work.map(|choice| Work {
                choice,
                slots: std::array::from_fn(|_| slot()),
            }),
            scanner: Scanner::new(plan),
            choice: vec![0; schema.keys.len()],
            has_windows,
            has_places: (schema.windows.as_ref())
                .is_some_and(|windows| windows.allowed_lateness_ms.is_some()),
            is_time_asked: has_windows || fields.iter().any(|field| field.is_time),
            key_texts: schema.keys.iter().map(|_| Dictionary::default()).collect(),
            column_texts: fields.iter().map(|_| Dictionary::default()).collect(),
            room: Vec::new(),
        }
    }

    /// Begins the columns of a batch of so many events at most.
    pub fn begin(&mut self, most: usize) -> EventBatch {
        let index = |texts: &mut Dictionary| {
            texts.clear();
            texts.add(b"null"); // for events that lack the field
            Column {
                dictionary: Vec::new(),
                index: Vec::with_capacity(most),
            }
        };
        let room = |is_wanted: bool| if is_wanted { most } else { 0 };
        EventBatch {
            keys: self.key_texts.iter_mut().map(index).collect(),
            columns: self.column_texts.iter_mut().map(index).collect(),
            values: (self.values.iter())
                .map(|_| ValueColumn {
                    value: Vec::with_capacity(most),
                    exact: Vec::new(),
                })
                .collect(),
            time_ms: Vec::with_capacity(room(self.has_windows)),
            line: Vec::with_capacity(room(self.has_places)),
            line_offset: Vec::with_capacity(room(self.has_places)),
            ..EventBatch::default()
        }
    }

    /// Gives the columns of a batch their dictionaries.
    pub fn finish(&mut self, batch: &mut EventBatch) {
        let open = |key: &KeyReader| key.is_open();
        let keys = (batch.keys.iter_mut().zip(&self.key_texts).zip(&self.keys))
            .filter_map(|(column, key)| open(key).then_some(column));
        let columns = batch.columns.iter_mut().zip(&self.column_texts);
        for (column, texts) in keys.chain(columns) {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            column.dictionary = texts.texts().map(text).collect();
        }
    }

    /// Adds the event of a line of valid UTF-8, or says why it holds none.
    pub fn add(&mut self, batch: &mut EventBatch, line: &[u8], place: Place) -> Result<(), String> {
        match self.scanner.scan(line) {
            None => return Err("not valid JSON".into()),
            Some(Whole::Other) => return Err("not a JSON object".into()),
            Some(Whole::Object) => {}
        }
        let time_ms = self.check_time(line)?;
        for (key, choice) in self.keys.iter().zip(&mut self.choice) {
            *choice = key.check(line, self.scanner.found(key.slot), &mut self.room)?;
        }
        for field in &self.required {
            field.check(self.scanner.found(field.slot))?;
        }
        for value in &mut self.values {
            value.amount = value.check(line, self.scanner.found(value.slot))?;
        }
        let work = self.read_work(line, batch.rows)?;
        let is_work = work.is_some();
        // From here on there is an event.
        batch.work.extend(work);
        self.add_keys(batch, line);
        self.add_values(batch, line, is_work);
        self.add_columns(batch, line, time_ms);
        if self.has_windows {
            batch.time_ms.push(time_ms);
        }
        if self.has_places {
            batch.line.push(place.line);
            batch.line_offset.push(place.offset);
        }
        batch.rows += 1;
        Ok(())
    }

    /// The time in ms since 1970, NaN where there is none or nobody asks.
    fn check_time(&self, line: &[u8]) -> Result<f64, String> {
        match &self.time {
            Some(time) => time.read(line, self.scanner.found(time.slot), self.is_time_asked),
            None => Ok(f64::NAN),
        }
    }

    fn read_work(&self, line: &[u8], row: u32) -> Result<Option<WorkItem>, String> {
        match &self.work {
            Some(work) if self.choice.first() == Some(&work.choice) => {
                work_item::read(line, row, work.slots.map(|slot| self.scanner.found(slot)))
                    .map(Some)
            }
            _ => Ok(None),
        }
    }

    fn add_keys(&mut self, batch: &mut EventBatch, line: &[u8]) {
        for (at, key) in self.keys.iter().enumerate() {
            let number = if key.is_open() {
                let found = self.scanner.found(key.slot);
                self.key_texts[at].add(plain_json(line, found, &mut self.room))
            } else {
                self.choice[at]
            };
            batch.keys[at].index.push(number);
        }
    }

    fn add_values(&mut self, batch: &mut EventBatch, line: &[u8], is_work: bool) {
        for (value, column) in self.values.iter().zip(&mut batch.values) {
            let found = self.scanner.found(value.slot);
            if !value.is_integer || value.amount.is_nan() || found.kind == Kind::Integer {
                column.value.push(value.amount);
                continue;
            }
            let whole = value.amount.trunc() + 0.0;
            let mut is_cut = whole != value.amount;
            let mut shown = whole;
            // A double may have lost digits, or be the integer that a long
            // fraction was rounded to: read the digits.
            if !is_cut && (!is_safe(whole) || has_long_number(line)) {
                let exact = split(found.of(line));
                is_cut = exact.has_fraction;
                if is_safe(whole) {
                    shown = double_of(exact.integer.as_bytes());
                } else {
                    column.exact.push(ExactValue {
                        row: batch.rows,
                        decimal: exact.integer,
                    });
                }
            }
            column.value.push(shown);
            if is_cut && !is_work {
                *batch.fractions_cut.get_or_insert_default() += 1;
            }
        }
    }

    fn add_columns(&mut self, batch: &mut EventBatch, line: &[u8], time_ms: f64) {
        for (at, column) in self.columns.iter().enumerate() {
            let json = if column.is_time {
                json_of_double(time_ms, &mut self.room)
            } else {
                short_json(line, self.scanner.found(column.slot), &mut self.room)
            };
            batch.columns[at]
                .index
                .push(self.column_texts[at].add(json));
        }
    }
}

/// The number of the type whose events are work items: only the built-in schema
/// has them.
fn work_choice(schema: &Schema) -> Option<u32> {
    let types = &schema.keys.first().filter(|_| schema.built_in)?.one_of;
    let at = types.iter().position(|each| each == work_item::WORK_TYPE)?;
    u32::try_from(at).ok()
}

impl TimeReader {
    fn new(time: &TimeField, has_windows: bool, slot: usize) -> Self {
        Self {
            slot,
            field: time.path.join("."),
            format: time.format.clone(),
            unit_ms: match time.format.as_str() {
                "epoch_s" => Some(1_000.0),
                "epoch_ms" => Some(1.0),
                _ => None,
            },
            is_needed: time.required || has_windows,
        }
    }

    fn read(&self, line: &[u8], found: &Found, is_asked: bool) -> Result<f64, String> {
        let field = &self.field;
        match (found.kind, self.unit_ms) {
            (Kind::Absent, _) if self.is_needed => Err(format!("{field} is missing")),
            (Kind::Absent, _) => Ok(f64::NAN),
            (Kind::Null, _) if !self.is_needed => Ok(f64::NAN),
            (Kind::Text, None) => self.read_text(found.of(line), is_asked),
            (Kind::Escaped, None) => {
                let ascii = |unit: &u16| u8::try_from(*unit).ok().filter(u8::is_ascii);
                let units = unescaped(found.of(line));
                // A time has no other character, and a text with a 0 is none.
                let text: Vec<u8> = units.iter().map(|unit| ascii(unit).unwrap_or(0)).collect();
                self.read_text(&text, is_asked)
            }
            (_, None) => Err(format!("{field} is not a string")),
            (Kind::Integer | Kind::Number, Some(unit_ms)) => {
                epoch_ms(number_of(line, found), unit_ms)
                    .ok_or_else(|| format!("{field} {}", no_epoch(&self.format)))
            }
            (_, Some(_)) => Err(format!("{field} is not a number")),
        }
    }

    fn read_text(&self, text: &[u8], is_asked: bool) -> Result<f64, String> {
        let ms = if is_asked {
            timestamp_ms(text)
        } else {
            is_timestamp(text).then_some(f64::NAN)
        };
        ms.ok_or_else(|| format!("{} {NO_TIMESTAMP}", self.field))
    }
}

impl Required {
    fn new(field: &RequiredField, slot: usize) -> Self {
        Self {
            slot,
            field: field.path.join("."),
            kind: match field.r#as.as_str() {
                "text" => RequiredKind::Text,
                "number" => RequiredKind::Number,
                "boolean" => RequiredKind::Boolean,
                _ => RequiredKind::Anything,
            },
        }
    }

    fn check(&self, found: &Found) -> Result<(), String> {
        use Kind::{Absent, Escaped, False, Integer, Null, Number, Text, True};
        let field = &self.field;
        let (is_right, words) = match (&self.kind, found.kind) {
            (_, Absent) | (RequiredKind::Anything, Null) => {
                return Err(format!("{field} is missing"));
            }
            (RequiredKind::Anything, _) => return Ok(()),
            (RequiredKind::Text, kind) => (matches!(kind, Text | Escaped), "a string"),
            (RequiredKind::Number, kind) => (matches!(kind, Integer | Number), "a number"),
            (RequiredKind::Boolean, kind) => (matches!(kind, True | False), "a boolean"),
        };
        if is_right {
            Ok(())
        } else {
            Err(format!("{field} is not {words}"))
        }
    }
}

impl ValueReader {
    fn new(value: &ValueField, slot: usize) -> Self {
        Self {
            slot,
            field: value.path.join("."),
            is_integer: value.r#as == "integer",
            is_required: value.required,
            amount: f64::NAN,
        }
    }

    fn check(&self, line: &[u8], found: &Found) -> Result<f64, String> {
        let field = &self.field;
        match found.kind {
            Kind::Integer => Ok(found.integer as f64),
            Kind::Number => {
                let amount = double_of(found.of(line));
                if amount.is_infinite() {
                    return Err(format!("{field} is not finite"));
                }
                Ok(amount)
            }
            Kind::Absent | Kind::Null if !self.is_required => Ok(f64::NAN),
            Kind::Absent => Err(format!("{field} is missing")),
            _ => Err(format!("{field} is not a number")),
        }
    }
}

fn number_of(line: &[u8], found: &Found) -> f64 {
    match found.kind {
        Kind::Integer => found.integer as f64,
        _ => double_of(found.of(line)),
    }
}
