//! The laws of the engine in words, and how to see from outside that they hold.

use std::collections::HashMap;

use parallelization_agent::engine::task::Status;
use parallelization_agent::error::Code;
use parallelization_agent::model::usage::tokens_of;
use parallelization_agent::platform::sim::Exchange;
use parallelization_agent::report::{RunMetadata, TaskResult};

use super::events;
use super::scenario::{RunStory, Story};
use super::server::{Hold, Kind, Served};

/// Rounding of sums of times.
const MOMENT_MS: f64 = 0.01;

pub fn check(story: &Story) {
    nothing_is_left_open(story);
    calls_at_once_stay_within_the_limit(story);
    no_minute_sees_more_than_the_limits(story);
    the_budget_is_never_overrun(story);
    waits_are_kept(story);
    what_is_final_is_not_sent_again(story);
    the_account_is_what_was_served(story);
    for (index, run) in story.runs.iter().enumerate() {
        it_ends_in_time(story, run);
        nothing_is_sent_after_the_end(story, index, run);
        every_task_has_one_end_in_input_order(run);
        retries_are_counted_and_limited(story, index, run);
        no_dependency_is_violated(story, index, run);
        nothing_is_given_up_without_reason(run);
        events::check(run);
    }
}

fn lines(story: &Story) -> impl Iterator<Item = (usize, &Exchange, &Served)> + Clone {
    story
        .log
        .iter()
        .zip(&story.served)
        .enumerate()
        .map(|(index, (exchange, served))| (index, exchange, served))
}

fn report(run: &RunStory) -> (&[TaskResult], &RunMetadata) {
    match &run.outcome {
        Ok(result) => (&result.results, &result.metadata),
        Err(failure) => (&failure.results, &failure.metadata),
    }
}

fn nothing_is_left_open(story: &Story) {
    assert_eq!(story.open_timers, 0, "no timer outlives its run");
    assert!(story.log.iter().all(|exchange| exchange.ended_at_ms.is_some()), "every request is ended");
}

fn calls_at_once_stay_within_the_limit(story: &Story) {
    let mut changes: Vec<(f64, i64)> = Vec::new();
    for exchange in &story.log {
        changes.push((exchange.sent_at_ms, 1));
        changes.push((exchange.ended_at_ms.unwrap(), -1));
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut open = 0;
    let most = changes.iter().map(|(_, change)| {
        open += change;
        open
    });
    let most = most.max().unwrap_or(0);
    if let Some(limit) = story.limits["concurrency"].as_u64() {
        assert!(most <= limit as i64, "{most} calls at once, and the limit is {limit}");
    }
    if let [run] = &story.runs[..] {
        assert!(most <= report(run).1.max_concurrency as i64);
    }
}

/// What the client got the whole of.
fn was_read(exchange: &Exchange) -> bool {
    exchange.ended_at_ms.is_some() && !exchange.aborted
}

/// What a request used: the prompt exactly, the answer within bounds where the client has to guess.
fn used(exchange: &Exchange, served: &Served) -> (u64, u64, u64) {
    let frames = 2 * 16;
    let prompt = tokens_of(served.prompt_bytes + frames);
    let text = tokens_of(served.text.len());
    match served.kind {
        _ if !was_read(exchange) => (prompt, 0, text),
        Kind::Answer => match served.usage {
            Some((prompt, written)) => (prompt, written, written),
            None => (prompt, text, text),
        },
        Kind::Passing | Kind::Final | Kind::Unreached => (0, 0, 0),
        Kind::Spoiled => (prompt, 0, text),
    }
}

fn no_minute_sees_more_than_the_limits(story: &Story) {
    let limit = |name: &str| story.limits[name].as_u64();
    for (index, exchange, served) in lines(story) {
        let minute: Vec<_> = lines(story)
            .skip(index)
            .filter(|(_, other, line)| {
                line.model == served.model && other.sent_at_ms < exchange.sent_at_ms + 60_000.0
            })
            .collect();
        if let Some(most) = limit("requestsPerMinute") {
            assert!(minute.len() as u64 <= most, "{} requests in a minute from {index}", minute.len());
        }
        if let Some(most) = limit("tokensPerMinute") {
            let used = minute.iter().map(|(_, exchange, served)| used(exchange, served));
            let tokens: Vec<u64> =
                used.map(|(prompt, least, _)| prompt + least).filter(|&used| used > 0).collect();
            let sum: u64 = tokens.iter().sum();
            // A call that is larger than the limit goes alone.
            assert!(sum <= most || tokens.len() == 1, "{sum} tokens in a minute from {index}");
        }
    }
}

fn the_budget_is_never_overrun(story: &Story) {
    let budget = &story.limits["budget"];
    // The price of every token is 1.
    let Some(most) = budget["tokens"].as_u64().or(budget["cost"].as_u64()) else { return };
    assert!(story.account.usage.total() <= most, "{:?} of {most}", story.account);
}

fn waits_are_kept(story: &Story) {
    for (_, exchange, served) in lines(story).filter(|(_, exchange, _)| was_read(exchange)) {
        let now = exchange.ended_at_ms.unwrap();
        let until = match served.hold {
            Some(Hold::For(ms)) => now + ms,
            Some(Hold::Until(at)) => at,
            None => continue,
        };
        // These say that the server as a whole has too much to do; others speak of one request.
        let for_all = matches!(served.status, Some(429 | 503 | 529));
        for (index, later, line) in lines(story).skip(exchange.sent_by_end) {
            let same_task = line.run == served.run && line.task == served.task;
            if line.model == served.model && (for_all || same_task) {
                assert!(
                    later.sent_at_ms >= until - MOMENT_MS - story.grain_ms,
                    "request {index} was sent at {}, and the server had asked to wait until {until}: {served:?}",
                    later.sent_at_ms
                );
            }
        }
    }
}

fn what_is_final_is_not_sent_again(story: &Story) {
    let finals =
        lines(story).filter(|(_, exchange, served)| served.kind == Kind::Final && was_read(exchange));
    for (_, exchange, served) in finals {
        for (index, _, later) in lines(story).skip(exchange.sent_by_end) {
            let same = later.run == served.run && later.task == served.task && later.model == served.model;
            assert!(!same, "request {index} repeats what was refused for good");
        }
    }
}

fn the_account_is_what_was_served(story: &Story) {
    let mut total = 0;
    for (index, run) in story.runs.iter().enumerate() {
        let (results, metadata) = report(run);
        let own = || lines(story).filter(|(_, _, served)| served.run == index);
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
                !(nothing || was_read(exchange) && served.usage.is_some() && served.kind == Kind::Answer)
            });
            assert_eq!(result.metadata.estimated, guessed, "estimates are marked: {}", result.task_id);
        }
        total += metadata.total_tokens;
    }
    assert_eq!(story.account.usage.total(), total);
    assert_eq!(story.account.attempts as usize, story.log.len());
}

fn it_ends_in_time(story: &Story, run: &RunStory) {
    let took = report(run).1.processing_time_ms;
    if let Some(deadline) = run.options["deadlineMs"].as_f64() {
        let slack = MOMENT_MS + story.late_ms + story.grain_ms;
        assert!(took <= deadline + slack, "it took {took}, and had {deadline}");
    }
    if let Some(at) = run.aborted_at_ms {
        assert!(took <= at + MOMENT_MS, "it took {took}, and was aborted at {at}");
    }
}

fn nothing_is_sent_after_the_end(story: &Story, index: usize, run: &RunStory) {
    let deadline = run.options["deadlineMs"].as_f64().unwrap_or(f64::INFINITY);
    for (number, exchange, _) in lines(story).filter(|(_, _, served)| served.run == index) {
        assert!(number < run.sent_by_abort, "request {number} was sent after the abort");
        assert!(
            exchange.sent_at_ms < deadline + story.grain_ms,
            "request {number} was sent after the deadline"
        );
    }
}

fn every_task_has_one_end_in_input_order(run: &RunStory) {
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
        assert_eq!(result.result.is_some(), result.status == Status::Completed);
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

fn retries_are_counted_and_limited(story: &Story, index: usize, run: &RunStory) {
    let (_, metadata) = report(run);
    let most = run.options["maxRetries"].as_u64().unwrap() + 1;
    let mut sent: HashMap<(&str, &str), u64> = HashMap::new();
    for (_, exchange, served) in lines(story).filter(|(_, _, served)| served.run == index) {
        // To stand in line for the rate is no retry.
        if !(served.status == Some(429) && was_read(exchange)) {
            *sent.entry((&served.task, &served.model)).or_default() += 1;
        }
    }
    let hedges = u64::from(metadata.hedges);
    for (call, count) in sent {
        assert!(count <= most + hedges, "{call:?} was sent {count} times");
    }
    assert!(f64::from(metadata.hedges) <= 1.0 + 0.1 * f64::from(metadata.attempts));
    assert!(run.options["hedge"].is_object() || hedges == 0);
}

fn no_dependency_is_violated(story: &Story, index: usize, run: &RunStory) {
    let (results, _) = report(run);
    let own = || lines(story).filter(|(_, _, served)| served.run == index);
    let mut answers: HashMap<&str, Vec<(&Exchange, &Served)>> = HashMap::new();
    for (_, exchange, served) in
        own().filter(|(_, exchange, served)| served.kind == Kind::Answer && was_read(exchange))
    {
        answers.entry(&served.task).or_default().push((exchange, served));
    }
    for (subtask, result) in run.subtasks.iter().zip(results) {
        let id = &*result.task_id;
        if let Some(text) = &result.result {
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

fn nothing_is_given_up_without_reason(run: &RunStory) {
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
