//! Which fields of a JSON object are wanted, in the form that the scanner runs.
//!
//! A path is a slot: the scanner notes for each slot what it found there. Knows
//! nothing of events; what a slot means is the caller's.

/// What to look for in a line.
pub struct Plan {
    /// The first is that of the whole object; [`NOTHING`] has no keys.
    pub nodes: Vec<Node>,
    /// How many slots there are, numbered from 0.
    pub slots: usize,
    /// The slot of each path, in the order of the paths.
    pub slot_of: Vec<usize>,
}

/// What is wanted of one object.
#[derive(Default)]
pub struct Node {
    pub keys: Vec<Key>,
}

/// One key of an object, and what is wanted of its value.
pub struct Key {
    pub name: String,
    pub written: Written,
    /// Where the scanner notes the value.
    pub slot: usize,
    /// The node of the value where that is an object.
    pub inside: usize,
}

/// The node of the whole object.
pub const ROOT: usize = 0;
/// The node of which nothing is wanted.
pub const NOTHING: usize = 1;

impl Plan {
    /// Compiles paths: for each field the names of its keys, from the outermost
    /// one.
    pub fn new<'a>(paths: impl IntoIterator<Item = &'a [String]>) -> Self {
        let mut plan = Self {
            nodes: vec![Node::default(), Node::default()],
            slots: 0,
            slot_of: Vec::new(),
        };
        for path in paths {
            let slot = plan.add(path);
            plan.slot_of.push(slot);
        }
        plan
    }

    fn add(&mut self, path: &[String]) -> usize {
        // Nothing is ever found in a slot of its own.
        let mut slot = None;
        let mut node = ROOT;
        for (depth, name) in path.iter().enumerate() {
            let known = self.nodes[node]
                .keys
                .iter()
                .position(|key| key.name == *name);
            let at = known.unwrap_or_else(|| {
                self.nodes[node].keys.push(Key {
                    name: name.clone(),
                    written: Written::new(name),
                    slot: self.slots,
                    inside: NOTHING,
                });
                self.slots += 1;
                self.nodes[node].keys.len() - 1
            });
            slot = Some(self.nodes[node].keys[at].slot);
            if depth + 1 < path.len() {
                if self.nodes[node].keys[at].inside == NOTHING {
                    self.nodes[node].keys[at].inside = self.nodes.len();
                    self.nodes.push(Node::default());
                }
                node = self.nodes[node].keys[at].inside;
            }
        }
        slot.unwrap_or_else(|| {
            self.slots += 1;
            self.slots - 1
        })
    }
}

/// A key as it stands in a line without escapes, with its closing quote.
#[derive(Debug, Default)]
pub struct Written {
    /// Empty where it cannot be written so.
    bytes: Vec<u8>,
    /// The first eight bytes of it as one number, and which bits of that count.
    start: u64,
    mask: u64,
}

const WORD: usize = 8;

impl Written {
    fn new(name: &str) -> Self {
        let is_plain = |byte| byte >= b' ' && byte != b'"' && byte != b'\\';
        if !name.bytes().all(is_plain) {
            return Self::default();
        }
        let bytes = [name.as_bytes(), b"\""].concat();
        let mut start = [0; WORD];
        let mut mask = [0; WORD];
        for (at, byte) in bytes.iter().take(WORD).enumerate() {
            (start[at], mask[at]) = (*byte, u8::MAX);
        }
        Self {
            bytes,
            start: u64::from_le_bytes(start),
            mask: u64::from_le_bytes(mask),
        }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.bytes.len()
    }

    /// True if it is what a text begins with; `word` is that of the text, where it
    /// is as long.
    #[inline]
    pub fn begins(&self, text: &[u8], word: Option<u64>) -> bool {
        match word {
            Some(word) => {
                self.mask != 0
                    && word & self.mask == self.start
                    && (self.bytes.len() <= WORD || text.starts_with(&self.bytes))
            }
            None => self.mask != 0 && text.starts_with(&self.bytes),
        }
    }
}

/// The first eight bytes of a text as one number.
#[inline]
pub fn word_of(text: &[u8]) -> Option<u64> {
    text.first_chunk::<WORD>()
        .map(|chunk| u64::from_le_bytes(*chunk))
}
