//! Opens when a number of things have happened: what a task waits at for its dependencies.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

/// A door with so many locks.
#[derive(Debug, Default)]
pub struct Latch {
    locks: Cell<usize>,
    waker: RefCell<Option<Waker>>,
}

impl Latch {
    /// Shut as long as any of `locks` is.
    #[must_use]
    pub fn new(locks: usize) -> Self {
        Self { locks: Cell::new(locks), waker: RefCell::default() }
    }

    /// Opens one lock.
    pub fn release(&self) {
        self.locks.set(self.locks.get().saturating_sub(1));
        if self.locks.get() == 0
            && let Some(waker) = self.waker.take()
        {
            waker.wake();
        }
    }

    /// Resolves when all are open. For one who waits.
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
