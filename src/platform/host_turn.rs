//! Gives the host its turn. Where what a run waits for is always there at once (a cache, a store), one microtask brings the
//! next, and the host never gets to its timers and its input. So whoever goes on after a promise, or begins one of
//! thousands of calls, looks whether the host is overdue.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;

use super::timer::now_ms;

#[wasm_bindgen]
extern "C" {
    /// Calls back once the host has had its turn; whether it can. The npm package has it.
    #[wasm_bindgen(catch, js_name = nextTask)]
    fn next_task(callback: &JsValue) -> Result<bool, JsValue>;
}

/// How long the host may go without a turn. It is asked for one at every sixteenth look: asking costs more than a look.
const PATIENCE_MS: f64 = 10.0;
const LOOKS_PER_ASK: u32 = 16;

/// How many of those that wait go on after each turn of the host.
const AFTER_TURN: usize = 16;

thread_local! {
    static LOOKS: Cell<u32> = const { Cell::new(0) };
    /// Since when the host has been asked to call back.
    static ASKED_MS: Cell<Option<f64>> = const { Cell::new(None) };
    static WAITING: RefCell<VecDeque<oneshot::Sender<()>>> = const { RefCell::new(VecDeque::new()) };
    static ON_TURN: Closure<dyn Fn()> = Closure::new(|| {
        ASKED_MS.take();
        let next: Vec<_> = WAITING.with_borrow_mut(|waiting| {
            waiting.drain(..waiting.len().min(AFTER_TURN)).collect()
        });
        if WAITING.with_borrow(|waiting| !waiting.is_empty()) {
            ask();
        }
        for waits in next {
            // It may be gone.
            let _ = waits.send(());
        }
    });
}

fn ask() {
    if ON_TURN.with(|on_turn| next_task(on_turn.as_ref())).unwrap_or_default() {
        ASKED_MS.set(Some(now_ms()));
    }
}

/// Resolves once the host has had its turn, where it is overdue.
pub fn when_overdue() -> Option<oneshot::Receiver<()>> {
    let Some(asked_ms) = ASKED_MS.get() else {
        LOOKS.set(LOOKS.get().wrapping_add(1));
        if LOOKS.get().is_multiple_of(LOOKS_PER_ASK) {
            ask();
        }
        return None;
    };
    if now_ms() - asked_ms <= PATIENCE_MS {
        return None;
    }
    let (had_turn, turn) = oneshot::channel();
    WAITING.with_borrow_mut(|waiting| waiting.push_back(had_turn));
    Some(turn)
}
