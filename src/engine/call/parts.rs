//! What the policies hand to each other.

use std::cell::{Cell, RefCell};

use crate::engine::limits::budget::Reservation;
use crate::engine::limits::cache_gates::WarmUp;
use crate::engine::limits::limiter::{Permit, PoolId};
use crate::engine::request::Call;
use crate::engine::task::TaskKey;
use crate::model::answer::Answer;
use crate::model::worker::Worker;

/// The place of a worker among those that a call may ask.
#[derive(Default)]
pub(super) struct Place {
    /// Whether no fallback is left.
    pub is_last: bool,
    /// Whether the worker was sent the call.
    pub is_sent: Cell<bool>,
    /// The pool of the first worker, which the call left since no call gets through there. It is
    /// asked again as soon as one does.
    pub first: Option<PoolId>,
    /// A permit of that pool, with which the call goes back.
    pub way_back: RefCell<Option<Permit>>,
}

/// How long one worker is asked.
#[derive(Clone, Copy)]
pub(super) struct Persistence<'a> {
    /// Tries after the first.
    pub retries: u32,
    /// The longest pause that is waited for.
    pub wait_ms: f64,
    pub place: &'a Place,
}

/// What a request needs to be sent: a slot, and its part of the budget.
pub(super) struct Admission {
    pub permit: Permit,
    pub reservation: Reservation,
}

/// One request of a call.
pub(super) struct AttemptRequest<'a> {
    pub task: TaskKey,
    pub call: &'a Call,
    pub worker: &'a Worker,
    pub warm_up: &'a WarmUp,
    /// Of all that the model is shown, as an estimate of its tokens.
    pub prompt_bytes: usize,
}

/// Whether a request is the first of its try. Readers see only the text of that one as it comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leg {
    Primary,
    Hedge,
}

/// The outcome of a request. It still holds its slot.
pub(super) struct AttemptOutcome {
    pub answer: Answer,
    pub permit: Permit,
    pub leg: Leg,
    pub took_ms: f64,
    /// The server refused fields that it is not sent any more: the call is worth another try at
    /// once.
    pub is_adapted: bool,
}
