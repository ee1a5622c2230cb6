//! Runs futures on the web. A turn begins when something comes that they wait for, a promise's value or the time, and lasts
//! until none of them can go on: it takes place in the very call that brings it, since a microtask costs more than most turns.
//!
//! Where what they wait for is always there at once (a cache, a store), one turn brings the next, and the host never gets to its
//! timers and its input: it has a turn of its own every few milliseconds.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Wake, Waker};

use futures::channel::oneshot;
use futures::future::{FutureExt, LocalBoxFuture};
use wasm_bindgen::prelude::*;

use super::promise::wait_for;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    /// Calls back once the host has had its turn; whether it can. The npm package has it.
    #[wasm_bindgen(catch, js_name = nextTask)]
    fn next_task(callback: &JsValue) -> Result<bool, JsValue>;
}

/// How many of those that gave way to the host go on after each turn of its own.
const AFTER_BREATH: usize = 64;

/// How long the host may go without a turn, and after how many of ours it is looked whether it does.
const PATIENCE_MS: f64 = 10.0;
const UNSEEN_TURNS: u32 = 16;

#[derive(Default)]
struct Tasks {
    rows: RefCell<Vec<Row>>,
    /// The numbers of the rows that can go on.
    ready: RefCell<VecDeque<usize>>,
    in_turn: Cell<bool>,
    /// What the clock said in this turn.
    now_ms: Cell<Option<f64>>,
    turns: Cell<u32>,
    /// When this turn began, as far as anybody asked.
    begun_ms: Cell<Option<f64>>,
    /// Those who wait for the host to have had its turn.
    giving_way: RefCell<VecDeque<oneshot::Sender<()>>>,
    /// Since when the host has been asked to call back.
    asked_ms: Cell<Option<f64>>,
}

struct Row {
    /// None when it is being run, and when it is done.
    future: Option<LocalBoxFuture<'static, ()>>,
    waker: Waker,
    done: bool,
}

thread_local! {
    static TASKS: Tasks = Tasks::default();
    static ON_HOST: Closure<dyn Fn()> = Closure::new(|| {
        TASKS.with(|tasks| {
            tasks.asked_ms.take();
            turn(|| tasks.go_on());
        });
    });
}

/// The number of a row.
struct Signal(usize);

impl Wake for Signal {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        TASKS.with(|tasks| tasks.wake(self.0));
    }
}

impl Tasks {
    fn wake(&self, row: usize) {
        let mut ready = self.ready.borrow_mut();
        let is_first = ready.is_empty();
        if !ready.contains(&row) {
            ready.push_back(row);
        }
        drop(ready);
        if is_first && !self.in_turn.get() {
            // Whatever becomes of it, it brings a turn.
            drop(wait_for(&JsValue::UNDEFINED));
        }
    }

    fn take(&self, row: usize) -> Option<(LocalBoxFuture<'static, ()>, Waker)> {
        let mut rows = self.rows.borrow_mut();
        let row = rows.get_mut(row)?;
        Some((row.future.take()?, row.waker.clone()))
    }

    /// Whether it is the host's turn, which then calls back.
    fn host_is_next(&self) -> bool {
        if let Some(asked_ms) = self.asked_ms.get() {
            return performance_now() - asked_ms > PATIENCE_MS;
        }
        self.turns.set(self.turns.get().wrapping_add(1));
        if self.turns.get().is_multiple_of(UNSEEN_TURNS) {
            self.ask_host();
        }
        false
    }

    /// Has the host call back after a turn of its own; whether it will.
    fn ask_host(&self) -> bool {
        if self.asked_ms.get().is_none()
            && ON_HOST.with(|on_host| next_task(on_host.as_ref())).unwrap_or_default()
        {
            self.asked_ms.set(Some(performance_now()));
        }
        self.asked_ms.get().is_some()
    }

    fn go_on(&self) {
        for _ in 0..AFTER_BREATH {
            let Some(next) = self.giving_way.borrow_mut().pop_front() else { return };
            // It may be gone.
            let _ = next.send(());
        }
        self.ask_host();
    }

    fn run(&self) {
        if self.host_is_next() {
            return;
        }
        loop {
            let next = self.ready.borrow_mut().pop_front();
            let Some(number) = next else { return };
            let Some((mut future, waker)) = self.take(number) else { continue };
            let waits = future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending();
            // What is done is dropped while nothing is borrowed: an abort may call anybody.
            let future = Some(future).filter(|_| waits);
            if let Some(row) = self.rows.borrow_mut().get_mut(number) {
                row.done = !waits;
                row.future = future;
            }
        }
    }
}

/// Runs a future; it begins in a turn of its own.
pub fn spawn(future: LocalBoxFuture<'static, ()>) {
    TASKS.with(|tasks| {
        let mut rows = tasks.rows.borrow_mut();
        let number = rows.iter().position(|row| row.done).unwrap_or(rows.len());
        let row = Row { future: Some(future), waker: Arc::new(Signal(number)).into(), done: false };
        match rows.get_mut(number) {
            Some(free) => *free = row,
            None => rows.push(row),
        }
        drop(rows);
        tasks.wake(number);
    });
}

/// A turn that begins with `news`.
pub(super) fn turn(news: impl FnOnce()) {
    TASKS.with(|tasks| {
        if tasks.in_turn.replace(true) {
            return news();
        }
        tasks.now_ms.take();
        tasks.begun_ms.take();
        news();
        tasks.run();
        tasks.in_turn.set(false);
    });
}

/// Waits until the host has had its turn, where this one has lasted for long.
pub(super) fn breath() -> Option<LocalBoxFuture<'static, ()>> {
    TASKS.with(|tasks| {
        let now = performance_now();
        let begun = tasks.begun_ms.get().unwrap_or(now);
        tasks.begun_ms.set(Some(begun));
        if now - begun <= PATIENCE_MS || !tasks.ask_host() {
            return None;
        }
        let (free, is_free) = oneshot::channel();
        tasks.giving_way.borrow_mut().push_back(free);
        Some(is_free.map(|_| ()).boxed_local())
    })
}

/// Milliseconds on a clock that stands still within a turn, while nobody else is called.
pub(super) fn now_ms() -> f64 {
    TASKS.with(|tasks| {
        let now = tasks.now_ms.get().filter(|_| tasks.in_turn.get()).unwrap_or_else(performance_now);
        tasks.now_ms.set(Some(now));
        now
    })
}

/// Somebody else was called, and took time.
pub(super) fn time_passed() {
    TASKS.with(|tasks| tasks.now_ms.take());
}
