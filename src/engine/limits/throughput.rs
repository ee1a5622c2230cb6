//! How many calls get through: all since counting began, and recent ones, without the waits that
//! the server named. Never holds a call back.
//!
//! Recent are those since the rate or the level last changed but once. Where the rate has grown
//! far, what got through on the way says too little; since the last change, too few may have gone.

use super::probes::FIRST_MS;

/// What gets through for so long is no burst.
const LONG_MS: f64 = 10_000.0;
/// The share of it that is left each time when it is found that less gets through.
const LESS: f64 = 0.8;
/// A rate that has grown by this factor has changed.
const GROWN: f64 = 1.2;

#[derive(Clone, Copy, Debug, Default)]
struct Mark {
    at_ms: f64,
    accepted: f64,
}

/// The time from one opening of a limit to the next.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Period {
    /// Those that got through, as far as is known, and those that were answered.
    pub calls: f64,
    pub answers: f64,
    pub refusals: f64,
    pub ms: f64,
    pub ended_at_ms: f64,
}

#[derive(Debug, Default)]
pub(in crate::engine) struct Throughput {
    /// When counting began, and how many calls got through since, as far as it is known.
    since_ms: f64,
    pub accepted: f64,
    /// Calls that were answered and refused since.
    answers: f64,
    refusals: f64,
    /// The last change but one, and the last one.
    recent_from: Mark,
    last_change: Mark,
    /// The rate at the last change.
    rate_then: f64,
    /// The most that got through in ten seconds, and since when the next ten are counted.
    sustained: f64,
    sustained_from: Mark,
    /// The end of the last wait that the server named.
    paused_until_ms: f64,
}

impl Throughput {
    /// Counts anew: nothing was asked for in between.
    pub fn start(&mut self, now_ms: f64) {
        self.since_ms = now_ms;
        self.accepted = 0.0;
        (self.answers, self.refusals) = (0.0, 0.0);
        self.sustained = 0.0;
        self.sustained_from = Mark { at_ms: now_ms, accepted: 0.0 };
        self.forget_recent(now_ms);
    }

    /// The rate was cut to `rate`: no call was sent at it yet.
    pub fn cut(&mut self, now_ms: f64, rate: f64) {
        self.rate_then = rate;
        self.forget_recent(now_ms);
    }

    fn forget_recent(&mut self, now_ms: f64) {
        self.last_change = Mark { at_ms: now_ms, accepted: self.accepted };
        self.recent_from = self.last_change;
    }

    /// The rate has grown.
    pub fn grown(&mut self, now_ms: f64, rate: f64) {
        if rate > self.rate_then * GROWN && self.changed(now_ms) {
            self.rate_then = rate;
        }
    }

    /// The rate or the level has changed. Returns whether that counts, which it does some time
    /// after the last change.
    pub fn changed(&mut self, now_ms: f64) -> bool {
        let counts = now_ms - self.last_change.at_ms >= FIRST_MS;
        if counts {
            self.recent_from = self.last_change;
            self.last_change = Mark { at_ms: now_ms, accepted: self.accepted };
        }
        counts
    }

    /// A call is sent. It gets through unless it is refused.
    pub fn sent(&mut self) {
        self.accepted += 1.0;
    }

    /// A call was answered.
    pub fn answered(&mut self) {
        self.answers += 1.0;
    }

    /// A call was refused that was sent at `sent_at_ms`.
    pub fn refused(&mut self, sent_at_ms: f64) {
        self.refusals += 1.0;
        if sent_at_ms >= self.since_ms {
            self.accepted -= 1.0;
        }
    }

    /// The most that got through for long.
    pub fn sustained(&mut self, now_ms: f64) -> f64 {
        let Mark { at_ms, accepted } = self.sustained_from;
        if now_ms - at_ms >= LONG_MS {
            self.sustained = self.sustained.max((self.accepted - accepted) / (now_ms - at_ms));
            self.sustained_from = Mark { at_ms: now_ms, accepted: self.accepted };
        }
        self.sustained.max(self.rate(now_ms))
    }

    /// That much gets through no more.
    pub fn is_less(&mut self) {
        self.sustained *= LESS;
    }

    /// The server named a wait. Nothing is sent meanwhile: this time says nothing of the rate.
    pub fn paused(&mut self, now_ms: f64, wait_ms: f64) {
        let until_ms = now_ms + wait_ms;
        let more_ms = until_ms - self.paused_until_ms.clamp(now_ms, until_ms);
        self.recent_from.at_ms += more_ms;
        self.last_change.at_ms += more_ms;
        self.paused_until_ms = self.paused_until_ms.max(until_ms);
    }

    /// All since counting began, where the server is open again from then on.
    pub fn period(&self, ended_at_ms: f64) -> Period {
        let ms = (ended_at_ms - self.since_ms).max(FIRST_MS);
        Period { calls: self.accepted, answers: self.answers, refusals: self.refusals, ms, ended_at_ms }
    }

    /// What got through since counting began, in calls a millisecond.
    pub fn rate(&self, now_ms: f64) -> f64 {
        self.accepted.max(1.0) / (now_ms - self.since_ms).max(FIRST_MS)
    }

    /// What got through lately.
    pub fn recent_rate(&self, now_ms: f64) -> f64 {
        let Mark { at_ms, accepted } = self.recent_from;
        (self.accepted - accepted).max(1.0) / (now_ms - at_ms).max(FIRST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(throughput: &mut Throughput, calls: usize) {
        (0..calls).for_each(|_| throughput.sent());
    }

    #[test]
    fn refused_calls_did_not_get_through_unless_they_were_sent_before_counting_began() {
        let mut throughput = Throughput::default();
        throughput.start(1_000.0);
        send(&mut throughput, 10);
        throughput.refused(1_500.0);
        throughput.refused(900.0);
        assert_eq!(throughput.rate(2_000.0), 0.009);
    }

    #[test]
    fn the_recent_rate_is_without_the_waits_that_were_named() {
        let mut throughput = Throughput::default();
        send(&mut throughput, 100);
        throughput.cut(1_000.0, 0.1);
        throughput.paused(1_000.0, 2_000.0);
        // Another refusal names the same end, and one a later end.
        throughput.paused(1_100.0, 1_900.0);
        throughput.paused(1_200.0, 2_800.0);
        send(&mut throughput, 10);
        assert_eq!(throughput.recent_rate(5_000.0), 0.01);
        assert_eq!(throughput.rate(5_000.0), 0.022);
    }

    #[test]
    fn the_recent_rate_leaves_out_what_came_before_the_last_change_but_one() {
        let mut throughput = Throughput::default();
        throughput.cut(0.0, 0.01);
        // Ten a second for a second, then 13, 20 and 30.
        for (second, rate) in [(1.0, 0.01), (2.0, 0.013), (3.0, 0.02), (4.0, 0.03)] {
            throughput.grown((second - 1.0) * 1_000.0 + 1.0, rate);
            send(&mut throughput, (rate * 1_000.0) as usize);
        }
        let recent = throughput.recent_rate(4_000.0);
        assert!((0.024..0.026).contains(&recent), "{recent}");
    }

    #[test]
    fn a_change_right_after_another_one_does_not_count() {
        let mut throughput = Throughput::default();
        send(&mut throughput, 60);
        assert!(throughput.changed(1_000.0));
        assert!(!throughput.changed(1_000.0 + FIRST_MS / 2.0));
        assert_eq!(throughput.recent_rate(2_000.0), 0.03);
    }
}
