//! A countdown latch: it opens when a number of things have happened. A task waits at one for its
//! dependencies.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// The latch.
#[derive(Debug, Default)]
pub struct Latch {
    locks: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

impl Latch {
    /// A latch that opens after so many calls of `release`.
    #[must_use]
    pub fn new(locks: usize) -> Self {
        Self { locks: Cell::new(locks), waker: RefCell::default() }
    }

    /// Counts down by one.
    pub fn release(&self) {
        self.locks.set(self.locks.get().saturating_sub(1));
        if self.locks.get() == 0
            && let Some(waker) = self.waker.take()
        {
            waker.wake();
        }
    }

    /// Resolves when the latch is open. Only one task may wait.
    pub async fn opened(&self) {
        poll_fn(|context| {
            if self.locks.get() == 0 {
                return Poll::Ready(());
            }
            self.waker.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}
