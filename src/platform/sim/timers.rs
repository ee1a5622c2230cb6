//! The simulator's clock and timers. The clock jumps to the next timer; like a real one it can be
//! late and coarse.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A clock, and the timers that are set on it.
#[derive(Default)]
pub(super) struct Timers {
    now_ms: Cell<f64>,
    grain_ms: Cell<f64>,
    /// By their times, whose bits sort as they do: none is negative.
    waiting: RefCell<BTreeMap<(u64, u64), Waker>>,
    count: Cell<u64>,
}

impl Timers {
    pub fn now_ms(&self) -> f64 {
        self.now_ms.get()
    }

    /// What programs are shown of the time.
    pub fn shown_ms(&self) -> f64 {
        match self.grain_ms.get() {
            0.0 => self.now_ms(),
            grain => (self.now_ms() / grain).floor() * grain,
        }
    }

    pub fn set_grain(&self, ms: f64) {
        self.grain_ms.set(ms);
    }

    pub fn open(&self) -> usize {
        self.waiting.borrow().len()
    }

    pub fn sleep(self: &Rc<Self>, ms: f64) -> Timer {
        // A step too small for the clock's precision would make it stand still.
        let at_ms = self.now_ms() + ms.max(0.001);
        let id = self.count.get();
        self.count.set(id + 1);
        Timer { timers: Rc::clone(self), at_ms, id }
    }

    /// Goes on to the next timer, or by `late_ms` further, as a program that was busy would: what
    /// falls due meanwhile follows at that same moment. False when no timer is set.
    pub fn advance(&self, late_ms: impl FnOnce() -> f64) -> bool {
        let Some(((at, _), waker)) = self.waiting.borrow_mut().pop_first() else { return false };
        let at_ms = f64::from_bits(at);
        if at_ms > self.now_ms() {
            self.now_ms.set(at_ms + late_ms());
        }
        waker.wake();
        true
    }
}

pub(super) struct Timer {
    timers: Rc<Timers>,
    at_ms: f64,
    id: u64,
}

impl Timer {
    fn key(&self) -> (u64, u64) {
        (self.at_ms.to_bits(), self.id)
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.timers.now_ms() >= self.at_ms {
            return Poll::Ready(());
        }
        self.timers.waiting.borrow_mut().insert(self.key(), context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        self.timers.waiting.borrow_mut().remove(&self.key());
    }
}

/// Raised when the future has to be polled again.
pub(super) struct Flag(AtomicBool);

impl Flag {
    pub fn raised() -> Arc<Self> {
        Arc::new(Self(AtomicBool::new(true)))
    }

    pub fn lower(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
