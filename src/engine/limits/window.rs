//! A limit over time: a log of what was sent within the last second, minute, hour or day.
//!
//! A log, rather than a bucket that refills: a full bucket and what refills meanwhile add up to
//! twice the limit within one period. With a log no period, wherever it begins, sees more than the
//! limit, and a run that fits into it starts at once.

use std::collections::VecDeque;

/// What a coarse clock may hide of a period.
const CLOCK_MS: f64 = 250.0;
/// The server counts a request when it arrives: at the latest when it answers, and hardly ever
/// later than this. The first of many, over new connections, take longer than those of the next
/// period.
const LONGEST_WAY_MS: f64 = 2_000.0;
/// Neither of the two is more than this share of a period.
const MARGIN: f64 = 0.1;
/// A timer that is late by less takes nothing from an even rate.
const LATE_MS: f64 = 50.0;
/// A log that is longer than this puts calls together that were sent within this share of the
/// period.
const LONG: usize = 4_096;
const GRAIN: f64 = 1.0 / 2_048.0;

/// Admits amounts so that no period sees more than `limit` of them.
#[derive(Debug)]
pub struct Window {
    limit: f64,
    period_ms: f64,
    longest_way_ms: f64,
    entries: VecDeque<Entry>,
    sum: f64,
    compact_at: usize,
    /// When the next amount may be taken if all are spread evenly.
    even_at_ms: f64,
}

/// What one call took, or several that were sent one after the other.
#[derive(Debug)]
struct Entry {
    /// The first of these calls.
    call: u64,
    is_one: bool,
    until_ms: f64,
    amount: f64,
}

impl Window {
    /// An empty window.
    #[must_use]
    pub fn new(limit: f64, period_ms: f64) -> Self {
        Self {
            limit,
            period_ms: period_ms + CLOCK_MS.min(period_ms * MARGIN),
            longest_way_ms: LONGEST_WAY_MS.min(period_ms * MARGIN),
            entries: VecDeque::new(),
            sum: 0.0,
            compact_at: LONG,
            even_at_ms: f64::NEG_INFINITY,
        }
    }

    /// When `amount` fits in. An amount that is larger than the limit goes alone.
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

    /// When the next call goes if calls are spread evenly over the period.
    #[must_use]
    pub fn even_at_ms(&self) -> f64 {
        self.even_at_ms
    }

    /// The share of the limit that is used, from 0 up; more than 1 where one call was larger than
    /// the limit.
    pub fn used(&mut self, now_ms: f64) -> f64 {
        // Drops what is over.
        self.opens_at(now_ms, 0.0);
        self.sum.max(0.0) / self.limit
    }

    /// Takes `amount` for a call. Each call has a higher number than those before. `is_even` where
    /// calls are spread.
    pub fn take(&mut self, call: u64, now_ms: f64, amount: f64, is_even: bool) {
        if self.entries.len() >= self.compact_at {
            self.compact();
        }
        let until_ms = now_ms + self.longest_way_ms + self.period_ms;
        self.entries.push_back(Entry { call, is_one: true, until_ms, amount });
        self.sum += amount;
        let is_on_time = is_even && now_ms - self.even_at_ms <= LATE_MS;
        self.even_at_ms = if is_on_time { self.even_at_ms } else { now_ms } + self.even_ms(amount);
    }

    /// Puts what was really used in the place of the estimate, now that the answer is in.
    pub fn settle(&mut self, call: u64, now_ms: f64, estimated: f64, used: f64) {
        self.even_at_ms += self.even_ms(used - estimated);
        let after = self.entries.partition_point(|entry| entry.call <= call);
        if let Some(entry) = after.checked_sub(1).and_then(|index| self.entries.get_mut(index)) {
            self.sum += used - estimated;
            entry.amount += used - estimated;
            if entry.is_one {
                entry.until_ms = entry.until_ms.min(now_ms + self.period_ms);
            }
        }
    }

    /// The time that `amount` takes of an even rate.
    fn even_ms(&self, amount: f64) -> f64 {
        amount / self.limit * (self.period_ms + self.longest_way_ms)
    }

    /// Puts neighbours together, so that a day of a million calls fits into a few thousand entries.
    fn compact(&mut self) {
        let grain_ms = self.period_ms * GRAIN;
        let mut kept: VecDeque<Entry> = VecDeque::with_capacity(self.entries.len());
        let mut since_ms = f64::NEG_INFINITY;
        for entry in self.entries.drain(..) {
            match kept.back_mut() {
                Some(last) if (entry.until_ms - since_ms).abs() <= grain_ms => {
                    last.until_ms = last.until_ms.max(entry.until_ms);
                    last.amount += entry.amount;
                    last.is_one = false;
                }
                _ => {
                    since_ms = entry.until_ms;
                    kept.push_back(entry);
                }
            }
        }
        self.compact_at = (kept.len() * 2).max(LONG);
        self.entries = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE_MS: f64 = 60_000.0;
    const CLOSED_MS: f64 = MINUTE_MS + CLOCK_MS;
    const DAY_MS: f64 = 86_400_000.0;

    /// Sends so many calls as soon as each may go. Gives when they went.
    fn sent(window: &mut Window, calls: u64, is_even: bool) -> Vec<f64> {
        let mut now = 0.0;
        let send = |call| {
            now = window.opens_at(now, 1.0);
            if is_even {
                now = now.max(window.even_at_ms());
            }
            window.take(call, now, 1.0, is_even);
            now
        };
        (0..calls).map(send).collect()
    }

    #[test]
    fn no_minute_sees_more_than_the_limit_and_the_first_ones_go_at_once() {
        let sent = sent(&mut Window::new(60.0, MINUTE_MS), 300, false);
        assert!(sent[..60].iter().all(|&at| at == 0.0));
        for &from in &sent {
            assert!(sent.iter().filter(|&&at| at >= from && at < from + CLOSED_MS).count() <= 60);
        }
        assert_eq!(sent[299], 4.0 * (LONGEST_WAY_MS + CLOSED_MS), "the limit is used up");
    }

    #[test]
    fn an_even_rate_uses_the_same_limit_up_step_by_step() {
        let sent = sent(&mut Window::new(60.0, MINUTE_MS), 300, true);
        let step_ms = (LONGEST_WAY_MS + CLOSED_MS) / 60.0;
        for (index, at) in sent.iter().enumerate() {
            assert!((at - index as f64 * step_ms).abs() < 1.0, "call {index} at {at} ms");
        }
    }

    #[test]
    fn an_even_rate_goes_by_what_calls_used_and_not_by_what_they_might_have() {
        let mut window = Window::new(6_000.0, MINUTE_MS);
        window.take(0, 0.0, 1_000.0, true);
        assert_eq!(window.even_at_ms().round(), 10_375.0);
        window.settle(0, 500.0, 1_000.0, 100.0);
        assert_eq!(window.even_at_ms().round(), 1_038.0);
    }

    #[test]
    fn a_minute_ends_a_minute_after_the_answer_or_when_the_request_must_have_been_counted() {
        let mut window = Window::new(2.0, MINUTE_MS);
        let (quick, slow) = (0, 1);
        window.take(quick, 0.0, 1.0, false);
        window.take(slow, 0.0, 1.0, false);
        assert_eq!(window.opens_at(50.0, 1.0), LONGEST_WAY_MS + CLOSED_MS);
        window.settle(quick, 50.0, 1.0, 1.0);
        window.settle(slow, 30_000.0, 1.0, 1.0);
        assert_eq!(window.opens_at(30_000.0, 1.0), 50.0 + CLOSED_MS);
        assert_eq!(window.opens_at(30_000.0, 2.0), LONGEST_WAY_MS + CLOSED_MS);
    }

    #[test]
    fn an_estimate_that_was_too_high_makes_room_when_it_is_settled() {
        let mut window = Window::new(100.0, MINUTE_MS);
        window.take(0, 0.0, 100.0, false);
        assert_eq!(window.opens_at(0.0, 50.0), LONGEST_WAY_MS + CLOSED_MS);
        window.settle(0, 0.0, 100.0, 30.0);
        assert_eq!(window.opens_at(0.0, 50.0), 0.0);
        assert_eq!(window.opens_at(0.0, 500.0), CLOSED_MS);
    }

    #[test]
    fn a_second_loses_no_more_than_a_fifth_to_the_way_and_the_clock() {
        let sent = sent(&mut Window::new(10.0, 1_000.0), 100, false);
        assert_eq!(sent[10], 1_200.0);
        assert_eq!(sent[99], 9.0 * 1_200.0);
    }

    /// 100,000 calls a day, one each 870 ms, each of which is answered after 12 more.
    #[test]
    fn a_day_of_many_calls_takes_little_memory_and_holds_all_the_same() {
        let mut window = Window::new(1e5, DAY_MS);
        let mut longest = 0;
        for call in 0..150_000 {
            let now = call as f64 * 870.0;
            if call >= 12 {
                window.settle(call - 12, now, 1.0, 1.0);
            }
            window.take(call, now, 1.0, false);
            longest = longest.max(window.entries.len());
        }
        assert!(longest <= 2 * LONG, "{longest} entries");
        let used = window.used(150_000.0 * 870.0);
        assert!((DAY_MS / 87e6..DAY_MS / 87e6 + 0.001).contains(&used), "{used}");
    }
}
