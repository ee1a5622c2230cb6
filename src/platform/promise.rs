//! Waits for promises. The two functions that a promise is given serve the next one once it has settled: a function of ours
//! costs as much as all else about a promise.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use wasm_bindgen::prelude::*;

use super::tasks::{time_passed, turn};

#[wasm_bindgen]
extern "C" {
    // Looks at what is given, which may throw.
    #[wasm_bindgen(catch, js_namespace = Promise, js_name = resolve)]
    fn resolve(given: &JsValue) -> Result<JsValue, JsValue>;
    // The language's own `then`, whatever a promise has under that name: it calls one of the two, once, and in a later turn.
    #[wasm_bindgen(catch, js_namespace = ["Promise", "prototype", "then"], js_name = call)]
    fn then(promise: &JsValue, fulfilled: &JsValue, rejected: &JsValue) -> Result<JsValue, JsValue>;
}

/// How many pairs of functions are kept for later.
const MOST: usize = 1_024;

thread_local! {
    static FREE: RefCell<Vec<Rc<Pair>>> = const { RefCell::new(Vec::new()) };
}

/// What a promise came to.
type Outcome = Result<JsValue, JsValue>;

/// Two functions, and what they were told. They hold it as it holds them: a promise may call them at any time.
struct Pair {
    state: RefCell<State>,
    functions: RefCell<Option<Functions>>,
}

/// What is called when it is kept, and when it is broken.
type Functions = [Closure<dyn Fn(JsValue)>; 2];

enum State {
    Waiting(Option<Waker>),
    /// Nobody waits any more.
    Left,
    Settled(Option<Outcome>),
}

impl Pair {
    fn new() -> Rc<Self> {
        let pair = Rc::new(Self { state: RefCell::new(State::Left), functions: RefCell::default() });
        let (fulfilled, rejected) = (Rc::clone(&pair), Rc::clone(&pair));
        pair.functions.replace(Some([
            Closure::new(move |value| fulfilled.settle(Ok(value))),
            Closure::new(move |error| rejected.settle(Err(error))),
        ]));
        pair
    }

    fn settle(self: &Rc<Self>, outcome: Outcome) {
        turn(|| match self.state.replace(State::Settled(Some(outcome))) {
            State::Waiting(Some(waker)) => waker.wake(),
            State::Left => self.free(),
            _ => {}
        });
    }

    fn free(self: &Rc<Self>) {
        self.state.replace(State::Left);
        let full = FREE.with_borrow_mut(|free| {
            let full = free.len() >= MOST;
            if !full {
                free.push(Rc::clone(self));
            }
            full
        });
        if full {
            self.functions.take();
        }
    }
}

/// What becomes of a promise; or of anything else, which is its own outcome.
pub struct Waiting(Rc<Pair>);

/// Waits for `given`, from now on.
pub fn wait_for(given: &JsValue) -> Waiting {
    // Whoever gave it took some.
    time_passed();
    let pair = FREE.with_borrow_mut(Vec::pop).unwrap_or_else(Pair::new);
    pair.state.replace(State::Waiting(None));
    let asked = match &*pair.functions.borrow() {
        Some([fulfilled, rejected]) => {
            resolve(given).and_then(|promise| then(&promise, fulfilled.as_ref(), rejected.as_ref()))
        }
        None => Ok(JsValue::UNDEFINED),
    };
    if let Err(thrown) = asked {
        // Nobody will call its functions.
        pair.state.replace(State::Settled(Some(Err(thrown))));
    }
    Waiting(pair)
}

impl Future for Waiting {
    type Output = Outcome;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Outcome> {
        let mut state = self.0.state.borrow_mut();
        if let State::Settled(outcome) = &mut *state
            && let Some(outcome) = outcome.take()
        {
            return Poll::Ready(outcome);
        }
        *state = State::Waiting(Some(context.waker().clone()));
        Poll::Pending
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // What was there before is dropped when nothing is borrowed any more: with it may go a task, and what it waits for.
        let before = self.0.state.replace(State::Left);
        if matches!(before, State::Settled(_)) {
            self.0.free();
        }
    }
}
