//! The sending end of the streams to a next stage that may be several processes:
//! batches are handed out in turn, and what comes back is one.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bytes::Bytes;
use tonic::Status;

use super::batch::Batch;
use super::next::Next;
use super::sender::{Answer, Ending, Hop};
use super::window::Load;
use crate::contracts::{Lane, Opening, Resume, StageReport};

/// Streams to all processes of the next stage.
pub struct FanOut {
    hops: Vec<Hop>,
    /// Which of them are over.
    is_over: Vec<bool>,
    /// Who gets the next batch.
    turn: usize,
}

impl FanOut {
    /// Opens a stream to each address and waits for all resumes.
    ///
    /// # Errors
    ///
    /// If one cannot be opened.
    pub async fn open<B: Batch>(
        next: &Next,
        addresses: &[String],
        opening: Opening,
        window: Load,
    ) -> Result<Self, Status> {
        let openings = match addresses {
            [_] => vec![opening],
            _ => (split_lane(opening.lane.as_ref(), addresses.len()).into_iter())
                .map(|lane| Opening {
                    lane: Some(lane),
                    ..opening.clone()
                })
                .collect(),
        };
        let opened = openings
            .into_iter()
            .zip(addresses)
            .map(|(opening, address)| {
                let first = B::open(opening).encode_to_vec().into();
                Box::pin(Hop::open(next, address, first, window))
            });
        let hops = all(opened.collect()).await?;
        Ok(Self {
            is_over: vec![false; hops.len()],
            hops,
            turn: 0,
        })
    }

    /// Where the next stage wants to be sent from, and what it wants.
    pub fn resume(&self) -> Resume {
        self.hops
            .first()
            .map(|hop| hop.resume.clone())
            .unwrap_or_default()
    }

    /// Sends an encoded batch if there is room; false if it has to wait.
    ///
    /// The last one concerns all: it goes once all have room.
    pub fn try_send(&mut self, batch: &Bytes, is_last: bool) -> bool {
        if is_last {
            let has_room = self.hops.iter().all(|hop| hop.has_room(batch.len()));
            if has_room {
                self.hops.iter_mut().for_each(|hop| hop.send(batch.clone()));
            }
            return has_room;
        }
        let turn = self.turn % self.hops.len();
        let has_room = self.hops[turn].has_room(batch.len());
        if has_room {
            self.hops[turn].send(batch.clone());
            self.turn = turn + 1;
        }
        has_room
    }

    /// Says that this was all.
    pub fn finish(&mut self) {
        self.hops.iter_mut().for_each(Hop::finish);
    }

    /// Waits for what comes back by any stream; [`Answer::End`] once all are over.
    /// May be dropped while it waits.
    ///
    /// # Errors
    ///
    /// If one has failed.
    pub async fn answer(&mut self) -> Result<Answer, Status> {
        if let [only] = &mut self.hops[..] {
            return only.answer().await;
        }
        loop {
            let open = self.hops.iter_mut().enumerate().zip(&self.is_over);
            let mut waits: Vec<_> = open
                .filter(|(_, is_over)| !**is_over)
                .map(|((at, hop), _)| (at, Box::pin(hop.answer())))
                .collect();
            if waits.is_empty() {
                return Ok(Answer::End);
            }
            let (at, answer) = poll_fn(|context| {
                for (at, wait) in &mut waits {
                    if let Poll::Ready(answer) = wait.as_mut().poll(context) {
                        return Poll::Ready((*at, answer));
                    }
                }
                Poll::Pending
            })
            .await;
            drop(waits);
            match answer? {
                Answer::End => self.is_over[at] = true,
                // What is safe comes by the first.
                Answer::Committed(_) if at > 0 => return Ok(Answer::Other),
                answer => return Ok(answer),
            }
        }
    }

    /// What the streams ended with.
    pub fn ending(self) -> Ending {
        let endings: Vec<Ending> = self.hops.into_iter().map(|hop| hop.ending).collect();
        let totals = endings.iter().find_map(|ending| ending.totals);
        let reports = endings.into_iter().flat_map(|ending| ending.reports);
        Ending {
            totals,
            reports: latest_reports(reports),
        }
    }
}

/// Waits for all, or the first failure.
async fn all<T, F>(mut waits: Vec<std::pin::Pin<Box<F>>>) -> Result<Vec<T>, Status>
where
    F: Future<Output = Result<T, Status>>,
{
    let mut done: Vec<Option<T>> = waits.iter().map(|_| None).collect();
    let mut whole = pin!(poll_fn(|context| {
        for (wait, done) in waits.iter_mut().zip(&mut done) {
            if done.is_some() {
                continue;
            }
            match wait.as_mut().poll(context) {
                Poll::Ready(Ok(value)) => *done = Some(value),
                Poll::Ready(Err(status)) => return Poll::Ready(Err(status)),
                Poll::Pending => {}
            }
        }
        if done.iter().all(Option::is_some) {
            Poll::Ready(Ok(()))
        } else {
            Poll::Pending
        }
    }));
    whole.as_mut().await?;
    Ok(done.into_iter().flatten().collect())
}

/// The lanes that a lane, or a stream that was none, is divided into.
fn split_lane(lane: Option<&Lane>, parts: usize) -> Vec<Lane> {
    let whole = lane.cloned().unwrap_or_else(|| Lane {
        opening: format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..)),
        index: 0,
        count: 1,
    });
    let parts = u32::try_from(parts).unwrap_or(u32::MAX);
    (0..parts)
        .map(|at| Lane {
            opening: whole.opening.clone(),
            index: whole.index * parts + at,
            count: whole.count * parts,
        })
        .collect()
}

/// Of several reports of one process the last: its clocks only move on.
fn latest_reports(reports: impl Iterator<Item = StageReport>) -> Vec<StageReport> {
    let mut latest: Vec<StageReport> = Vec::new();
    for report in reports {
        let is_same =
            |known: &StageReport| known.name == report.name && known.worker == report.worker;
        match latest.iter().position(is_same) {
            None => latest.push(report),
            Some(at) if report.cpu_ms > latest[at].cpu_ms => latest[at] = report,
            Some(_) => {}
        }
    }
    latest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lane_is_split_into_lanes_of_the_same_opening() {
        let lane = Lane {
            opening: "a".into(),
            index: 1,
            count: 2,
        };

        let lanes = split_lane(Some(&lane), 3);

        assert!(
            lanes
                .iter()
                .all(|lane| lane.opening == "a" && lane.count == 6)
        );
        assert_eq!(
            lanes.iter().map(|lane| lane.index).collect::<Vec<_>>(),
            [3, 4, 5]
        );
        assert_ne!(
            split_lane(None, 2)[0].opening,
            split_lane(None, 2)[0].opening
        );
    }

    #[test]
    fn of_one_process_the_report_of_the_most_time_counts() {
        let report = |name: &str, worker, cpu_ms| StageReport {
            name: name.into(),
            worker,
            cpu_ms,
            ..StageReport::default()
        };

        let reports = latest_reports(
            [
                report("rules", 1, 2.0),
                report("rules", 2, 1.0),
                report("rules", 1, 3.0),
            ]
            .into_iter(),
        );

        let shown: Vec<_> = reports
            .iter()
            .map(|each| (each.worker, each.cpu_ms))
            .collect();
        assert_eq!(shown, [(1, 3.0), (2, 1.0)]);
    }
}
