//! The pools of a limiter: found by their keys, sorted by the heads of their queues, and dropped
//! when they know nothing that a new pool would not.

use std::collections::VecDeque;
use std::rc::Rc;

use super::pool::Pool;
use super::queue::{QueueKey, Waiter};
use crate::model::pool_key::PoolKey;

/// So many pools are kept whether they are in use or not.
const FEW: usize = 64;

/// Names a pool of a limiter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolId(usize);

#[derive(Debug, Default)]
pub(in crate::engine) struct Pools {
    /// Sorted.
    keys: Vec<(PoolKey, PoolId)>,
    pools: Vec<Option<Pool>>,
    free: Vec<PoolId>,
    /// The head of each queue, sorted.
    heads: VecDeque<(QueueKey, PoolId)>,
    /// How many pools there may be before those that are idle are dropped.
    most: usize,
}

impl Pools {
    pub fn get(&mut self, id: PoolId) -> Option<&mut Pool> {
        self.pools.get_mut(id.0)?.as_mut()
    }

    /// The pool of that key; a new one the first time.
    pub fn of(&mut self, key: &PoolKey, now_ms: f64, new: impl FnOnce() -> Pool) -> PoolId {
        if let Some((_, id)) = self.find(key).ok().and_then(|index| self.keys.get(index)) {
            return *id;
        }
        if self.keys.len() >= self.most.max(FEW) {
            self.drop_idle(now_ms);
        }
        let id = self.free.pop().unwrap_or_else(|| {
            self.pools.push(None);
            PoolId(self.pools.len() - 1)
        });
        if let Some(slot) = self.pools.get_mut(id.0) {
            *slot = Some(new());
        }
        let index = self.find(key).unwrap_or_else(|index| index);
        self.keys.insert(index, (key.clone(), id));
        id
    }

    fn find(&self, key: &PoolKey) -> Result<usize, usize> {
        self.keys.binary_search_by(|(other, _)| other.cmp(key))
    }

    fn drop_idle(&mut self, now_ms: f64) {
        let (pools, free) = (&mut self.pools, &mut self.free);
        self.keys.retain(|(_, id)| {
            let Some(slot) = pools.get_mut(id.0) else { return false };
            let idle = slot.as_mut().is_none_or(|pool| pool.is_idle(now_ms));
            if idle {
                *slot = None;
                free.push(*id);
            }
            !idle
        });
        self.most = self.keys.len() * 2;
    }

    /// Adds a call to the queue of its pool.
    pub fn enqueue(&mut self, id: PoolId, key: QueueKey, waiter: &Rc<Waiter>) {
        self.change_queue(id, |pool| pool.waiting.insert(key, waiter));
    }

    /// Takes a call out of the queue of its pool.
    pub fn dequeue(&mut self, id: PoolId, key: QueueKey) -> Option<Rc<Waiter>> {
        self.change_queue(id, |pool| pool.waiting.remove(key)).flatten()
    }

    fn change_queue<T>(&mut self, id: PoolId, change: impl FnOnce(&mut Pool) -> T) -> Option<T> {
        let pool = self.pools.get_mut(id.0)?.as_mut()?;
        let before = pool.waiting.head();
        let outcome = change(pool);
        let after = pool.waiting.head();
        if before != after {
            if let Some(index) = before.and_then(|key| self.heads.binary_search(&(key, id)).ok()) {
                self.heads.remove(index);
            }
            if let Some(key) = after {
                let index = self.heads.binary_search(&(key, id)).unwrap_or_else(|index| index);
                self.heads.insert(index, (key, id));
            }
        }
        Some(outcome)
    }

    /// The head of a queue that goes `index`th among all heads.
    pub fn head(&self, index: usize) -> Option<(QueueKey, PoolId)> {
        self.heads.get(index).copied()
    }

    /// All pools, sorted by their keys.
    pub fn keyed(&mut self) -> impl Iterator<Item = (&PoolKey, &mut Pool)> {
        let Self { keys, pools, .. } = self;
        // Each pool has one key, and is borrowed once.
        let mut slots: Vec<Option<&mut Pool>> = pools.iter_mut().map(Option::as_mut).collect();
        keys.iter().filter_map(move |(key, id)| Some((key, slots.get_mut(id.0)?.take()?)))
    }

    pub fn all(&mut self) -> impl Iterator<Item = &mut Pool> {
        self.pools.iter_mut().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::limits::windows::Windows;
    use crate::engine::settings::{Pacing, Period, RateLimit, Unit};

    fn windows() -> Windows {
        let sixty = RateLimit { unit: Unit::Requests, amount: 60.0, period: Period::Minute };
        Windows::new(&[sixty], Pacing::default())
    }

    fn key(model: &str) -> PoolKey {
        PoolKey { model: model.into(), ..PoolKey::default() }
    }

    fn named(pools: &mut Pools, model: &str, now_ms: f64) -> PoolId {
        pools.of(&key(model), now_ms, || Pool::new(windows(), None))
    }

    #[test]
    fn pools_that_nobody_uses_and_that_know_nothing_make_room_for_others() {
        let mut pools = Pools::default();
        let (used, paused) = (named(&mut pools, "used", 0.0), named(&mut pools, "paused", 0.0));
        pools.get(used).unwrap().members += 1;
        pools.get(paused).unwrap().pause(1e9);
        for index in 0..10_000 {
            let id = named(&mut pools, &format!("function {index}"), f64::from(index));
            assert!(id.0 <= FEW, "{} pools", id.0);
        }
        assert_eq!((named(&mut pools, "used", 1e4), named(&mut pools, "paused", 1e4)), (used, paused));
        assert!(pools.get(paused).unwrap().paused_until_ms() > 1e8);
    }

    #[test]
    fn a_limit_that_was_used_is_kept_for_as_long_as_that_counts() {
        let mut pools = Pools::default();
        let limited = named(&mut pools, "limited", 0.0);
        let grant = pools.get(limited).unwrap().grant(0.0, 1.0);
        pools.get(limited).unwrap().settle(&grant, 1.0, &Default::default(), 0.0);
        pools.get(limited).unwrap().in_flight = 0;
        let mut others = |from: u32, now_ms| {
            (from..from + 200).for_each(|index| {
                named(&mut pools, &index.to_string(), now_ms);
            })
        };
        others(0, 59_000.0);
        others(200, 59_000.0);
        assert!(pools.find(&key("limited")).is_ok());
    }
}
