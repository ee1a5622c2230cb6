//! Sleeping, on the web: all sleepers share one timer of the host's. Each attempt sleeps towards its time-out and hardly
//! ever gets there, and a timer of its own, set and cleared, would cost as much as the rest of its bookkeeping.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use super::tasks::{now_ms, turn};

#[wasm_bindgen]
extern "C" {
    /// A number in a page, an object in Node.
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &JsValue, ms: f64) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: &JsValue);
}

/// The longest delay that a timer takes: the web keeps it in 32 bits with a sign.
const LONGEST_MS: f64 = 2_147_483_647.0;

/// Whoever sleeps by one timer.
#[derive(Clone, Default)]
pub struct Timer(Rc<RefCell<Sleepers>>);

#[derive(Default)]
struct Sleepers {
    /// In the order of their times. Most sleep equally long, so that most are added at the end and leave near the start.
    queue: Vec<Sleeper>,
    arrivals: u64,
    /// The host's timer, and when it fires. It is left to fire when whoever it was set for is gone and others are not.
    timer: Option<(JsValue, f64)>,
    on_time: Option<Closure<dyn Fn(JsValue)>>,
}

/// When to wake, and who came first.
type Key = (f64, u64);

struct Sleeper {
    key: Key,
    waker: Waker,
}

impl Sleepers {
    fn place(&self, key: Key) -> usize {
        self.queue.partition_point(|sleeper| sleeper.key < key)
    }

    fn find(&mut self, key: Key) -> Option<&mut Sleeper> {
        let place = self.place(key);
        self.queue.get_mut(place).filter(|sleeper| sleeper.key == key)
    }

    fn add(&mut self, at_ms: f64, waker: Waker) -> Key {
        self.arrivals += 1;
        let key = (at_ms, self.arrivals);
        self.queue.insert(self.place(key), Sleeper { key, waker });
        self.set_timer();
        key
    }

    fn remove(&mut self, key: Key) -> Option<Sleeper> {
        self.find(key)?;
        let sleeper = self.queue.remove(self.place(key));
        if self.queue.is_empty() {
            self.clear_timer();
        }
        Some(sleeper)
    }

    /// Sees to it that the timer fires no later than the first has to wake.
    fn set_timer(&mut self) {
        let Some(&Sleeper { key: (at_ms, _), .. }) = self.queue.first() else { return };
        if self.timer.as_ref().is_some_and(|(_, fires_ms)| *fires_ms <= at_ms) {
            return;
        }
        self.clear_timer();
        let delay = (at_ms - now_ms()).ceil().clamp(0.0, LONGEST_MS);
        if let Some(on_time) = &self.on_time {
            self.timer = Some((set_timeout(on_time.as_ref(), delay), at_ms));
        }
    }

    /// A timer that is left would keep Node from ending.
    fn clear_timer(&mut self) {
        if let Some((timer, _)) = self.timer.take() {
            clear_timeout(&timer);
        }
    }
}

impl Timer {
    /// Resolves after so long. Dropping it forgets it.
    pub fn sleep(&self, ms: f64) -> Sleep {
        Sleep { timer: self.clone(), at_ms: now_ms() + ms.max(0.0), key: None }
    }

    fn add(&self, at_ms: f64, waker: Waker) -> Key {
        let mut sleepers = self.0.borrow_mut();
        let timer = Rc::downgrade(&self.0);
        sleepers.on_time.get_or_insert_with(|| {
            Closure::new(move |_| turn(|| timer.upgrade().map_or((), |sleepers| Self(sleepers).ring())))
        });
        sleepers.add(at_ms, waker)
    }

    fn ring(&self) {
        let due: Vec<Sleeper> = {
            let mut sleepers = self.0.borrow_mut();
            sleepers.timer = None;
            let due = sleepers.place((now_ms(), u64::MAX));
            let due = sleepers.queue.drain(..due).collect();
            sleepers.set_timer();
            due
        };
        due.into_iter().for_each(|sleeper| sleeper.waker.wake());
    }
}

/// A sleeper's own side.
pub struct Sleep {
    timer: Timer,
    at_ms: f64,
    key: Option<Key>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let waker = context.waker();
        let Some(key) = self.key else {
            self.key = Some(self.timer.add(self.at_ms, waker.clone()));
            return Poll::Pending;
        };
        // What was there before is dropped when nothing is borrowed any more: with it may go a task, and its sleepers.
        let (state, _before) = match self.timer.0.borrow_mut().find(key) {
            None => (Poll::Ready(()), None),
            Some(known) if known.waker.will_wake(waker) => (Poll::Pending, None),
            Some(known) => (Poll::Pending, Some(std::mem::replace(&mut known.waker, waker.clone()))),
        };
        state
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let Some(key) = self.key else { return };
        let _before = self.timer.0.borrow_mut().remove(key);
    }
}
