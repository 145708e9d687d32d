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
    /// The key as it stands in a line without escapes, with its closing quote;
    /// empty where it cannot be written so.
    pub written: Vec<u8>,
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
                    written: written(name),
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

/// A key as JSON writes it without escapes, where it can be written so.
fn written(name: &str) -> Vec<u8> {
    let is_plain = |byte| byte >= b' ' && byte != b'"' && byte != b'\\';
    if name.bytes().all(is_plain) {
        [name.as_bytes(), b"\""].concat()
    } else {
        Vec::new()
    }
}
