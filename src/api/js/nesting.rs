//! Knows which runs begin within a call of `complete` of their own agent: the call waits for them,
//! and lends them its slot.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use crate::engine::agent::Agent;
use crate::engine::loan::Loan;

#[wasm_bindgen]
extern "C" {
    /// Calls a function such that the runs that begin within it know the number of the call. The
    /// npm package has it.
    #[wasm_bindgen(catch, js_name = callWithin)]
    fn call_within(
        call: u32,
        function: &Function,
        this: &JsValue,
        arguments: &Array,
    ) -> Result<JsValue, JsValue>;
}

/// A call under way.
struct Entry {
    agent: Rc<Agent>,
    runs: usize,
    loan: Option<Loan>,
}

thread_local! {
    /// The agent whose run has its turn.
    static AT_WORK: RefCell<Option<Rc<Agent>>> = const { RefCell::new(None) };
    static CALLS: RefCell<HashMap<u32, Entry>> = RefCell::default();
    static LAST: Cell<u32> = const { Cell::new(0) };
}

/// A turn of a run of `agent`.
pub(in crate::api) fn turn_of<T>(agent: &Rc<Agent>, turn: impl FnOnce() -> T) -> T {
    let before = AT_WORK.replace(Some(Rc::clone(agent)));
    let made = turn();
    AT_WORK.set(before);
    made
}

/// A call of `complete`, from its start to its end.
pub(in crate::api) struct OuterCall(u32);

impl OuterCall {
    /// One of the run that has its turn.
    pub fn open() -> Self {
        let number = LAST.get().wrapping_add(1);
        LAST.set(number);
        if let Some(agent) = AT_WORK.with_borrow(Clone::clone) {
            CALLS.with_borrow_mut(|calls| calls.insert(number, Entry { agent, runs: 0, loan: None }));
        }
        Self(number)
    }

    /// Calls a function as a part of it.
    pub fn call(&self, function: &Function, this: &JsValue, arguments: &Array) -> Result<JsValue, JsValue> {
        call_within(self.0, function, this, arguments)
    }
}

impl Drop for OuterCall {
    fn drop(&mut self) {
        // With it goes the loan: nothing may be borrowed then.
        let _entry = CALLS.with_borrow_mut(|calls| calls.remove(&self.0));
    }
}

/// A run that begins within a call of its own agent.
pub(in crate::api) struct NestedRun(u32);

impl NestedRun {
    /// The call whose slot a run of `agent` may take. `calls` are those that the run begins within,
    /// the innermost first.
    pub fn within(agent: &Rc<Agent>, calls: &[u32]) -> Option<Self> {
        CALLS.with_borrow_mut(|open| {
            let is_own = |call: &&u32| open.get(call).is_some_and(|entry| Rc::ptr_eq(&entry.agent, agent));
            let call = *calls.iter().find(is_own)?;
            let entry = open.get_mut(&call)?;
            entry.runs += 1;
            entry.loan.get_or_insert_with(|| Loan::new(agent));
            Some(Self(call))
        })
    }
}

impl Drop for NestedRun {
    fn drop(&mut self) {
        let _loan = CALLS.with_borrow_mut(|calls| {
            let entry = calls.get_mut(&self.0)?;
            entry.runs -= 1;
            entry.loan.take_if(|_| entry.runs == 0)
        });
    }
}
