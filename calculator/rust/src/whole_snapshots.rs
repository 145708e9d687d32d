//! Joins the parts of a snapshot.
//!
//! The same rules as those of `broker/whole_snapshots.ts`.

use std::mem::take;

use crate::contracts::broker::{Entry, Snapshot, WatchUpdate, watch_update::News};

/// Holds the parts of one watch's snapshot until the last is there. Each stream
/// has one of its own: what a stream does not finish is never told.
#[derive(Debug, Default)]
pub struct WholeSnapshots {
    parts: Vec<Entry>,
}

impl WholeSnapshots {
    /// Returns what can be told now; none while a part is missing.
    pub fn join(&mut self, mut update: WatchUpdate) -> Option<WatchUpdate> {
        let Some(News::Snapshot(Snapshot { entries, more })) = &mut update.news else {
            return Some(update);
        };
        self.parts.append(entries);
        if *more {
            return None;
        }
        *entries = take(&mut self.parts);
        Some(update)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contracts::broker::Changes;

    fn part(instance: &str, more: bool) -> WatchUpdate {
        let entries = vec![Entry {
            instance: instance.into(),
            ..Default::default()
        }];
        WatchUpdate {
            news: Some(News::Snapshot(Snapshot { entries, more })),
            ..Default::default()
        }
    }

    fn instances(update: Option<WatchUpdate>) -> Vec<String> {
        match update.and_then(|update| update.news) {
            Some(News::Snapshot(snapshot)) => snapshot
                .entries
                .into_iter()
                .map(|entry| entry.instance)
                .collect(),
            other => panic!("no snapshot: {other:?}"),
        }
    }

    #[test]
    fn a_snapshot_is_told_once_its_last_part_is_there() {
        let mut snapshots = WholeSnapshots::default();

        assert_eq!(snapshots.join(part("a", true)), None);
        assert_eq!(snapshots.join(part("b", true)), None);
        assert_eq!(instances(snapshots.join(part("c", false))), ["a", "b", "c"]);
        assert_eq!(instances(snapshots.join(part("d", false))), ["d"]);
    }

    #[test]
    fn changes_are_told_as_they_are() {
        let update = WatchUpdate {
            news: Some(News::Changes(Changes::default())),
            ..Default::default()
        };

        assert_eq!(WholeSnapshots::default().join(update.clone()), Some(update));
    }
}
