//! The calls of a pool that wait for a slot, sorted by priority.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::VecDeque;
use std::rc::Rc;
use std::task::Waker;

use super::pool::Grant;

/// The priority of a call: first those that a call under way waits for, then the longest path of
/// tasks that depend on it, then the order of arrival. A call keeps its key when it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QueueKey {
    behind: bool,
    path: Reverse<u32>,
    arrival: u64,
}

impl QueueKey {
    pub(in crate::engine) fn new(ahead: bool, path: u32, arrival: u64) -> Self {
        Self { behind: !ahead, path: Reverse(path), arrival }
    }

    /// How many of the lent slots this call may use.
    pub(in crate::engine) fn share_of(self, lent: usize) -> usize {
        if self.behind { 0 } else { lent }
    }
}

/// One call in the queue.
#[derive(Debug, Default)]
pub(in crate::engine) struct Waiter {
    pub tokens: f64,
    /// Whether it has no fallback.
    pub is_last: bool,
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

/// Sorted by priority. Most calls are added at the back and taken from the front, so a `VecDeque`
/// beats a heap.
#[derive(Debug, Default)]
pub(in crate::engine) struct Queue(VecDeque<(QueueKey, Rc<Waiter>)>);

impl Queue {
    pub fn first(&self) -> Option<&(QueueKey, Rc<Waiter>)> {
        self.0.front()
    }

    pub fn head(&self) -> Option<QueueKey> {
        self.first().map(|(key, _)| *key)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Wakes the calls that may go elsewhere.
    pub fn wake_movable(&self) {
        self.0.iter().filter(|(_, waiter)| !waiter.is_last).for_each(|(_, waiter)| waiter.wake());
    }

    pub fn get(&self, key: QueueKey) -> Option<&Rc<Waiter>> {
        self.0.get(self.find(key)?).map(|(_, waiter)| waiter)
    }

    pub fn insert(&mut self, key: QueueKey, waiter: &Rc<Waiter>) {
        let index = self.0.partition_point(|(other, _)| *other < key);
        self.0.insert(index, (key, Rc::clone(waiter)));
    }

    pub fn remove(&mut self, key: QueueKey) -> Option<Rc<Waiter>> {
        self.0.remove(self.find(key)?).map(|(_, waiter)| waiter)
    }

    fn find(&self, key: QueueKey) -> Option<usize> {
        self.0.binary_search_by_key(&key, |(other, _)| *other).ok()
    }
}
