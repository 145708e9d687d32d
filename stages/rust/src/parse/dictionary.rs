//! Numbers texts by their bytes, so that a text that was there before costs
//! nothing but finding it.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

/// Texts, each with the number of its first coming.
#[derive(Default)]
pub struct Dictionary {
    numbers: HashTable<u32>,
    /// The bytes of all texts, one after the other; `ends` says where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    hasher: DefaultHashBuilder,
}

impl Dictionary {
    /// Returns the number of what is there already.
    pub fn find(&self, text: &[u8]) -> Option<u32> {
        let hash = self.hasher.hash_one(text);
        let is_text = |number: &u32| text_of(&self.bytes, &self.ends, *number) == text;
        self.numbers.find(hash, is_text).copied()
    }

    /// Returns the number of a text, and adds it if it is new.
    pub fn add(&mut self, text: &[u8]) -> u32 {
        if let Some(number) = self.find(text) {
            return number;
        }
        let number = self.ends.len() as u32;
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
        let Self {
            numbers,
            bytes,
            ends,
            hasher,
        } = self;
        let hash_of = |number: &u32| hasher.hash_one(text_of(bytes, ends, *number));
        numbers.insert_unique(hash_of(&number), number, hash_of);
        number
    }

    /// The texts by their number.
    pub fn texts(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len() as u32).map(|number| text_of(&self.bytes, &self.ends, number))
    }

    /// Forgets all texts, and keeps the memory.
    pub fn clear(&mut self) {
        self.numbers.clear();
        self.bytes.clear();
        self.ends.clear();
    }
}

fn text_of<'a>(bytes: &'a [u8], ends: &[usize], number: u32) -> &'a [u8] {
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start..ends[number]]
}
