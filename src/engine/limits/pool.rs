//! Everything that holds back the calls to one model at one address: its queue, its limits, its pauses.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::task::Waker;

use super::adaptive::Level;
use super::chance::Chance;
use super::outage::Outage;
use super::pace::Pace;
use super::queue::Queue;
use super::windows::Windows;
use crate::engine::limits::backoff::Trouble;
use crate::engine::settings::Unit;
use crate::json::Value;
use crate::model::rate_limit::{Quota, RateLimits};

/// Limits are mostly given by the minute: for so long nobody may get through.
const A_MINUTE_MS: f64 = 65_000.0;

/// A place in the queue: those that a call under way waits for go first, then the heaviest path behind, then who came first.
/// A call keeps its place when it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    behind: bool,
    path: Reverse<u32>,
    arrival: u64,
}

impl Place {
    pub(in crate::engine) fn new(ahead: bool, path: u32, arrival: u64) -> Self {
        Self { behind: !ahead, path: Reverse(path), arrival }
    }

    /// Of the slots that are lent, those that this place may have.
    pub(in crate::engine) fn share_of(self, lent: usize) -> usize {
        if self.behind { 0 } else { lent }
    }
}

/// One who stands in the queue.
#[derive(Debug, Default)]
pub(in crate::engine) struct Waiter {
    pub tokens: f64,
    pub grant: Cell<Option<Grant>>,
    pub waker: RefCell<Option<Waker>>,
}

impl Waiter {
    pub fn wake(&self) {
        if let Some(waker) = self.waker.borrow_mut().take() {
            waker.wake();
        }
    }
}

/// What a call was let through with.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct Grant {
    tokens: f64,
    /// Counts the calls of a pool, those too that were taken back.
    number: u64,
    at_ms: f64,
    level_epoch: u64,
    at_once: usize,
    /// Whether it was sent right after the one before.
    follows: bool,
    /// Whether the pace held it back.
    is_held: bool,
    sent: Sent,
}

/// A call that failed, and what its server said of it.
#[derive(Clone, Copy, Debug)]
pub struct Failed {
    /// In which way.
    pub trouble: Trouble,
    /// How long the server asked to wait.
    pub named_ms: Option<f64>,
    /// Whether nobody else could be asked.
    pub is_last: bool,
    /// How long a server may ask to wait.
    pub max_wait_ms: f64,
    /// From 0 up to 1.
    pub random: f64,
}

/// Counts of everything that was let through so far.
#[derive(Clone, Copy, Debug, Default)]
struct Sent {
    requests: f64,
    tokens: f64,
}

/// What the server said is left, less what was sent since.
#[derive(Clone, Copy, Debug)]
struct Allowance {
    left: f64,
    until_ms: f64,
}

impl Allowance {
    fn opens_at(&self, now_ms: f64, amount: f64) -> f64 {
        if self.left >= amount { now_ms } else { self.until_ms.max(now_ms) }
    }
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
    /// The head of the queue that was told to wait for the clock, and until when.
    pub told: Option<(Place, f64)>,
    pub in_flight: usize,
    /// How many slots are lent to runs that calls under way wait for.
    pub lent: usize,
    /// Whether calls go one by one, since other processes are asked for each.
    pub one_by_one: bool,
    /// Whether others are being asked.
    pub asking: bool,
    /// Calls that are made, whether they are under way or wait.
    pub members: usize,
    /// In tokens.
    pub longest_answer: Option<u64>,
    used_at_ms: f64,
    pub windows: Windows,
    level: Level,
    pace: Pace,
    chance: Chance,
    outage: Outage,
    granted: u64,
    paused_until_ms: f64,
    sent: Sent,
    answered: u64,
    requests_left: Option<Allowance>,
    tokens_left: Option<Allowance>,
}

impl Pool {
    pub fn new(windows: Windows, most: Option<usize>) -> Self {
        Self {
            waiting: Queue::default(),
            told: None,
            in_flight: 0,
            lent: 0,
            one_by_one: false,
            asking: false,
            members: 0,
            longest_answer: None,
            used_at_ms: f64::NEG_INFINITY,
            windows,
            level: Level::new(most),
            pace: Pace::default(),
            chance: Chance::default(),
            outage: Outage::default(),
            granted: 0,
            paused_until_ms: f64::NEG_INFINITY,
            sent: Sent::default(),
            answered: 0,
            requests_left: None,
            tokens_left: None,
        }
    }

    /// One more call is to be made.
    pub fn join(&mut self, now_ms: f64) {
        if self.members == 0 {
            self.pace.start(now_ms);
        }
        self.members += 1;
    }

    /// Whether nothing would be lost with it: nobody uses it, and what it knows is as of a new one, or out of date.
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
            level: self.level.limit(),
            requests_used: self.windows.used(Unit::Requests, now_ms),
            tokens_used: self.windows.used(Unit::Tokens, now_ms),
            limits: self.windows.rows(now_ms),
        }
    }

    /// Who is next and when; nobody while the pool holds as many calls as it may.
    pub fn next(&mut self, now_ms: f64) -> Option<(Place, f64)> {
        let (place, waiter) = self.waiting.first()?;
        let (place, tokens) = (*place, waiter.tokens);
        if !self.has_room(place) {
            return None;
        }
        Some((place, self.opens_at(now_ms, tokens)))
    }

    /// When the clock holds back neither `tokens` nor who is next.
    pub fn opens_for_all_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        let next = self.next(now_ms).map_or(now_ms, |(_, at_ms)| at_ms);
        self.opens_at(now_ms, tokens).max(next)
    }

    fn has_room(&self, place: Place) -> bool {
        let lent = place.share_of(self.lent);
        let in_flight = self.in_flight.saturating_sub(lent);
        !self.asking && in_flight < self.level.limit() && self.outage.has_room(in_flight)
    }

    pub fn opens_at(&mut self, now_ms: f64, tokens: f64) -> f64 {
        for left in [&mut self.requests_left, &mut self.tokens_left] {
            if left.is_some_and(|allowance| allowance.until_ms <= now_ms) {
                *left = None;
            }
        }
        [
            Some(self.windows.opens_at(now_ms, tokens)),
            self.requests_left.map(|allowance| allowance.opens_at(now_ms, 1.0)),
            self.tokens_left.map(|allowance| allowance.opens_at(now_ms, tokens)),
        ]
        .into_iter()
        .flatten()
        .chain([self.pace.opens_at(), self.outage.until_ms()])
        .fold(self.paused_until_ms.max(now_ms), f64::max)
    }

    pub fn grant(&mut self, now_ms: f64, tokens: f64) -> Grant {
        self.in_flight += 1;
        self.asking = self.one_by_one;
        self.granted += 1;
        self.used_at_ms = now_ms;
        let follows = self.chance.sent(now_ms, self.answered, self.pace.gap_ms(now_ms));
        let others_wait = self.waiting.first().is_some() && self.in_flight < self.level.limit();
        let is_held = self.pace.sent(now_ms, self.chance.is_open(), others_wait);
        self.sent.requests += 1.0;
        self.sent.tokens += tokens;
        if let Some(allowance) = &mut self.requests_left {
            allowance.left -= 1.0;
        }
        if let Some(allowance) = &mut self.tokens_left {
            allowance.left -= tokens;
        }
        self.windows.take(self.granted, now_ms, tokens);
        Grant {
            tokens,
            number: self.granted,
            at_ms: now_ms,
            level_epoch: self.level.epoch(),
            at_once: self.in_flight,
            follows,
            is_held,
            sent: self.sent,
        }
    }

    /// Undoes a grant that nobody used: nothing was sent.
    pub fn take_back(&mut self, grant: &Grant) {
        self.asking = false;
        self.in_flight = self.in_flight.saturating_sub(1);
        self.sent.requests -= 1.0;
        self.sent.tokens -= grant.tokens;
        if let Some(allowance) = &mut self.requests_left {
            allowance.left += 1.0;
        }
        if let Some(allowance) = &mut self.tokens_left {
            allowance.left += grant.tokens;
        }
        self.windows.take_back(grant.number, grant.tokens);
    }

    /// What a call really used, and what its answer said of the limits.
    pub fn settle(&mut self, grant: &Grant, tokens: f64, limits: &RateLimits, now_ms: f64) {
        self.windows.settle(grant.number, now_ms, grant.tokens, tokens);
        // The server counted what had reached it; what was sent since comes off as well.
        let allow = |quota: Quota, since: f64| Allowance {
            left: quota.remaining - since,
            until_ms: now_ms + quota.resets_in_ms,
        };
        if let Some(quota) = limits.requests {
            self.requests_left = Some(allow(quota, self.sent.requests - grant.sent.requests));
        }
        if let Some(quota) = limits.tokens {
            self.tokens_left = Some(allow(quota, self.sent.tokens - grant.sent.tokens));
        }
    }

    pub fn answered(&mut self, grant: &Grant, now_ms: f64) {
        self.answered += 1;
        self.chance.came_back(grant.number, grant.follows, false);
        self.pace.answered(grant.number, grant.is_held, now_ms);
        self.outage.answered(now_ms);
        self.level.answered(grant.level_epoch, grant.at_once, grant.is_held, now_ms);
    }

    /// A call failed in a way that may be gone the next time: slows down, or holds everything back, as far as that says
    /// something of all calls. Whether it may stand in line again: others get through, or will after a while.
    pub fn failed(&mut self, grant: &Grant, failed: Failed, now_ms: f64) -> bool {
        let Failed { trouble, named_ms, is_last, max_wait_ms, random } = failed;
        let limited = trouble == Trouble::Limited;
        let refused = limited || trouble == Trouble::Overloaded;
        if limited {
            self.outage.refused(now_ms);
        }
        let next = self.granted + 1;
        let is_out = !limited && self.outage.failed(grant.number, next, now_ms, random);
        if refused {
            self.chance.came_back(grant.number, grant.follows, true);
        }
        if self.chance.is_likely() {
            self.pace.set_free();
        } else if trouble != Trouble::Passing && !is_out {
            // One of the two is the cause, and at first nobody knows which.
            let too_many = self.level.refused(grant.level_epoch, grant.at_once);
            if limited {
                // Those that went together with another tell of chance alone.
                let cuts = !(too_many || grant.follows && self.pace.is_on());
                self.pace.refused(grant.number, grant.at_ms, cuts, named_ms, now_ms, random);
            }
        }
        self.windows.is_refused = self.pace.is_on();
        if let Some(wait_ms) = named_ms
            && trouble != Trouble::Passing
        {
            self.pause(now_ms + wait_ms);
        }
        if !limited {
            return is_out && is_last;
        }
        // One call alone that is always refused tells nothing of others that get through.
        let others_may = self.outage.was_up() || self.members > 1;
        let most_ms = if named_ms.is_some() { max_wait_ms } else { A_MINUTE_MS };
        others_may && self.outage.failing_ms(now_ms) < most_ms
    }

    pub fn paused_until_ms(&self) -> f64 {
        self.paused_until_ms.max(self.outage.until_ms())
    }

    /// Until when a call that may use `tokens` is not welcome, going by what the server said.
    pub fn unwelcome_until_ms(&self, tokens: f64, now_ms: f64) -> f64 {
        let left = [(self.requests_left, 1.0), (self.tokens_left, tokens)];
        left.into_iter()
            .filter_map(|(allowance, amount)| Some(allowance?.opens_at(now_ms, amount)))
            .fold(self.paused_until_ms, f64::max)
    }

    pub fn pause(&mut self, until_ms: f64) {
        self.paused_until_ms = self.paused_until_ms.max(until_ms);
    }
}
