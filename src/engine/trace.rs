//! Tracing: a run reports what it does to its tracer, as spans. Costs nothing where there is none.

use crate::error::Failure;
use crate::json::{Fields, Map, Value};

/// Watches runs.
pub trait Tracer {
    /// Something of a kind begins (`task`, `call`, `attempt`, `tool`) or happens (`retry`). None
    /// where the tracer needs no span for it.
    fn begin(&self, kind: &'static str, info: Value) -> Option<Box<dyn Span>>;
    /// Whether spans may hold prompts and answers.
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
