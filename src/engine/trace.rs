//! Tracing: what a run does, told to its tracer as spans. Costs nothing where there is none.

use crate::error::Failure;
use crate::json::{Fields, Map, Value};

/// Watches runs.
pub trait Tracer {
    /// Something begins, of a kind (`task`, `call`, `attempt`, `tool`), or happens (`retry`); none
    /// if nobody wants to know more.
    fn begin(&self, kind: &'static str, info: Value) -> Option<Box<dyn Span>>;
    /// Whether prompts and answers may be told.
    fn wants_content(&self) -> bool;
}

/// Something under way.
pub trait Span {
    /// Calls `turn`, once, where all that happens within it belongs to this span.
    fn enter(&self, turn: &mut dyn FnMut());
    /// It is over.
    fn end(&self, outcome: Value);
}

/// What a server says of a failure may repeat what it was asked: it counts as content.
pub(in crate::engine) fn failure_of(tracer: &dyn Tracer, failure: Option<&Failure>) -> Map {
    let mut outcome = Map::new();
    if let Some(failure) = failure {
        outcome.set("code", failure.code);
        if tracer.wants_content() {
            outcome.set("message", &failure.message);
        }
        outcome.set_some("status", failure.status);
    }
    outcome
}
