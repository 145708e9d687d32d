//! The addresses of one service, as far as a watch of the broker tells.
//!
//! Decides only; discovery.rs feeds it. The same rules as those of
//! `broker/known_addresses.ts`.

use std::collections::{BTreeMap, HashSet};

use crate::contracts::broker::{Change, Entry, WatchUpdate, change::What, watch_update::News};

/// What is known of a service's addresses, by instance.
///
/// A broker that has restarted (a new epoch) knows only those who have
/// registered with it again, so what its predecessor told stays until it is
/// contradicted or [`settle`](Self::settle) is called.
#[derive(Debug, Default)]
pub struct KnownAddresses {
    epoch: Option<String>,
    current: BTreeMap<String, String>,
    former: BTreeMap<String, String>,
}

impl KnownAddresses {
    /// Takes account of one update.
    pub fn apply(&mut self, update: WatchUpdate) {
        match update.news {
            Some(News::Snapshot(snapshot)) => self.replace(update.epoch, snapshot.entries),
            Some(News::Changes(changes)) => {
                changes
                    .changes
                    .into_iter()
                    .for_each(|change| self.change(change));
            }
            None => {}
        }
    }

    /// Forgets what only an earlier broker has told: whoever still runs has had
    /// the time to register again.
    pub fn settle(&mut self) {
        self.former.clear();
    }

    /// True while there is something that `settle` would forget.
    pub fn is_unsettled(&self) -> bool {
        !self.former.is_empty()
    }

    /// The addresses, each once, in order of the instances' names.
    pub fn list(&self) -> Vec<String> {
        let mut instances: BTreeMap<_, _> = self.former.iter().collect();
        instances.extend(&self.current);
        let mut listed = HashSet::new();
        instances
            .into_values()
            .filter(|address| listed.insert(*address))
            .cloned()
            .collect()
    }

    fn replace(&mut self, epoch: String, entries: Vec<Entry>) {
        let before = std::mem::take(&mut self.current);
        if self.epoch.as_ref().is_some_and(|last| *last != epoch) {
            self.former.extend(before);
        }
        self.epoch = Some(epoch);
        for entry in entries {
            self.put(entry);
        }
    }

    fn change(&mut self, change: Change) {
        match change.what {
            Some(What::Put(entry)) => self.put(entry),
            Some(What::Removed(entry)) => {
                self.current.remove(&entry.instance);
                self.former.remove(&entry.instance);
            }
            None => {}
        }
    }

    fn put(
        &mut self,
        Entry {
            instance, address, ..
        }: Entry,
    ) {
        self.former.remove(&instance);
        self.current.insert(instance, address);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::broker::{Changes, Snapshot};

    fn entry(instance: &str, address: &str) -> Entry {
        Entry {
            instance: instance.into(),
            address: address.into(),
            ..Default::default()
        }
    }

    fn snapshot(epoch: &str, entries: Vec<Entry>) -> WatchUpdate {
        let news = Some(News::Snapshot(Snapshot {
            entries,
            more: false,
        }));
        WatchUpdate {
            epoch: epoch.into(),
            news,
            ..Default::default()
        }
    }

    fn changes(what: Vec<What>) -> WatchUpdate {
        let changes = what.into_iter().map(|what| Change {
            revision: 0,
            what: Some(what),
        });
        let news = Some(News::Changes(Changes {
            changes: changes.collect(),
        }));
        WatchUpdate {
            epoch: "one".into(),
            news,
            ..Default::default()
        }
    }

    #[test]
    fn changes_add_and_remove_instances_in_order_of_their_names() {
        let mut known = KnownAddresses::default();

        known.apply(snapshot("one", vec![entry("b", "b:1"), entry("c", "c:1")]));
        known.apply(changes(vec![
            What::Put(entry("a", "a:1")),
            What::Removed(entry("b", "")),
        ]));

        assert_eq!(known.list(), ["a:1", "c:1"]);
    }

    #[test]
    fn a_snapshot_of_the_same_broker_replaces_everything() {
        let mut known = KnownAddresses::default();

        known.apply(snapshot("one", vec![entry("a", "a:1")]));
        known.apply(snapshot("one", vec![entry("b", "b:1")]));

        assert_eq!(known.list(), ["b:1"]);
    }

    #[test]
    fn what_a_restarted_broker_does_not_know_stays_until_it_is_settled() {
        let mut known = KnownAddresses::default();

        known.apply(snapshot("one", vec![entry("a", "a:1"), entry("b", "b:1")]));
        known.apply(snapshot("two", vec![entry("b", "b:2")]));

        assert_eq!(known.list(), ["a:1", "b:2"]);
        assert!(known.is_unsettled());
        known.settle();
        assert_eq!(known.list(), ["b:2"]);
        assert!(!known.is_unsettled());
    }

    #[test]
    fn an_address_of_two_instances_is_listed_once() {
        let mut known = KnownAddresses::default();

        known.apply(snapshot("one", vec![entry("a", "a:1"), entry("b", "a:1")]));

        assert_eq!(known.list(), ["a:1"]);
    }
}
