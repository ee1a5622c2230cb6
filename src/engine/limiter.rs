//! One gate for everything that an agent sends: so many calls at once, so many requests and tokens a minute, and the
//! pauses that servers ask for. Never sends anything itself.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

pub use super::acquire::Acquire;
use super::pool::{Grant, Place, Pool, Waiter};
use super::settings::{Concurrency, Limits};
use crate::model::rate_limit::RateLimits;
use crate::platform::Platform;

/// The gate. Pools are kept apart: a pause of one model does not hold up another; the number of calls at once is
/// shared by all.
pub struct Limiter {
    pub(super) platform: Rc<dyn Platform>,
    limits: Limits,
    pub(super) state: RefCell<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub in_flight: usize,
    /// How many of them wait for runs that their slots are lent to.
    pub lent: usize,
    arrivals: u64,
    /// Who lets the next ones through, once everybody has queued up.
    pub steward: Option<(PoolId, Place)>,
    pools: Vec<(String, Pool)>,
}

impl State {
    pub fn pool(&mut self, id: PoolId) -> Option<&mut Pool> {
        self.pools.get_mut(id.0).map(|(_, pool)| pool)
    }

    /// For all, those that calls under way wait for too.
    fn is_full(&self, most: usize) -> bool {
        self.in_flight.saturating_sub(self.lent) >= most
    }

    pub fn has_room(&self, most: usize, place: Place) -> bool {
        self.in_flight.saturating_sub(place.share_of(self.lent)) < most
    }

    fn lend(&mut self, lent: usize) {
        self.lent = lent;
        for (_, pool) in &mut self.pools {
            pool.lent = lent;
        }
    }
}

/// Names the calls to one model at one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolId(usize);

impl Limiter {
    /// An open gate.
    #[must_use]
    pub fn new(platform: Rc<dyn Platform>, limits: Limits) -> Rc<Self> {
        Rc::new(Self { platform, limits, state: RefCell::default() })
    }

    /// The pool of that name; a new one the first time.
    pub fn pool(&self, name: &str) -> PoolId {
        let mut state = self.state.borrow_mut();
        if let Some(known) = state.pools.iter().position(|(other, _)| other == name) {
            return PoolId(known);
        }
        let auto = self.limits.concurrency == Concurrency::Auto;
        let mut pool = Pool::new(self.limits.requests_per_minute, self.limits.tokens_per_minute, auto);
        pool.lent = state.lent;
        state.pools.push((name.into(), pool));
        PoolId(state.pools.len() - 1)
    }

    /// A place at the end of the queue, ahead of all that have a lighter `path` behind them; or of those that calls under way
    /// wait for.
    pub fn place(&self, path: u32, ahead: bool) -> Place {
        let mut state = self.state.borrow_mut();
        state.arrivals += 1;
        Place::new(ahead, path, state.arrivals)
    }

    /// Waits until a call that may use `tokens` can be sent. A pause that lasts `until_ms` or longer is not waited for:
    /// the error tells when it ends. Dropping the future leaves the queue.
    pub fn acquire(self: &Rc<Self>, pool: PoolId, place: Place, tokens: f64, until_ms: f64) -> Acquire {
        let waiter = Rc::new(Waiter { tokens, ..Waiter::default() });
        let mut state = self.state.borrow_mut();
        if let Some(pool) = state.pool(pool) {
            pool.waiting.insert(place, &waiter);
        }
        state.steward.get_or_insert((pool, place));
        Acquire::new(Rc::clone(self), (pool, place), waiter, until_ms)
    }

    /// Waits for a slot alone, and gets the next. For calls that one could do without: none where the clock holds calls
    /// back, nor when a server asks for a pause.
    pub fn acquire_next(self: &Rc<Self>, pool: PoolId, tokens: f64) -> Option<Acquire> {
        let now = self.platform.now_ms();
        let opens_at = self.state.borrow_mut().pool(pool)?.opens_for_all_at(now, tokens);
        (opens_at <= now).then(|| self.acquire(pool, self.place(u32::MAX, false), tokens, now))
    }

    /// A call under way leaves its slot to those that it waits for.
    pub(super) fn lend(&self) {
        let mut state = self.state.borrow_mut();
        let lent = state.lent + 1;
        state.lend(lent);
    }

    pub(super) fn take_back(&self) {
        let mut state = self.state.borrow_mut();
        let lent = state.lent.saturating_sub(1);
        state.lend(lent);
    }

    pub(super) fn most(&self) -> usize {
        match self.limits.concurrency {
            Concurrency::Fixed(most) => most,
            Concurrency::Auto => usize::MAX,
        }
    }

    /// Has somebody who waits let the next ones through, in a moment: a task that ends here frees its slot before those
    /// that depend on it have queued up, and one of these may have to go first.
    pub(super) fn dispatch_soon(&self) {
        let mut state = self.state.borrow_mut();
        if state.steward.is_some() {
            return;
        }
        let head = |(index, (_, pool)): (usize, &(String, Pool))| {
            pool.waiting.first().map(|(place, waiter)| (*place, PoolId(index), Rc::clone(waiter)))
        };
        let first = state.pools.iter().enumerate().filter_map(head).min_by_key(|(place, ..)| *place);
        if let Some((place, pool, waiter)) = first {
            state.steward = Some((pool, place));
            waiter.wake();
        }
    }

    /// Lets through whoever can go, and tells the heads of the queues that wait for the clock alone to set a timer.
    pub(super) fn dispatch(&self) {
        let now = self.platform.now_ms();
        let mut state = self.state.borrow_mut();
        state.steward = None;
        while !state.is_full(self.most()) {
            let open = |(index, (_, pool)): (usize, &mut (String, Pool))| {
                pool.next(now).filter(|&(_, at)| at <= now).map(|(place, _)| (place, index))
            };
            let Some((place, index)) = state.pools.iter_mut().enumerate().filter_map(open).min() else {
                break;
            };
            if !state.has_room(self.most(), place) {
                return;
            }
            let Some(pool) = state.pool(PoolId(index)) else { break };
            let Some(waiter) = pool.waiting.remove(place) else { break };
            waiter.grant.set(Some(pool.grant(now, waiter.tokens)));
            state.in_flight += 1;
            waiter.wake();
        }
        if state.is_full(self.most()) {
            return;
        }
        for (_, pool) in &mut state.pools {
            let head = pool.next(now);
            if head != pool.told {
                pool.told = head;
                if let Some(waiter) = head.and_then(|(place, _)| pool.waiting.get(place)) {
                    waiter.wake();
                }
            }
        }
    }
}

impl fmt::Debug for Limiter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Limiter").field("state", &self.state).finish_non_exhaustive()
    }
}

/// The right to have one call under way. Dropping it lets the next one go.
#[derive(Debug)]
pub struct Permit {
    limiter: Rc<Limiter>,
    pool: PoolId,
    grant: Grant,
}

impl Permit {
    pub(super) fn new(limiter: Rc<Limiter>, pool: PoolId, grant: Grant) -> Self {
        Self { limiter, pool, grant }
    }

    /// Tells what the call used, and what its answer said of the limits.
    pub fn settle(&self, tokens: f64, limits: &RateLimits) {
        let now = self.limiter.platform.now_ms();
        self.with_pool(|pool| pool.settle(&self.grant, tokens, limits, now));
    }

    /// The call was answered.
    pub fn answered(&self) {
        self.with_pool(Pool::answered);
    }

    /// The call was refused since there was too much to do.
    pub fn overloaded(&self) {
        self.with_pool(|pool| pool.overloaded(&self.grant));
    }

    /// Holds back every call that shares this limit.
    pub fn pause(&self, wait_ms: f64) {
        let until = self.limiter.platform.now_ms() + wait_ms;
        self.with_pool(|pool| pool.pause(until));
    }

    /// Whether others were answered while this call was under way.
    #[must_use]
    pub fn others_progressed(&self) -> bool {
        let mut state = self.limiter.state.borrow_mut();
        state.pool(self.pool).is_some_and(|pool| pool.progressed_since(&self.grant))
    }

    fn with_pool(&self, change: impl FnOnce(&mut Pool)) {
        if let Some(pool) = self.limiter.state.borrow_mut().pool(self.pool) {
            change(pool);
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.limiter.state.borrow_mut();
            state.in_flight = state.in_flight.saturating_sub(1);
            if let Some(pool) = state.pool(self.pool) {
                pool.in_flight = pool.in_flight.saturating_sub(1);
            }
        }
        self.limiter.dispatch_soon();
    }
}
