//! The pools of a limiter, by name: found in constant time, in the order in which their heads go, and let go of when nothing
//! would be lost with them.

use std::collections::VecDeque;
use std::rc::Rc;

use super::pool::{Place, Pool, Waiter};

/// Pools that are kept whether they are in use or not.
const FEW: usize = 64;

/// Names the calls to one model at one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PoolId(usize);

#[derive(Debug, Default)]
pub(in crate::engine) struct Pools {
    /// Sorted by their names.
    names: Vec<(Rc<str>, PoolId)>,
    pools: Vec<Option<Pool>>,
    free: Vec<PoolId>,
    /// The first of each queue, in the order in which they go.
    heads: VecDeque<(Place, PoolId)>,
    /// How many there may be before those that are idle go.
    most: usize,
}

impl Pools {
    pub fn get(&mut self, id: PoolId) -> Option<&mut Pool> {
        self.pools.get_mut(id.0)?.as_mut()
    }

    /// The pool of that name; a new one the first time.
    pub fn named(&mut self, name: &str, now_ms: f64, new: impl FnOnce() -> Pool) -> PoolId {
        if let Some((_, id)) = self.find(name).ok().and_then(|index| self.names.get(index)) {
            return *id;
        }
        if self.names.len() >= self.most.max(FEW) {
            self.drop_idle(now_ms);
        }
        let id = self.free.pop().unwrap_or_else(|| {
            self.pools.push(None);
            PoolId(self.pools.len() - 1)
        });
        if let Some(room) = self.pools.get_mut(id.0) {
            *room = Some(new());
        }
        let index = self.find(name).unwrap_or_else(|index| index);
        self.names.insert(index, (name.into(), id));
        id
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.names.binary_search_by(|(other, _)| (**other).cmp(name))
    }

    fn drop_idle(&mut self, now_ms: f64) {
        let (pools, free) = (&mut self.pools, &mut self.free);
        self.names.retain(|(_, id)| {
            let Some(room) = pools.get_mut(id.0) else { return false };
            let idle = room.as_mut().is_none_or(|pool| pool.is_idle(now_ms));
            if idle {
                *room = None;
                free.push(*id);
            }
            !idle
        });
        self.most = self.names.len() * 2;
    }

    /// One more who waits.
    pub fn enqueue(&mut self, id: PoolId, place: Place, waiter: &Rc<Waiter>) {
        self.change_queue(id, |pool| pool.waiting.insert(place, waiter));
    }

    /// One who waits no more.
    pub fn dequeue(&mut self, id: PoolId, place: Place) -> Option<Rc<Waiter>> {
        self.change_queue(id, |pool| pool.waiting.remove(place)).flatten()
    }

    fn change_queue<T>(&mut self, id: PoolId, change: impl FnOnce(&mut Pool) -> T) -> Option<T> {
        let pool = self.pools.get_mut(id.0)?.as_mut()?;
        let before = pool.waiting.head();
        let outcome = change(pool);
        let after = pool.waiting.head();
        if before != after {
            if let Some(index) = before.and_then(|place| self.heads.binary_search(&(place, id)).ok()) {
                self.heads.remove(index);
            }
            if let Some(place) = after {
                let index = self.heads.binary_search(&(place, id)).unwrap_or_else(|index| index);
                self.heads.insert(index, (place, id));
            }
        }
        Some(outcome)
    }

    /// Who is first in the queue that comes `index`th.
    pub fn head(&self, index: usize) -> Option<(Place, PoolId)> {
        self.heads.get(index).copied()
    }

    /// By their names.
    pub fn named_all(&mut self) -> impl Iterator<Item = (&str, &mut Pool)> {
        let Self { names, pools, .. } = self;
        // Each room has one name, and is taken out of the others for it.
        let mut rooms: Vec<Option<&mut Pool>> = pools.iter_mut().map(Option::as_mut).collect();
        names.iter().filter_map(move |(name, id)| Some((&**name, rooms.get_mut(id.0)?.take()?)))
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

    fn named(pools: &mut Pools, name: &str, now_ms: f64) -> PoolId {
        pools.named(name, now_ms, || Pool::new(windows(), None))
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
        assert!(pools.find("limited").is_ok());
    }
}
