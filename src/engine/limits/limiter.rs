//! The limiter of an agent: the number of calls at once, requests and tokens over time, and the
//! pauses that servers ask for. Never sends anything itself.
//!
//! A call queues with [`Limiter::acquire`] and gets a [`Permit`] when it may go. Dropping the
//! permit frees its slot, and the next call of the queue goes:
//!
//! ```ignore-wasm32
//! use std::rc::Rc;
//!
//! use futures::join;
//! use parallelization_agent::engine::limits::limiter::{Limiter, Patience};
//! use parallelization_agent::engine::settings::{Concurrency, Limits};
//! use parallelization_agent::model::pool_key::PoolKey;
//! use parallelization_agent::platform::Platform;
//! use parallelization_agent::platform::sim::{Reply, Simulation};
//!
//! let world = Simulation::new(1, |_, _| Reply::new(200, 0.0, ""));
//! let limits = Limits { concurrency: Concurrency::Fixed(1), ..Limits::default() };
//! let limiter = Limiter::new(Rc::new(world.clone()), limits);
//! let pool = limiter.pool(&PoolKey { model: "a model".into(), ..PoolKey::default() });
//! // Takes a slot for 100 ms, and tells when it has given it back.
//! let call = |path_behind| {
//!     let (world, limiter) = (world.clone(), &limiter);
//!     async move {
//!         let key = limiter.queue_key(path_behind, false);
//!         let permit = limiter.acquire(pool, key, 1_000.0, Patience::default()).await.unwrap();
//!         world.sleep(100.0).await;
//!         drop(permit);
//!         world.exact_ms()
//!     }
//! };
//! // There is one slot, and what others wait for goes first.
//! let ends = world.run(async { join!(call(1), call(7)) }).unwrap();
//! assert_eq!(ends, (200.0, 100.0));
//! ```

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

pub use super::acquire::Acquire;
use super::connections::Hosts;
pub use super::learned::Failed;
pub(in crate::engine) use super::permit::Member;
pub use super::permit::Permit;
pub use super::pool::Closed;
use super::pool::Pool;
pub use super::pools::PoolId;
use super::pools::Pools;
pub use super::queue::QueueKey;
use super::queue::Waiter;
use super::shared_limiter::Shared;
use super::windows::Windows;
use crate::engine::settings::{Concurrency, Limits};
use crate::model::pool_key::PoolKey;
use crate::platform::Platform;

/// The limiter of one agent. Each pool has limits of its own: a pause of one model does not hold up
/// another. The number of calls at once is shared by all.
pub struct Limiter {
    pub(in crate::engine) platform: Rc<dyn Platform>,
    limits: Limits,
    pub(in crate::engine) shared: Shared,
    pub(in crate::engine) state: RefCell<State>,
}

#[derive(Debug, Default)]
pub(in crate::engine) struct State {
    pub in_flight: usize,
    /// How many of them have lent their slots to runs that they wait for.
    pub lent: usize,
    arrivals: u64,
    /// The call that runs the next dispatch, in the next poll.
    pub dispatcher: Option<(PoolId, QueueKey)>,
    pub pools: Pools,
    hosts: Hosts,
}

impl State {
    /// Adds a call to its queue. It runs the next dispatch if no other does.
    pub fn enqueue(&mut self, (pool, key): (PoolId, QueueKey), waiter: &Rc<Waiter>) {
        self.pools.enqueue(pool, key, waiter);
        self.dispatcher.get_or_insert((pool, key));
    }

    /// Whether no call at all may go, not even one that a call under way waits for.
    fn is_full(&self, most: usize) -> bool {
        self.in_flight.saturating_sub(self.lent) >= most
    }

    pub fn has_room(&self, most: usize, key: QueueKey) -> bool {
        self.in_flight.saturating_sub(key.share_of(self.lent)) < most
    }

    fn lend(&mut self, lent: usize) {
        self.lent = lent;
        self.pools.all().for_each(|pool| pool.lent = lent);
    }
}

/// How long a call waits for a pause that a server asked for, and whether it waits for one that is
/// out.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// The pause has to end before this time.
    pub until_ms: f64,
    /// The longest pause, in milliseconds.
    pub wait_ms: f64,
    /// Whether there is no fallback to ask instead.
    pub is_last: bool,
}

impl Default for Patience {
    /// Waits for any pause, and any server.
    fn default() -> Self {
        Self { until_ms: f64::INFINITY, wait_ms: f64::INFINITY, is_last: true }
    }
}

impl Limiter {
    /// A limiter that nothing has been sent through.
    #[must_use]
    pub fn new(platform: Rc<dyn Platform>, limits: Limits) -> Rc<Self> {
        Rc::new(Self { platform, limits, shared: Shared::default(), state: RefCell::default() })
    }

    /// The pool of that key; a new one the first time.
    pub fn pool(&self, key: &PoolKey) -> PoolId {
        let mut state = self.state.borrow_mut();
        let State { pools, lent, hosts, .. } = &mut *state;
        pools.of(key, self.platform.now_ms(), || {
            let most = match self.limits.concurrency {
                Concurrency::Fixed(most) => Some(most),
                Concurrency::Auto => None,
            };
            let mut pool = Pool::new(Windows::new(&self.limits.rates, self.limits.pacing), most);
            pool.lent = *lent;
            pool.connections = key.host().and_then(|host| {
                let most = self.platform.connections(&key.address)?;
                Some(hosts.connections(host, most))
            });
            pool.one_by_one = self.shared.is_there();
            pool
        })
    }

    /// The pool for a call that is going to be made: the pool stays as long as the member.
    pub(in crate::engine) fn join(self: &Rc<Self>, key: &PoolKey) -> Member {
        Member::new(self, self.pool(key))
    }

    /// The longest answer of a pool so far, in tokens.
    pub(in crate::engine) fn longest_answer(&self, pool: PoolId) -> Option<u64> {
        self.with_pool(pool, |pool| pool.longest_answer).flatten()
    }

    /// When a pool opens, and how many calls are made there.
    pub(in crate::engine) fn load(&self, key: &PoolKey, now: f64) -> (f64, usize) {
        let pool = self.pool(key);
        self.with_pool(pool, |pool| (pool.opens_for_all_at(now, 0.0), pool.members)).unwrap_or((now, 0))
    }

    /// Pauses a pool.
    pub(in crate::engine) fn pause(&self, key: &PoolKey, wait_ms: f64) {
        let (pool, until_ms) = (self.pool(key), self.platform.now_ms() + wait_ms);
        self.with_pool(pool, |pool| pool.pause(until_ms));
    }

    pub(in crate::engine) fn with_pool<T>(
        &self,
        pool: PoolId,
        look: impl FnOnce(&mut Pool) -> T,
    ) -> Option<T> {
        self.state.borrow_mut().pools.get(pool).map(look)
    }

    /// Calls under way, the pools, and what time it is.
    pub(in crate::engine) fn look<T>(&self, look: impl FnOnce(usize, &mut Pools, f64) -> T) -> T {
        let State { in_flight, pools, .. } = &mut *self.state.borrow_mut();
        look(*in_flight, pools, self.platform.now_ms())
    }

    /// The priority of a new call: after all calls with a longer `path` behind them; `ahead` of all
    /// others where a call under way waits for it.
    pub fn queue_key(&self, path: u32, ahead: bool) -> QueueKey {
        let mut state = self.state.borrow_mut();
        state.arrivals += 1;
        QueueKey::new(ahead, path, state.arrivals)
    }

    /// Waits until a call that may use `tokens` can be sent, within `patience`. Dropping the future
    /// leaves the queue.
    pub fn acquire(self: &Rc<Self>, pool: PoolId, key: QueueKey, tokens: f64, patience: Patience) -> Acquire {
        let waiter = Rc::new(Waiter { tokens, is_last: patience.is_last, ..Waiter::default() });
        self.state.borrow_mut().enqueue((pool, key), &waiter);
        Acquire::new(Rc::clone(self), (pool, key), waiter, patience)
    }

    /// Waits for the next slot, for a call that is not necessary. None where calls wait for a limit
    /// over time, or a server asked for a pause.
    pub fn acquire_next(self: &Rc<Self>, pool: PoolId, tokens: f64) -> Option<Acquire> {
        let now = self.platform.now_ms();
        let opens_at = self.with_pool(pool, |pool| pool.opens_for_all_at(now, tokens))?;
        let patience = Patience { until_ms: now, ..Patience::default() };
        (opens_at <= now).then(|| self.acquire(pool, self.queue_key(u32::MAX, false), tokens, patience))
    }

    /// A call under way lends its slot to those that it waits for.
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

    /// Wakes one waiting call to run `dispatch` in the next poll, so that tasks freed by this one
    /// can queue first and compete by priority.
    pub(in crate::engine) fn schedule_dispatch(&self) {
        let mut state = self.state.borrow_mut();
        if state.dispatcher.is_some() {
            return;
        }
        let Some((key, id)) = state.pools.head(0) else { return };
        state.dispatcher = Some((id, key));
        if let Some((_, waiter)) = state.pools.get(id).and_then(|pool| pool.waiting.first()) {
            waiter.wake();
        }
    }

    /// Lets all calls go that can, and has the heads of queues that wait for a time set a timer.
    pub(in crate::engine) fn dispatch(&self) {
        let now = self.platform.now_ms();
        let mut state = self.state.borrow_mut();
        state.dispatcher = None;
        // A head that cannot go now cannot go after others have gone, either.
        let mut stuck = 0;
        while !state.is_full(self.most()) {
            let Some((key, id)) = state.pools.head(stuck) else { break };
            let opens_at_ms = state.pools.get(id).and_then(|pool| pool.next(now)).map(|(_, at_ms)| at_ms);
            if opens_at_ms.is_none_or(|at_ms| at_ms > now) {
                stuck += 1;
                continue;
            }
            if !state.has_room(self.most(), key) {
                return;
            }
            let Some(waiter) = state.pools.dequeue(id, key) else { break };
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
            if head != pool.timer_armed_for {
                pool.timer_armed_for = head;
                if let Some(waiter) = head.and_then(|(key, _)| pool.waiting.get(key)) {
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
