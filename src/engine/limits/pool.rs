//! All that holds back the calls to one model at one address: the caller's limits, what the server
//! says is left, its pauses, and what was learned from its refusals.

use std::rc::Rc;

use super::adaptive::AdaptiveLimit;
use super::chance::Chance;
use super::common_faults::CommonFaults;
use super::connections::Connections;
use super::named_waits::NamedWaits;
use super::outage::Outage;
use super::pace::Pace;
use super::queue::{Queue, QueueKey};
use super::server_quota::{Sent, ServerQuota};
use super::windows::Windows;
use crate::engine::limits::backoff::{BY_CHANCE_MS, Trouble};
use crate::engine::settings::Unit;
use crate::json::Value;
use crate::model::rate_limit::RateLimits;

/// Limits are mostly given by the minute: for so long all calls may be refused before a refusal
/// counts as a retry. Where others take most of a limit it may be longer, up to five minutes.
const PATIENCE_MS: [f64; 2] = [65_000.0, 300_000.0];

/// What the pool noted about a call when it let the call go.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Grant {
    tokens: f64,
    /// Counts the grants of a pool, those too that were taken back.
    number: u64,
    level_epoch: u64,
    at_ms: f64,
    /// How many calls of the pool were under way, with this one.
    at_once: usize,
    /// How many refusals had been heard of.
    refusals: u64,
    /// Whether it was sent right after the one before.
    follows: bool,
    /// Whether the pace held it back.
    is_held: bool,
    sent: Sent,
}

/// A call that failed, and what its server said of it.
#[derive(Clone, Copy, Debug)]
pub struct Failed {
    /// What kind of failure it is.
    pub trouble: Trouble,
    /// How long the server asked to wait.
    pub named_ms: Option<f64>,
    /// Whether there is no fallback to ask instead.
    pub is_last: bool,
    /// How long a server may ask to wait.
    pub max_wait_ms: f64,
    /// From 0 up to 1.
    pub random: f64,
}

/// What a pool holds back.
#[derive(Debug)]
pub(in crate::engine) struct PoolStatus {
    pub queued: usize,
    pub in_flight: usize,
    pub paused_until_ms: Option<f64>,
    /// How many calls may be under way.
    pub level: usize,
    /// The share of the limit.
    pub requests_used: Option<f64>,
    pub tokens_used: Option<f64>,
    /// A row for each limit over time.
    pub limits: Value,
}

/// The calls to one model at one address.
#[derive(Debug)]
pub(in crate::engine) struct Pool {
    pub waiting: Queue,
    /// The head of the queue that has set a timer, and for when.
    pub timer_armed_for: Option<(QueueKey, f64)>,
    pub in_flight: usize,
    /// How many slots are lent to runs that calls under way wait for.
    pub lent: usize,
    /// Whether calls go one by one, since a shared limiter is asked for each.
    pub one_by_one: bool,
    /// Whether the shared limiter is being asked.
    pub asking: bool,
    /// Calls that are made, whether they are under way or wait.
    pub members: usize,
    /// Of its host, where they are few.
    pub connections: Option<Rc<Connections>>,
    /// In tokens.
    pub longest_answer: Option<u64>,
    used_at_ms: f64,
    windows: Windows,
    quota: ServerQuota,
    level: AdaptiveLimit,
    pace: Pace,
    chance: Chance,
    outage: Outage,
    common_faults: CommonFaults,
    granted: u64,
    answered: u64,
    waits: NamedWaits,
    /// Whether the next call is the second of a pair.
    is_second: bool,
    /// How long the last answer took.
    answer_ms: f64,
}

impl Pool {
    /// A pool that nothing is known of, with the caller's limits.
    pub fn new(windows: Windows, concurrency: Option<usize>) -> Self {
        Self {
            waiting: Queue::default(),
            timer_armed_for: None,
            in_flight: 0,
            lent: 0,
            one_by_one: false,
            asking: false,
            members: 0,
            connections: None,
            longest_answer: None,
            used_at_ms: f64::NEG_INFINITY,
            windows,
            quota: ServerQuota::default(),
            level: AdaptiveLimit::new(concurrency),
            pace: Pace::default(),
            chance: Chance::default(),
            outage: Outage::default(),
            common_faults: CommonFaults::default(),
            granted: 0,
            answered: 0,
            waits: NamedWaits::default(),
            is_second: false,
            answer_ms: 0.0,
        }
    }

    /// One more call is to be made.
    pub fn join(&mut self, now_ms: f64) {
        if self.members == 0 {
            self.pace.start(now_ms);
        }
        self.members += 1;
    }

    /// Whether the pool can be dropped: nobody uses it, and it knows no more than a new one, or
    /// what it knows is out of date.
    pub fn is_idle(&mut self, now_ms: f64) -> bool {
        const SOON_MS: f64 = 60_000.0;
        let is_new = self.level.is_new() && !self.pace.is_on();
        self.members == 0
            && self.in_flight == 0
            && self.waiting.first().is_none()
            && (is_new || self.used_at_ms + SOON_MS <= now_ms)
            && self.opens_at(now_ms, f64::INFINITY) <= now_ms
            && self.windows.are_empty(now_ms)
    }

    pub fn status(&mut self, now_ms: f64) -> PoolStatus {
        PoolStatus {
            queued: self.waiting.len(),
            in_flight: self.in_flight,
            paused_until_ms: Some(self.paused_until_ms()).filter(|until_ms| *until_ms > now_ms),
            level: self.connections.iter().fold(self.level.limit(), |level, few| level.min(few.most)),
            requests_used: self.windows.used(Unit::Requests, now_ms),
            tokens_used: self.windows.used(Unit::Tokens, now_ms),
            limits: self.windows.rows(now_ms),
        }
    }

    /// The head of the queue and when it may go; none while the pool has as many calls under way as
    /// it may.
    pub fn next(&mut self, now_ms: f64) -> Option<(QueueKey, f64)> {
        let (key, waiter) = self.waiting.first()?;
        let (key, tokens) = (*key, waiter.tokens);
        if !self.has_room(key) {
            return None;
        }
        let in_flight = self.in_flight.saturating_sub(key.share_of(self.lent));
        Some((key, self.opens_at(now_ms, tokens).max(self.level.opens_at(in_flight))))
    }

    /// When both the head of the queue and a call that may use `tokens` fit into all limits.
    pub fn opens_for_all_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        let next = self.next(now_ms).map_or(now_ms, |(_, at_ms)| at_ms);
        self.opens_at(now_ms, tokens).max(next)
    }

    fn has_room(&self, key: QueueKey) -> bool {
        let in_flight = self.in_flight.saturating_sub(key.share_of(self.lent));
        let most = self.level.limit().max(self.pace.room(self.chance.is_open()));
        let needed = if self.goes_in_pairs() && !self.is_second { 2 } else { 1 };
        let is_connected = self.connections.as_ref().is_none_or(|connections| connections.are_left());
        !self.asking && is_connected && in_flight + needed <= most && self.outage.has_room(in_flight)
    }

    /// Whether calls go two at a time. Once there is a rate, `Pace` has some go together.
    fn goes_in_pairs(&self) -> bool {
        !self.pace.is_on() && self.chance.goes_in_pairs(self.level.limit())
    }

    /// When a call that may use `tokens` fits into all limits over time, and all pauses are over.
    pub fn opens_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        self.quota.expire(now_ms);
        [
            self.windows.opens_at(now_ms, tokens),
            self.quota.opens_at(now_ms, tokens),
            self.pace.opens_at(),
            self.outage.until_ms(),
        ]
        .into_iter()
        .fold(self.waits.until_ms().max(now_ms), f64::max)
    }

    /// Lets a call go that may use `tokens`.
    pub fn grant(&mut self, now_ms: f64, tokens: f64) -> Grant {
        self.in_flight += 1;
        self.is_second = !self.is_second && self.goes_in_pairs();
        if let Some(connections) = &self.connections {
            connections.take();
        }
        self.asking = self.one_by_one;
        self.granted += 1;
        self.used_at_ms = now_ms;
        let follows = self.chance.sent(now_ms, self.answered, self.pace.gap_ms(now_ms));
        let others_wait = self.waiting.first().is_some() && self.in_flight < self.level.limit();
        let is_held = self.pace.sent(now_ms, self.chance.is_open(), others_wait);
        self.windows.take(self.granted, now_ms, tokens);
        Grant {
            tokens,
            number: self.granted,
            level_epoch: self.level.epoch(),
            at_ms: now_ms,
            at_once: self.in_flight,
            refusals: self.chance.refusals,
            follows,
            is_held,
            sent: self.quota.take(tokens),
        }
    }

    /// A call is not under way any more.
    pub fn leave(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        if let Some(connections) = &self.connections {
            connections.give_back();
        }
    }

    /// Undoes a grant that nobody used: nothing was sent.
    pub fn take_back(&mut self, grant: &Grant) {
        self.asking = false;
        self.leave();
        self.quota.take_back(grant.tokens);
        self.windows.take_back(grant.number, grant.tokens);
    }

    /// What a call really used, and what its answer said of the limits.
    pub fn settle(&mut self, grant: &Grant, tokens: f64, limits: &RateLimits, now_ms: f64) {
        self.windows.settle(grant.number, now_ms, grant.tokens, tokens);
        self.quota.heard(limits, grant.sent, now_ms);
    }

    /// A call was answered.
    pub fn answered(&mut self, grant: &Grant, now_ms: f64) {
        self.answered += 1;
        self.answer_ms = now_ms - grant.at_ms;
        self.chance.came_back(grant.number, grant.follows, false);
        self.pace.answered(grant.number, grant.is_held, now_ms);
        self.outage.answered(now_ms);
        self.waits.answered(grant.number, grant.at_ms);
        let at_once = grant.at_once.saturating_sub(self.refused_beside(grant));
        let epoch = self.level.epoch();
        self.level.answered(grant.level_epoch, at_once, now_ms);
        if self.level.epoch() != epoch {
            self.pace.level_changed(now_ms);
        }
    }

    /// How many calls that seemed to be under way when this one was sent were refused: they had
    /// never been.
    fn refused_beside(&self, grant: &Grant) -> usize {
        self.chance.refused_beside(grant.number, grant.refusals)
    }

    /// A call failed in a way that may be gone the next time. Slows down, or pauses, all calls of
    /// the pool as far as the failure says something of all. Returns whether the call may queue
    /// again without using up a retry: others get through, or will after a while.
    pub fn failed(&mut self, grant: &Grant, failed: Failed, now_ms: f64) -> bool {
        let Failed { trouble, named_ms, is_last, max_wait_ms, random } = failed;
        let limited = trouble == Trouble::Limited;
        if limited {
            self.outage.refused(now_ms);
        }
        let next = self.granted + 1;
        let is_out = !limited && self.outage.failed(grant.number, next, now_ms, random);
        let held_ms = self.refused(grant, trouble, named_ms, now_ms);
        if self.chance.is_likely() {
            self.pace.set_free();
            self.level.set_free();
        } else if trouble != Trouble::Passing && !is_out {
            // Too many at once, or too many over time: at first nobody knows which of the two it
            // is.
            let taken = (grant.at_once - 1).saturating_sub(self.refused_beside(grant));
            let too_many = self.level.refused(grant.level_epoch, grant.at_once, taken);
            if limited {
                let in_doubt = self.goes_in_pairs() && self.pace.is_tolerable();
                let cuts = !too_many && !in_doubt;
                self.pace.refused(grant.number, grant.at_ms, cuts, held_ms, now_ms, random);
                // Where others are under way and not refused, their number is known to be right.
                if too_many && taken > 1 && self.level.epoch() != grant.level_epoch {
                    self.pace.explained(now_ms);
                }
            }
        }
        self.windows.is_refused |= self.pace.is_refused();
        self.windows.is_refused &= !self.chance.is_likely();
        if !limited {
            return is_out && is_last;
        }
        // The refusals of one call that is alone do not say that others get through.
        let others_may = self.outage.was_up() || self.members > 1;
        let [least, most] = PATIENCE_MS;
        let most_ms = match named_ms {
            Some(_) => max_wait_ms,
            None if self.outage.was_up() => self.pace.next_within_ms(now_ms).clamp(least, most),
            None => least,
        };
        others_may && self.outage.failing_ms(now_ms) < most_ms
    }

    /// A call may have been refused. Returns the wait that all calls are held back for, if any.
    fn refused(
        &mut self,
        grant: &Grant,
        trouble: Trouble,
        named_ms: Option<f64>,
        now_ms: f64,
    ) -> Option<f64> {
        match trouble {
            Trouble::Limited => self.chance.came_back(grant.number, grant.follows, true),
            Trouble::Overloaded => self.chance.overloaded(grant.number),
            Trouble::Slow | Trouble::Passing => return None,
        }
        let row = self.chance.row(grant.number);
        let holds = self.waits.refused(grant.number, row, named_ms, now_ms);
        named_ms.filter(|_| holds)
    }

    /// A call came to its first outcome, the refusals of a limit and the failures of an outage left
    /// aside.
    pub fn first_outcome(&mut self, failed: bool) {
        self.common_faults.came_back(failed);
    }

    /// Whether so many failures of one call need no cause of its own: others fail and get through
    /// by turns.
    pub fn explains(&self, failures: u32) -> bool {
        self.outage.is_up() && self.common_faults.explain(failures)
    }

    /// How long a refused call waits at most before its next try, unless the server has named the
    /// wait. Where refusals come by chance, the next call would get through. One call too many has
    /// a place once another is answered.
    pub fn longest_wait_ms(&self, grant: &Grant) -> f64 {
        if self.chance.is_likely() {
            BY_CHANCE_MS
        } else if self.level.explains(grant.level_epoch, grant.at_once) {
            self.answer_ms
        } else {
            f64::INFINITY
        }
    }

    pub fn paused_until_ms(&self) -> f64 {
        self.waits.until_ms().max(self.outage.until_ms())
    }

    /// Until when the server does not want a call that may use `tokens`, by what it said; none if
    /// it does.
    pub fn unwelcome_until_ms(&self, tokens: f64, now_ms: f64) -> Option<f64> {
        let until_ms = self.quota.opens_at(now_ms, tokens).max(self.waits.until_ms());
        Some(until_ms).filter(|until_ms| *until_ms > now_ms)
    }

    pub fn pause(&mut self, until_ms: f64) {
        self.waits.pause(until_ms);
    }
}
