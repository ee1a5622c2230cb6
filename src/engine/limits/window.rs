//! A limit per minute: a log of what was sent in the last minute.
//!
//! A log, rather than a bucket that refills: a full bucket and what refills meanwhile add up to twice the limit within
//! one minute. With a log no minute, wherever it begins, sees more than the limit, and a run that fits into it starts at
//! once.

use std::collections::VecDeque;

/// A minute, and what a coarse clock may hide of it.
const MINUTE_MS: f64 = 60_250.0;
/// The server counts a request when that reaches it: at the latest when it answers, and hardly ever later than this. The
/// first of many, over new connections, take longer than those of the next minute.
const LONGEST_WAY_MS: f64 = 2_000.0;

/// Admits amounts so that no minute sees more than `limit` of them.
#[derive(Debug)]
pub struct Window {
    limit: f64,
    entries: VecDeque<Entry>,
    sum: f64,
    next_id: u64,
}

#[derive(Debug)]
struct Entry {
    until_ms: f64,
    amount: f64,
}

impl Window {
    /// An empty window.
    #[must_use]
    pub fn new(limit: f64) -> Self {
        Self { limit, entries: VecDeque::new(), sum: 0.0, next_id: 0 }
    }

    /// When `amount` fits in. One that is larger than the limit goes alone.
    pub fn opens_at(&mut self, now_ms: f64, amount: f64) -> f64 {
        while self.entries.front().is_some_and(|entry| entry.until_ms <= now_ms) {
            if let Some(entry) = self.entries.pop_front() {
                self.sum -= entry.amount;
            }
        }
        let mut excess = self.sum + amount.min(self.limit) - self.limit;
        let mut opens_at = now_ms;
        for entry in &self.entries {
            if excess <= 0.0 {
                break;
            }
            excess -= entry.amount;
            opens_at = entry.until_ms.max(opens_at);
        }
        opens_at
    }

    /// The share of the limit that is used, from 0 up; more than 1 where one call was larger than all of it.
    pub fn used(&mut self, now_ms: f64) -> f64 {
        // What is over goes.
        self.opens_at(now_ms, 0.0);
        self.sum.max(0.0) / self.limit
    }

    /// Takes `amount` now and gives the name under which it can be settled.
    pub fn take(&mut self, now_ms: f64, amount: f64) -> u64 {
        self.entries.push_back(Entry { until_ms: now_ms + LONGEST_WAY_MS + MINUTE_MS, amount });
        self.sum += amount;
        self.next_id += 1;
        self.next_id - 1
    }

    /// Puts what was really used in the place of the estimate, now that the answer is in.
    pub fn settle(&mut self, id: u64, now_ms: f64, amount: f64) {
        let first = self.next_id - self.entries.len() as u64;
        let index = id.checked_sub(first).and_then(|index| usize::try_from(index).ok());
        if let Some(entry) = index.and_then(|index| self.entries.get_mut(index)) {
            self.sum += amount - entry.amount;
            entry.amount = amount;
            entry.until_ms = entry.until_ms.min(now_ms + MINUTE_MS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_minute_sees_more_than_the_limit_and_the_first_ones_go_at_once() {
        let mut window = Window::new(60.0);
        let mut now = 0.0;
        let mut sent = Vec::new();
        for _ in 0..300 {
            now = window.opens_at(now, 1.0);
            window.take(now, 1.0);
            sent.push(now);
        }
        assert!(sent[..60].iter().all(|&at| at == 0.0));
        for &from in &sent {
            assert!(sent.iter().filter(|&&at| at >= from && at < from + MINUTE_MS).count() <= 60);
        }
        assert_eq!(now, 4.0 * (LONGEST_WAY_MS + MINUTE_MS), "the limit is used up");
    }

    #[test]
    fn a_minute_ends_a_minute_after_the_answer_or_when_the_request_must_have_been_counted() {
        let mut window = Window::new(2.0);
        let (quick, slow) = (window.take(0.0, 1.0), window.take(0.0, 1.0));
        assert_eq!(window.opens_at(50.0, 1.0), LONGEST_WAY_MS + MINUTE_MS);
        window.settle(quick, 50.0, 1.0);
        window.settle(slow, 30_000.0, 1.0);
        assert_eq!(window.opens_at(30_000.0, 1.0), 50.0 + MINUTE_MS);
        assert_eq!(window.opens_at(30_000.0, 2.0), LONGEST_WAY_MS + MINUTE_MS);
    }

    #[test]
    fn an_estimate_that_was_too_high_makes_room_when_it_is_settled() {
        let mut window = Window::new(100.0);
        let id = window.take(0.0, 100.0);
        assert_eq!(window.opens_at(0.0, 50.0), LONGEST_WAY_MS + MINUTE_MS);
        window.settle(id, 0.0, 30.0);
        assert_eq!(window.opens_at(0.0, 50.0), 0.0);
        assert_eq!(window.opens_at(0.0, 500.0), MINUTE_MS);
    }
}
