//! How long answers take: what counts as slow is learned from the last of them.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// Answers that a percentile needs, and those that it looks at.
const FEWEST: usize = 10;
const MOST: usize = 1000;

/// How long the last answers took: in the order in which they came, and from the shortest to the
/// longest.
#[derive(Debug, Default)]
pub(in crate::engine) struct Latencies {
    recent: RefCell<VecDeque<f64>>,
    sorted: RefCell<Vec<f64>>,
    waiting: RefCell<Vec<Waker>>,
}

impl Latencies {
    /// Notes one answer.
    pub fn add(&self, took_ms: f64) {
        let (mut recent, mut sorted) = (self.recent.borrow_mut(), self.sorted.borrow_mut());
        if recent.len() == MOST
            && let Some(oldest) = recent.pop_front()
        {
            let index = sorted.partition_point(|ms| *ms < oldest);
            if index < sorted.len() {
                sorted.remove(index);
            }
        }
        recent.push_back(took_ms);
        let index = sorted.partition_point(|ms| *ms < took_ms);
        sorted.insert(index, took_ms);
        if recent.len() == FEWEST {
            self.waiting.take().into_iter().for_each(Waker::wake);
        }
    }

    /// What so many in a hundred answers took at the most, once there are enough of them.
    pub async fn percentile(&self, percent: f64) -> f64 {
        poll_fn(|context| {
            let sorted = self.sorted.borrow();
            if sorted.len() < FEWEST {
                let mut waiting = self.waiting.borrow_mut();
                if !waiting.iter().any(|waker| waker.will_wake(context.waker())) {
                    waiting.push(context.waker().clone());
                }
                return Poll::Pending;
            }
            let rank = ((sorted.len() as f64 * percent / 100.0).ceil() as usize).max(1) - 1;
            sorted.get(rank).or(sorted.last()).map_or(Poll::Pending, |latency| Poll::Ready(*latency))
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[test]
    fn a_percentile_waits_for_ten_answers_and_looks_at_the_last_thousand() {
        let latencies = Latencies::default();
        (1..10).for_each(|ms| latencies.add(f64::from(ms)));
        assert_eq!(latencies.percentile(90.0).now_or_never(), None);
        latencies.add(10.0);
        assert_eq!(latencies.percentile(90.0).now_or_never(), Some(9.0));
        assert_eq!(latencies.percentile(100.0).now_or_never(), Some(10.0));
        (0..1000).for_each(|_| latencies.add(7.0));
        assert_eq!(latencies.percentile(100.0).now_or_never(), Some(7.0));
    }
}
