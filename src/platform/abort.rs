//! Ends requests that nobody waits for any more. An `AbortController` whose request came to its end serves the next one: in
//! Node, making one and having `fetch` follow it costs a sixth of a request.

use std::cell::RefCell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use web_sys::{AbortController, AbortSignal};

/// How many requests one may serve. Node listens to its signal for each of them until it collects garbage.
const MOST_USES: u32 = 32;

struct Abort {
    controller: AbortController,
    signal: AbortSignal,
    uses: u32,
}

/// Those that are free.
#[derive(Default)]
pub struct Aborts(RefCell<Vec<Abort>>);

/// Cancels a request when it is dropped before the whole answer is in. After that an abort would change nothing, and cost
/// more than all else about a request: the web makes an error of it and tells everybody.
pub struct AbortOnDrop {
    abort: Option<Abort>,
    /// Where it goes afterwards.
    free: Option<Rc<Aborts>>,
    /// Whether the answer is in.
    pub done: bool,
}

impl AbortOnDrop {
    /// One of those that are free, where there are such.
    pub fn new(free: Option<Rc<Aborts>>) -> Result<Self, JsValue> {
        let known = free.as_ref().and_then(|free| free.0.borrow_mut().pop());
        let abort = match known {
            Some(abort) => abort,
            None => {
                let controller = AbortController::new()?;
                Abort { signal: controller.signal(), controller, uses: 0 }
            }
        };
        Ok(Self { abort: Some(abort), free, done: false })
    }

    /// What `fetch` follows.
    pub fn signal(&self) -> Option<&AbortSignal> {
        self.abort.as_ref().map(|abort| &abort.signal)
    }
}

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        let Some(abort) = self.abort.take() else { return };
        if !self.done {
            // Without a reason the web makes an AbortError itself; others have been known to trip over.
            return abort.controller.abort();
        }
        if let Some(free) = self.free.as_ref().filter(|_| abort.uses < MOST_USES) {
            free.0.borrow_mut().push(Abort { uses: abort.uses + 1, ..abort });
        }
    }
}
