//! The laws of the engine in words, and how to see from outside that they hold.

mod acting;
mod results;
mod sending;

use parallelization_agent::model::usage::tokens_of;
use parallelization_agent::platform::sim::Exchange;
use parallelization_agent::report::{RunMetadata, TaskResult};

use super::events;
use super::scenario::{RunTrace, Trace};
use super::server::{Kind, Served};

/// Rounding of sums of times.
const MOMENT_MS: f64 = 0.01;

pub fn check(trace: &Trace) {
    sending::check(trace);
    acting::check(trace);
    results::check_sum(trace);
    for (index, run) in trace.runs.iter().enumerate() {
        results::check(trace, index, run);
        events::check(run, &run.events);
        events::check(run, &run.heard_late);
    }
}

fn lines(trace: &Trace) -> impl Iterator<Item = (usize, &Exchange, &Served)> + Clone {
    trace
        .log
        .iter()
        .zip(&trace.served)
        .enumerate()
        .map(|(index, (exchange, served))| (index, exchange, served))
}

fn report(run: &RunTrace) -> (&[TaskResult], &RunMetadata) {
    match &run.outcome {
        Ok(result) => (&result.results, &result.metadata),
        Err(failure) => (&failure.results, &failure.metadata),
    }
}

/// What the client got the whole of.
fn was_read(exchange: &Exchange) -> bool {
    exchange.ended_at_ms.is_some() && !exchange.aborted
}

/// What a request used: the prompt exactly, the answer within bounds where the client has to guess.
fn used(exchange: &Exchange, served: &Served) -> (u64, u64, u64) {
    let prompt = tokens_of(served.prompt_bytes);
    let text = tokens_of(served.text.len());
    match served.kind {
        _ if !was_read(exchange) => (prompt, 0, text),
        Kind::Answer => match served.usage {
            Some((prompt, written)) => (prompt, written, written),
            None => (prompt, text, text),
        },
        // Nothing is guessed of a refusal.
        Kind::Passing | Kind::Final | Kind::Unreached => match served.usage {
            Some((prompt, written)) => (prompt, written, written),
            None => (0, 0, 0),
        },
        Kind::Spoiled => (prompt, 0, text),
    }
}
