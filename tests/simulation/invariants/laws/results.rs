//! What runs come to, and what they say that it took.

use std::collections::HashMap;

use parallelization_agent::error::Code;
use parallelization_agent::platform::sim::Exchange;
use parallelization_agent::report::Status;

use super::{MOMENT_MS, lines, report, used, was_read};
use crate::invariants::scenario::{RunTrace, Trace};
use crate::invariants::server::{Kind, Served};

pub fn check(trace: &Trace, index: usize, run: &RunTrace) {
    the_account_is_what_was_served(trace, index, run);
    it_ends_in_time(trace, run);
    every_task_has_one_end_in_input_order(run);
    no_dependency_is_violated(trace, index, run);
    nothing_is_given_up_without_reason(run);
}

fn the_account_is_what_was_served(trace: &Trace, index: usize, run: &RunTrace) {
    let (results, metadata) = report(run);
    let own = || lines(trace).filter(|(_, _, served)| served.run == index);
    let sums = own().map(|(_, exchange, served)| used(exchange, served));
    let (prompt, least, most) = sums.fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2));
    assert_eq!(metadata.prompt_tokens, prompt, "what was read");
    let written = metadata.completion_tokens;
    assert!((least..=most).contains(&written), "{written} written, not {least} to {most}");
    assert_eq!(metadata.attempts as usize, own().count(), "every request is an attempt");
    for result in results {
        let task = own().filter(|(_, _, served)| *served.task == *result.task_id);
        assert_eq!(result.metadata.attempts as usize, task.clone().count());
        let sum: u64 = task.clone().map(|(_, exchange, served)| used(exchange, served).0).sum();
        assert_eq!(result.metadata.prompt_tokens, sum);
        let guessed = task.clone().any(|(_, exchange, served)| {
            let nothing = used(exchange, served) == (0, 0, 0);
            !(nothing || was_read(exchange) && served.usage.is_some() && served.kind != Kind::Spoiled)
        });
        assert_eq!(result.metadata.estimated, guessed, "estimates are marked: {}", result.task_id);
    }
}

/// The agent's account is the sum of its runs'.
pub fn check_sum(trace: &Trace) {
    let total: u64 = trace.runs.iter().map(|run| report(run).1.total_tokens).sum();
    assert_eq!(trace.account.usage.total(), total);
    assert_eq!(trace.account.attempts as usize, trace.log.len());
}

fn it_ends_in_time(trace: &Trace, run: &RunTrace) {
    let took = report(run).1.processing_time_ms;
    if let Some(deadline) = run.options["deadlineMs"].as_f64() {
        let slack = MOMENT_MS + trace.late_ms + trace.grain_ms;
        assert!(took <= deadline + slack, "it took {took}, and had {deadline}");
    }
    if let Some(at) = run.aborted_at_ms {
        assert!(took <= at + MOMENT_MS, "it took {took}, and was aborted at {at}");
    }
}

fn every_task_has_one_end_in_input_order(run: &RunTrace) {
    let (results, metadata) = report(run);
    let ids: Vec<&str> = run.subtasks.iter().map(|subtask| subtask["id"].as_str().unwrap()).collect();
    assert!(results.iter().map(|result| &*result.task_id).eq(ids), "results stand in input order");
    let count = |status| results.iter().filter(|result| result.status == status).count();
    assert!(results.iter().all(|result| result.status.is_final()));
    assert_eq!(metadata.completed_tasks, count(Status::Completed));
    assert_eq!(metadata.failed_tasks, count(Status::Failed));
    assert_eq!(metadata.skipped_tasks, count(Status::Skipped));
    assert_eq!(metadata.cancelled_tasks, count(Status::Cancelled));
    for result in results {
        let has_text = result.result.is_some();
        assert!(has_text || result.status != Status::Completed);
        // What streamed of a task that was ended is kept.
        assert!(!has_text || matches!(result.status, Status::Completed | Status::Cancelled));
        assert_eq!(result.error.is_none(), result.status == Status::Completed);
        if result.status == Status::Skipped {
            let error = result.error.as_ref().unwrap();
            let Some(culprit) = &error.skipped_because_of else {
                assert_eq!(error.code, Code::BudgetExceeded);
                continue;
            };
            let culprit = results.iter().find(|other| *other.task_id == **culprit).unwrap();
            assert!(matches!(culprit.status, Status::Failed | Status::Skipped));
            assert_ne!(
                culprit.error.as_ref().unwrap().code,
                Code::DependencyFailed,
                "the one at fault is named"
            );
        }
    }
}

fn no_dependency_is_violated(trace: &Trace, index: usize, run: &RunTrace) {
    let (results, _) = report(run);
    let own = || lines(trace).filter(|(_, _, served)| served.run == index);
    let mut answers: HashMap<&str, Vec<(&Exchange, &Served)>> = HashMap::new();
    // Those of an earlier run may come from the store.
    let known = lines(trace).filter(|(_, _, served)| served.run == index || trace.kept.is_some());
    for (_, exchange, served) in
        known.filter(|(_, exchange, served)| served.kind == Kind::Answer && was_read(exchange))
    {
        answers.entry(&served.task).or_default().push((exchange, served));
    }
    for (subtask, result) in run.subtasks.iter().zip(results) {
        let id = &*result.task_id;
        if let Some(text) = result.result.as_ref().filter(|_| result.status == Status::Cancelled) {
            assert!(
                own().any(|(_, _, served)| *served.task == *id && served.text.starts_with(&**text)),
                "what is kept of {id} is how an answer to it begins"
            );
        } else if let Some(text) = &result.result {
            let answers = answers.get(id).map(Vec::as_slice).unwrap_or_default();
            assert!(
                answers.iter().any(|(_, served)| *served.text == **text),
                "{id} has an answer of its own"
            );
        }
        for (_, exchange, _) in own().filter(|(_, _, served)| *served.task == *id) {
            for need in subtask["dependencies"].as_array().unwrap() {
                let need = need.as_str().unwrap();
                let seen = answers.get(need).is_some_and(|answers| {
                    answers.iter().any(|(earlier, served)| {
                        earlier.ended_at_ms.unwrap() <= exchange.sent_at_ms
                            && exchange.request.body.contains(&served.text)
                    })
                });
                assert!(seen, "{id} was sent without the result of {need}");
            }
        }
    }
}

fn nothing_is_given_up_without_reason(run: &RunTrace) {
    let most = run.options["maxRetries"].as_u64().unwrap() as u32 + 1;
    for result in report(run).0.iter().filter(|result| result.status == Status::Failed) {
        let error = result.error.as_ref().unwrap();
        let passing =
            matches!(error.code, Code::Timeout | Code::Network | Code::Truncated | Code::RateLimited);
        let late = error.message.contains("past the deadline");
        assert!(
            !passing || late || result.metadata.attempts >= most,
            "{} was given up after {} attempts: {}",
            result.task_id,
            result.metadata.attempts,
            error.message
        );
    }
}
