//! One gate for everything that an agent sends: so many calls at once, so many requests and tokens a minute, and the
//! pauses that servers ask for. Never sends anything itself.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use futures::future::LocalBoxFuture;

use super::pool::{Grant, Place, Pool, Waiter};
use super::settings::{Concurrency, Limits};
use crate::model::rate_limit::RateLimits;
use crate::platform::Platform;

/// The gate. Pools are kept apart: a pause of one model does not hold up another; the number of calls at once is
/// shared by all.
pub struct Limiter {
    platform: Rc<dyn Platform>,
    limits: Limits,
    state: RefCell<State>,
}

#[derive(Debug, Default)]
struct State {
    in_flight: usize,
    arrivals: u64,
    /// Who lets the next ones through, once everybody has queued up.
    steward: Option<(PoolId, Place)>,
    pools: Vec<(String, Pool)>,
}

impl State {
    fn pool(&mut self, id: PoolId) -> Option<&mut Pool> {
        self.pools.get_mut(id.0).map(|(_, pool)| pool)
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
        let pool = Pool::new(self.limits.requests_per_minute, self.limits.tokens_per_minute, auto);
        state.pools.push((name.into(), pool));
        PoolId(state.pools.len() - 1)
    }

    /// A place at the end of the queue, ahead of all that have a lighter `path` behind them.
    pub fn place(&self, path: u32) -> Place {
        let mut state = self.state.borrow_mut();
        state.arrivals += 1;
        Place::new(path, state.arrivals)
    }

    /// Waits until a call that may use `tokens` can be sent. A pause that lasts `until_ms` or longer is not waited for:
    /// the error tells when it ends. Dropping the future leaves the queue.
    pub fn acquire(self: &Rc<Self>, pool: PoolId, place: Place, tokens: f64, until_ms: f64) -> Acquire {
        let waiter = Rc::new(Waiter { tokens, ..Waiter::default() });
        let mut state = self.state.borrow_mut();
        if let Some(pool) = state.pool(pool) {
            pool.waiting.insert(place, Rc::clone(&waiter));
        }
        state.steward.get_or_insert((pool, place));
        Acquire { limiter: Rc::clone(self), pool, place, waiter, until_ms, timer: None, stood_back: false }
    }

    /// A permit if one is to be had at once and nobody waits for it.
    pub fn try_acquire(self: &Rc<Self>, pool: PoolId, tokens: f64) -> Option<Permit> {
        let now = self.platform.now_ms();
        let mut state = self.state.borrow_mut();
        if state.in_flight >= self.most() || state.pools.iter().any(|(_, pool)| !pool.waiting.is_empty()) {
            return None;
        }
        let entry = state.pool(pool)?;
        if !entry.has_room() || entry.opens_at(now, tokens) > now {
            return None;
        }
        let grant = entry.grant(now, tokens);
        state.in_flight += 1;
        Some(Permit { limiter: Rc::clone(self), pool, grant })
    }

    fn most(&self) -> usize {
        match self.limits.concurrency {
            Concurrency::Fixed(most) => most,
            Concurrency::Auto => usize::MAX,
        }
    }

    /// Has somebody who waits let the next ones through, in a moment: a task that ends here frees its slot before those
    /// that depend on it have queued up, and one of these may have to go first.
    fn dispatch_soon(&self) {
        let mut state = self.state.borrow_mut();
        if state.steward.is_some() {
            return;
        }
        let head = |(index, (_, pool)): (usize, &(String, Pool))| {
            pool.waiting.first_key_value().map(|(&place, waiter)| (place, PoolId(index), Rc::clone(waiter)))
        };
        let first = state.pools.iter().enumerate().filter_map(head).min_by_key(|(place, ..)| *place);
        if let Some((place, pool, waiter)) = first {
            state.steward = Some((pool, place));
            waiter.wake();
        }
    }

    /// Lets through whoever can go, and tells the heads of the queues that wait for the clock alone to set a timer.
    fn dispatch(&self) {
        let now = self.platform.now_ms();
        let mut state = self.state.borrow_mut();
        state.steward = None;
        while state.in_flight < self.most() {
            let open = |(index, (_, pool)): (usize, &mut (String, Pool))| {
                pool.next(now).filter(|&(_, at)| at <= now).map(|(place, _)| (place, index))
            };
            let Some((place, index)) = state.pools.iter_mut().enumerate().filter_map(open).min() else {
                break;
            };
            let Some(pool) = state.pool(PoolId(index)) else { break };
            let Some(waiter) = pool.waiting.remove(&place) else { break };
            waiter.grant.set(Some(pool.grant(now, waiter.tokens)));
            state.in_flight += 1;
            waiter.wake();
        }
        if state.in_flight >= self.most() {
            return;
        }
        for (_, pool) in &mut state.pools {
            let head = pool.next(now);
            if head != pool.told {
                pool.told = head;
                if let Some(waiter) = head.and_then(|(place, _)| pool.waiting.get(&place)) {
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

/// Waits for a [`Permit`].
pub struct Acquire {
    limiter: Rc<Limiter>,
    pool: PoolId,
    place: Place,
    waiter: Rc<Waiter>,
    until_ms: f64,
    timer: Option<Timer>,
    stood_back: bool,
}

struct Timer {
    at_ms: f64,
    sleep: LocalBoxFuture<'static, ()>,
}

impl Acquire {
    /// Until when the head of the queue has to wait, if the clock is all that it waits for.
    fn opens_at(&self, now_ms: f64) -> Option<f64> {
        let mut state = self.limiter.state.borrow_mut();
        if state.in_flight >= self.limiter.most() {
            return None;
        }
        let pool = state.pool(self.pool)?;
        let next = pool.next(now_ms).filter(|&(head, _)| head == self.place)?;
        pool.told = Some(next);
        Some(next.1)
    }

    /// Without a timer, the head has to be told again.
    fn forget(&self) {
        if let Some(pool) = self.limiter.state.borrow_mut().pool(self.pool) {
            pool.told = pool.told.filter(|&(head, _)| head != self.place);
        }
    }

    /// Queues up again, at the same place, when the server asked for a pause in the moment between being let through
    /// and going.
    fn stand_back_in(&mut self, grant: &Grant) -> bool {
        let now = self.limiter.platform.now_ms();
        let mut state = self.limiter.state.borrow_mut();
        let Some(pool) = state.pool(self.pool).filter(|pool| pool.paused_until_ms() > now) else {
            return false;
        };
        pool.take_back(grant);
        pool.waiting.insert(self.place, Rc::clone(&self.waiter));
        state.in_flight = state.in_flight.saturating_sub(1);
        state.steward.get_or_insert((self.pool, self.place));
        true
    }

    /// When the pool opens, if that is too late.
    fn opens_too_late(&self) -> Option<f64> {
        let mut state = self.limiter.state.borrow_mut();
        let paused_until_ms = state.pool(self.pool)?.paused_until_ms();
        (paused_until_ms >= self.until_ms).then_some(paused_until_ms)
    }

    fn is_steward(&self) -> bool {
        self.limiter.state.borrow().steward == Some((self.pool, self.place))
    }

    /// Waits for the clock if that is all that holds the head back; when it can go already, it sees to it that somebody
    /// lets it.
    fn set_timer(&mut self) {
        let now = self.limiter.platform.now_ms();
        match self.opens_at(now) {
            None => {
                self.timer = None;
                self.forget();
            }
            // A real timer fires late: by then the pool is open, and has been for a moment.
            Some(at_ms) if at_ms <= now => {
                self.timer = None;
                self.limiter.state.borrow_mut().steward.get_or_insert((self.pool, self.place));
            }
            Some(at_ms) if self.timer.as_ref().is_some_and(|timer| timer.at_ms == at_ms) => {}
            Some(at_ms) => {
                let sleep = self.limiter.platform.sleep(at_ms - now);
                self.timer = Some(Timer { at_ms, sleep });
            }
        }
    }
}

impl Future for Acquire {
    type Output = Result<Permit, f64>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        loop {
            if let Some(grant) = self.waiter.grant.take()
                && !self.stand_back_in(&grant)
            {
                return Poll::Ready(Ok(Permit { limiter: Rc::clone(&self.limiter), pool: self.pool, grant }));
            }
            if let Some(at_ms) = self.opens_too_late() {
                return Poll::Ready(Err(at_ms));
            }
            if self.is_steward() {
                if !std::mem::replace(&mut self.stood_back, true) {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                self.stood_back = false;
                self.limiter.dispatch();
                continue;
            }
            self.waiter.waker.replace(Some(context.waker().clone()));
            self.set_timer();
            if self.is_steward() {
                continue;
            }
            let Some(timer) = &mut self.timer else { return Poll::Pending };
            if timer.sleep.as_mut().poll(context).is_pending() {
                return Poll::Pending;
            }
            self.timer = None;
            self.limiter.dispatch();
        }
    }
}

impl Drop for Acquire {
    fn drop(&mut self) {
        let changed = {
            let mut state = self.limiter.state.borrow_mut();
            if state.steward == Some((self.pool, self.place)) {
                state.steward = None;
            }
            let granted = self.waiter.grant.take();
            if let (Some(grant), Some(pool)) = (&granted, state.pool(self.pool)) {
                // Let through, but nobody was there any more to go.
                pool.take_back(grant);
                state.in_flight = state.in_flight.saturating_sub(1);
            }
            let left = state.pool(self.pool).and_then(|pool| pool.waiting.remove(&self.place));
            granted.is_some() || left.is_some()
        };
        if changed {
            self.limiter.dispatch_soon();
        }
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
