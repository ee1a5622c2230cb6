//! Tasks that could start, and those of them that are at hand. A task at hand takes the room of a
//! whole call, so each pool has only as many as keep its queue filled; the others are numbers here.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use crate::model::pool_key::PoolKey;

/// The tasks of a graph whose dependencies are done.
#[derive(Debug)]
pub(super) struct Ready {
    /// How many of a pool are at hand at the most.
    most: usize,
    pools: HashMap<PoolKey, Pool>,
    starting: Vec<usize>,
}

#[derive(Debug, Default)]
struct Pool {
    at_hand: usize,
    /// The longest path first, then in their order.
    waiting: BinaryHeap<(u32, Reverse<usize>)>,
}

impl Ready {
    pub fn new(most: usize) -> Self {
        Self { most, pools: HashMap::new(), starting: Vec::new() }
    }

    /// Adds a task, which a path of so many tasks begins with.
    pub fn add(&mut self, pool: PoolKey, path: u32, task: usize) {
        let pool = self.pools.entry(pool).or_default();
        if pool.at_hand < self.most {
            pool.at_hand += 1;
            self.starting.push(task);
        } else {
            pool.waiting.push((path, Reverse(task)));
        }
    }

    /// A task that was at hand is done: another of its pool takes its place.
    pub fn done(&mut self, pool: &PoolKey) {
        let Some(pool) = self.pools.get_mut(pool) else { return };
        match pool.waiting.pop() {
            Some((_, Reverse(next))) => self.starting.push(next),
            None => pool.at_hand -= 1,
        }
    }

    /// The tasks that start now.
    pub fn take_starting(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.starting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::provider::Provider;
    use crate::model::worker::Worker;

    fn pool(model: &str) -> PoolKey {
        PoolKey { model: model.into(), ..Worker::of(Provider::OpenAi).pool() }
    }

    #[test]
    fn a_pool_that_is_full_holds_back_no_other() {
        let mut ready = Ready::new(2);
        for task in 0..4 {
            ready.add(pool("slow"), 1, task);
        }
        ready.add(pool("fast"), 1, 4);
        assert_eq!(ready.take_starting(), [0, 1, 4]);
    }

    #[test]
    fn the_longest_path_goes_first_and_then_the_first_in_order() {
        let mut ready = Ready::new(1);
        for (task, path) in [1, 1, 1, 7].into_iter().enumerate() {
            ready.add(pool("one"), path, task);
        }
        let mut order = ready.take_starting();
        while order.len() < 4 {
            ready.done(&pool("one"));
            order.extend(ready.take_starting());
        }
        assert_eq!(order, [0, 3, 1, 2]);
    }
}
