//! All that holds back the calls to one model at one address: the caller's limits, what the server
//! says is left, its pauses, and what was learned from its refusals.

use std::rc::Rc;

use super::connections::Connections;
use super::learned::{Failed, Learned, SentCall};
use super::queue::{Queue, QueueKey};
use super::server_quota::{Sent, ServerQuota};
use super::windows::Windows;
use crate::engine::settings::Unit;
use crate::json::Value;
use crate::model::rate_limit::RateLimits;

/// Why a call is not waited for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Closed {
    /// The server asked for a pause that is beyond the patience of the call.
    Paused {
        /// When it ends.
        opens_at_ms: f64,
    },
    /// The server fails every call, and there is a fallback to ask instead.
    Out,
    /// The server refuses every call for its rate, and there is a fallback to ask instead.
    UsedUp,
}

/// What the pool noted about a call when it let the call go.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Grant {
    tokens: f64,
    call: SentCall,
    /// By what the server said is left.
    sent: Sent,
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
    learned: Learned,
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
            learned: Learned::new(concurrency),
        }
    }

    /// One more call is to be made.
    pub fn join(&mut self, now_ms: f64) {
        if self.members == 0 {
            self.learned.start(now_ms);
        }
        self.members += 1;
    }

    /// Whether the pool can be dropped: nobody uses it, and it knows no more than a new one, or
    /// what it knows is out of date.
    pub fn is_idle(&mut self, now_ms: f64) -> bool {
        const SOON_MS: f64 = 60_000.0;
        self.members == 0
            && self.in_flight == 0
            && self.waiting.first().is_none()
            && (self.learned.is_new() || self.used_at_ms + SOON_MS <= now_ms)
            && self.opens_at(now_ms, f64::INFINITY) <= now_ms
            && self.windows.are_empty(now_ms)
    }

    pub fn status(&mut self, now_ms: f64) -> PoolStatus {
        PoolStatus {
            queued: self.waiting.len(),
            in_flight: self.in_flight,
            paused_until_ms: Some(self.paused_until_ms()).filter(|until_ms| *until_ms > now_ms),
            level: self.connections.iter().fold(self.learned.level(), |level, few| level.min(few.most)),
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
        Some((key, self.opens_at(now_ms, tokens).max(self.learned.opens_beside(in_flight))))
    }

    /// When both the head of the queue and a call that may use `tokens` fit into all limits.
    pub fn opens_for_all_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        let next = self.next(now_ms).map_or(now_ms, |(_, at_ms)| at_ms);
        self.opens_at(now_ms, tokens).max(next)
    }

    fn has_room(&self, key: QueueKey) -> bool {
        let in_flight = self.in_flight.saturating_sub(key.share_of(self.lent));
        let is_connected = self.connections.as_ref().is_none_or(|connections| connections.are_left());
        !self.asking && is_connected && self.learned.has_room(in_flight)
    }

    /// When a call that may use `tokens` fits into all limits over time, and all pauses are over.
    pub fn opens_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        self.quota.expire(now_ms);
        [self.windows.opens_at(now_ms, tokens), self.quota.opens_at(now_ms, tokens), self.learned.opens_at()]
            .into_iter()
            .fold(now_ms, f64::max)
    }

    /// Lets a call go that may use `tokens`.
    pub fn grant(&mut self, now_ms: f64, tokens: f64) -> Grant {
        self.in_flight += 1;
        if let Some(connections) = &self.connections {
            connections.take();
        }
        self.asking = self.one_by_one;
        self.used_at_ms = now_ms;
        let others_wait = self.waiting.first().is_some();
        let call = self.learned.sent(self.in_flight, others_wait, now_ms);
        self.windows.take(call.number, now_ms, tokens);
        Grant { tokens, call, sent: self.quota.take(tokens) }
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
        self.windows.take_back(grant.call.number, grant.tokens);
    }

    /// What a call really used, and what its answer said of the limits.
    pub fn settle(&mut self, grant: &Grant, tokens: f64, limits: &RateLimits, now_ms: f64) {
        self.windows.settle(grant.call.number, now_ms, grant.tokens, tokens);
        self.quota.heard(limits, grant.sent, now_ms);
    }

    pub fn answered(&mut self, grant: &Grant, now_ms: f64) {
        self.learned.answered(&grant.call, now_ms);
    }

    /// A call failed in a way that may be gone the next time. Slows down, or pauses, all calls of
    /// the pool as far as the failure says something of all. Returns whether the call may queue
    /// again without using up a retry.
    pub fn failed(&mut self, grant: &Grant, failed: Failed, now_ms: f64) -> bool {
        let may_queue = self.learned.failed(&grant.call, failed, self.members <= 1, now_ms);
        self.windows.is_refused = self.learned.refuses_the_rate().unwrap_or(self.windows.is_refused);
        if self.closed(now_ms).is_some() {
            self.waiting.wake_movable();
        }
        may_queue
    }

    /// A call came to its first outcome, the refusals of a limit and the failures of an outage left
    /// aside.
    pub fn first_outcome(&mut self, failed: bool) {
        self.learned.first_outcome(failed);
    }

    /// Whether so many failures of one call need no cause of its own.
    pub fn explains(&self, failures: u32) -> bool {
        self.learned.explains(failures)
    }

    /// How long a refused call waits at most before its next try, unless the server has named the
    /// wait.
    pub fn longest_wait_ms(&self, grant: &Grant) -> f64 {
        self.learned.longest_wait_ms(&grant.call)
    }

    /// Why another server is to be asked instead, if there is one.
    pub fn closed(&self, now_ms: f64) -> Option<Closed> {
        let is_out = self.learned.is_out(now_ms).then_some(Closed::Out);
        is_out.or_else(|| self.learned.is_used_up(now_ms).then_some(Closed::UsedUp))
    }

    /// Whether no call gets through where some did.
    pub fn has_closed(&self, now_ms: f64) -> bool {
        self.learned.was_up() && self.closed(now_ms).is_some()
    }

    pub fn paused_until_ms(&self) -> f64 {
        self.learned.paused_until_ms()
    }

    /// Until when the server does not want a call that may use `tokens`, by what it said; none if
    /// it does.
    pub fn unwelcome_until_ms(&self, tokens: f64, now_ms: f64) -> Option<f64> {
        let until_ms = self.quota.opens_at(now_ms, tokens).max(self.learned.wait_until_ms());
        Some(until_ms).filter(|until_ms| *until_ms > now_ms)
    }

    pub fn pause(&mut self, until_ms: f64) {
        self.learned.pause(until_ms);
    }
}
