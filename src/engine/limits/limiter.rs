//! One gate for everything that an agent sends: so many calls at once, so many requests and tokens a minute, and the
//! pauses that servers ask for. Never sends anything itself.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

pub use super::acquire::Acquire;
pub use super::pool::Failed;
use super::pool::{Grant, Place, Pool, Waiter};
pub use super::pools::PoolId;
use super::pools::Pools;
use super::shared_limiter::{Booking, Shared};
use super::windows::Windows;
use crate::engine::settings::{Concurrency, Limits};
use crate::model::rate_limit::RateLimits;
use crate::platform::Platform;

/// The gate. Pools are kept apart: a pause of one model does not hold up another; the number of calls at once is
/// shared by all.
pub struct Limiter {
    pub(in crate::engine) platform: Rc<dyn Platform>,
    limits: Limits,
    pub(in crate::engine) shared: Shared,
    pub(in crate::engine) state: RefCell<State>,
}

#[derive(Debug, Default)]
pub(in crate::engine) struct State {
    pub in_flight: usize,
    /// How many of them wait for runs that their slots are lent to.
    pub lent: usize,
    arrivals: u64,
    /// Who lets the next ones through, once everybody has queued up.
    pub steward: Option<(PoolId, Place)>,
    pub pools: Pools,
}

impl State {
    /// One more who waits; lets somebody through, should nobody else.
    pub fn enqueue(&mut self, (pool, place): (PoolId, Place), waiter: &Rc<Waiter>) {
        self.pools.enqueue(pool, place, waiter);
        self.steward.get_or_insert((pool, place));
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
        self.pools.all().for_each(|pool| pool.lent = lent);
    }
}

/// How long a pause that a server asks for may be.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Before when it has to end.
    pub until_ms: f64,
    /// How long it may take.
    pub wait_ms: f64,
}

impl Default for Patience {
    /// No end.
    fn default() -> Self {
        Self { until_ms: f64::INFINITY, wait_ms: f64::INFINITY }
    }
}

impl Limiter {
    /// An open gate.
    #[must_use]
    pub fn new(platform: Rc<dyn Platform>, limits: Limits) -> Rc<Self> {
        Rc::new(Self { platform, limits, shared: Shared::default(), state: RefCell::default() })
    }

    /// The pool of that name; a new one the first time.
    pub fn pool(&self, name: &str) -> PoolId {
        let mut state = self.state.borrow_mut();
        let State { pools, lent, .. } = &mut *state;
        pools.named(name, self.platform.now_ms(), || {
            let most = match self.limits.concurrency {
                Concurrency::Fixed(most) => Some(most),
                Concurrency::Auto => None,
            };
            let mut pool = Pool::new(Windows::new(&self.limits.rates, self.limits.pacing), most);
            pool.lent = *lent;
            pool.one_by_one = self.shared.is_there();
            pool
        })
    }

    /// The same for one who is going to make a call: the pool stays as long as the member.
    pub(in crate::engine) fn join(self: &Rc<Self>, name: &str) -> Member {
        let member = Member { limiter: Rc::clone(self), pool: self.pool(name) };
        let now = self.platform.now_ms();
        self.with_pool(member.pool, |pool| pool.join(now));
        member
    }

    /// The longest answer of a pool so far, in tokens.
    pub(in crate::engine) fn longest_answer(&self, pool: PoolId) -> Option<u64> {
        self.with_pool(pool, |pool| pool.longest_answer).flatten()
    }

    /// When a pool opens, and how many calls are made there.
    pub(in crate::engine) fn load(&self, name: &str) -> (f64, usize) {
        let (pool, now) = (self.pool(name), self.platform.now_ms());
        self.with_pool(pool, |pool| (pool.opens_for_all_at(now, 0.0), pool.members)).unwrap_or((now, 0))
    }

    /// Nothing more goes there for a while.
    pub(in crate::engine) fn pause(&self, name: &str, wait_ms: f64) {
        let (pool, until_ms) = (self.pool(name), self.platform.now_ms() + wait_ms);
        self.with_pool(pool, |pool| pool.pause(until_ms));
    }

    fn with_pool<T>(&self, pool: PoolId, look: impl FnOnce(&mut Pool) -> T) -> Option<T> {
        self.state.borrow_mut().pools.get(pool).map(look)
    }

    /// Calls under way, the pools, and what time it is.
    pub(in crate::engine) fn look<T>(&self, look: impl FnOnce(usize, &mut Pools, f64) -> T) -> T {
        let State { in_flight, pools, .. } = &mut *self.state.borrow_mut();
        look(*in_flight, pools, self.platform.now_ms())
    }

    /// A place at the end of the queue, ahead of all that have a lighter `path` behind them; or of those that calls under way
    /// wait for.
    pub fn place(&self, path: u32, ahead: bool) -> Place {
        let mut state = self.state.borrow_mut();
        state.arrivals += 1;
        Place::new(ahead, path, state.arrivals)
    }

    /// Waits until a call that may use `tokens` can be sent. A pause that is beyond `patience` is not waited for: the error
    /// tells when it ends. Dropping the future leaves the queue.
    pub fn acquire(self: &Rc<Self>, pool: PoolId, place: Place, tokens: f64, patience: Patience) -> Acquire {
        let waiter = Rc::new(Waiter { tokens, ..Waiter::default() });
        self.state.borrow_mut().enqueue((pool, place), &waiter);
        Acquire::new(Rc::clone(self), (pool, place), waiter, patience)
    }

    /// Waits for a slot alone, and gets the next. For calls that one could do without: none where the clock holds calls
    /// back, nor when a server asks for a pause.
    pub fn acquire_next(self: &Rc<Self>, pool: PoolId, tokens: f64) -> Option<Acquire> {
        let now = self.platform.now_ms();
        let opens_at = self.with_pool(pool, |pool| pool.opens_for_all_at(now, tokens))?;
        let patience = Patience { until_ms: now, ..Patience::default() };
        (opens_at <= now).then(|| self.acquire(pool, self.place(u32::MAX, false), tokens, patience))
    }

    /// A call under way leaves its slot to those that it waits for.
    pub(in crate::engine) fn lend(&self) {
        let mut state = self.state.borrow_mut();
        let lent = state.lent + 1;
        state.lend(lent);
    }

    pub(in crate::engine) fn take_back(&self) {
        let mut state = self.state.borrow_mut();
        let lent = state.lent.saturating_sub(1);
        state.lend(lent);
    }

    pub(in crate::engine) fn most(&self) -> usize {
        match self.limits.concurrency {
            Concurrency::Fixed(most) => most,
            Concurrency::Auto => usize::MAX,
        }
    }

    /// Has somebody who waits let the next ones through, in a moment: a task that ends here frees its slot before those
    /// that depend on it have queued up, and one of these may have to go first.
    pub(in crate::engine) fn dispatch_soon(&self) {
        let mut state = self.state.borrow_mut();
        if state.steward.is_some() {
            return;
        }
        let Some((place, id)) = state.pools.head(0) else { return };
        state.steward = Some((id, place));
        if let Some((_, waiter)) = state.pools.get(id).and_then(|pool| pool.waiting.first()) {
            waiter.wake();
        }
    }

    /// Lets through whoever can go, and tells the heads of the queues that wait for the clock alone to set a timer.
    pub(in crate::engine) fn dispatch(&self) {
        let now = self.platform.now_ms();
        let mut state = self.state.borrow_mut();
        state.steward = None;
        // Whoever cannot go now cannot when others have gone, either.
        let mut stuck = 0;
        while !state.is_full(self.most()) {
            let Some((place, id)) = state.pools.head(stuck) else { break };
            let Some((_, at_ms)) = state.pools.get(id).and_then(|pool| pool.next(now)) else {
                stuck += 1;
                continue;
            };
            if at_ms > now {
                stuck += 1;
                continue;
            }
            if !state.has_room(self.most(), place) {
                return;
            }
            let Some(waiter) = state.pools.dequeue(id, place) else { break };
            waiter.grant.set(state.pools.get(id).map(|pool| pool.grant(now, waiter.tokens)));
            state.in_flight += 1;
            waiter.wake();
        }
        if state.is_full(self.most()) {
            return;
        }
        let mut index = 0;
        while let Some((_, id)) = state.pools.head(index) {
            index += 1;
            let Some(pool) = state.pools.get(id) else { continue };
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

/// One who makes a call of a pool.
#[derive(Debug)]
pub(in crate::engine) struct Member {
    limiter: Rc<Limiter>,
    pub pool: PoolId,
}

impl Drop for Member {
    fn drop(&mut self) {
        self.limiter.with_pool(self.pool, |pool| pool.members = pool.members.saturating_sub(1));
    }
}

/// The right to have one call under way. Dropping it lets the next one go.
pub struct Permit {
    limiter: Rc<Limiter>,
    pool: PoolId,
    grant: Grant,
    /// Whether it is the head of its queue still, for whom other processes are asked.
    is_head: Cell<bool>,
    pub(in crate::engine) booking: Option<Booking>,
}

impl Permit {
    pub(in crate::engine) fn new(limiter: Rc<Limiter>, pool: PoolId, grant: Grant) -> Self {
        let is_head = Cell::new(limiter.shared.is_there());
        Self { limiter, pool, grant, is_head, booking: None }
    }

    /// Others were asked for this call: now they may be asked for the next.
    pub(in crate::engine) fn leave_head(&self) {
        if self.is_head.replace(false) {
            self.with_pool(|pool| pool.asking = false);
            self.limiter.dispatch_soon();
        }
    }

    /// How long a server's pause lasts still.
    pub(in crate::engine) fn paused_for(&self) -> f64 {
        let now = self.limiter.platform.now_ms();
        self.limiter.with_pool(self.pool, |pool| pool.paused_until_ms() - now).unwrap_or_default()
    }

    /// The request goes out: from now on it counts, whatever becomes of it.
    pub(in crate::engine) fn sent(&self, tokens: f64) {
        if let Some(booking) = &self.booking {
            booking.tokens.set(Some(tokens));
        }
    }

    /// Tells what the call used, and what its answer said of the limits.
    pub fn settle(&self, tokens: f64, limits: &RateLimits) {
        let now = self.limiter.platform.now_ms();
        self.sent(tokens);
        self.with_pool(|pool| pool.settle(&self.grant, tokens, limits, now));
    }

    /// The call was answered.
    pub fn answered(&self) {
        let now = self.limiter.platform.now_ms();
        self.with_pool(|pool| pool.answered(&self.grant, now));
    }

    /// The call failed in a way that may be gone the next time. Slows down, or holds back, every call that shares this limit.
    /// Whether the call may stand in line again.
    pub fn failed(&self, failed: Failed) -> bool {
        let now = self.limiter.platform.now_ms();
        if let (Some(booking), Some(wait_ms)) = (&self.booking, failed.named_ms) {
            booking.pause(self.limiter.platform.date_ms() + wait_ms);
        }
        self.limiter.with_pool(self.pool, |pool| pool.failed(&self.grant, failed, now)).unwrap_or_default()
    }

    /// How long the answer was, in tokens.
    pub(in crate::engine) fn note_length(&self, tokens: u64) {
        self.with_pool(|pool| pool.longest_answer = pool.longest_answer.max(Some(tokens)));
    }

    fn with_pool(&self, change: impl FnOnce(&mut Pool)) {
        self.limiter.with_pool(self.pool, change);
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Permit").field("grant", &self.grant).finish_non_exhaustive()
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        {
            let mut state = self.limiter.state.borrow_mut();
            state.in_flight = state.in_flight.saturating_sub(1);
            if let Some(pool) = state.pools.get(self.pool) {
                pool.in_flight = pool.in_flight.saturating_sub(1);
                pool.asking &= !self.is_head.get();
            }
        }
        self.limiter.dispatch_soon();
    }
}
