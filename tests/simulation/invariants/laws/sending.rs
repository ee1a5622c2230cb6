//! What is sent, and when.

use std::collections::{HashMap, HashSet};

use parallelization_agent::json::Value;

use super::{MOMENT_MS, lines, report, used, was_read};
use crate::invariants::scenario::{RunTrace, Trace};
use crate::invariants::server::{Hold, Kind};

/// A longer wait holds for all, whatever the refusals come from.
const OWN_WAIT_MS: f64 = 10_000.0;

pub fn check(trace: &Trace) {
    nothing_is_left_open(trace);
    calls_at_once_stay_within_the_limit(trace);
    no_period_sees_more_than_the_limits(trace);
    the_budget_is_never_overrun(trace);
    waits_are_kept(trace);
    what_is_final_is_not_sent_again(trace);
    for (index, run) in trace.runs.iter().enumerate() {
        nothing_is_sent_after_the_end(trace, index, run);
        retries_are_counted_and_limited(trace, index, run);
    }
}

fn nothing_is_left_open(trace: &Trace) {
    assert_eq!(trace.open_timers, 0, "no timer outlives its run");
    assert!(trace.log.iter().all(|exchange| exchange.ended_at_ms.is_some()), "every request is ended");
}

fn calls_at_once_stay_within_the_limit(trace: &Trace) {
    let mut changes: Vec<(f64, i64)> = Vec::new();
    for exchange in &trace.log {
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
    if let Some(limit) = trace.limits["concurrency"].as_u64() {
        assert!(most <= limit as i64, "{most} calls at once, and the limit is {limit}");
    }
    if let [run] = &trace.runs[..] {
        assert!(most <= report(run).1.max_concurrency as i64);
    }
}

/// Each limit over time as its length, what it counts and how much.
fn limits_over_time(trace: &Trace) -> Vec<(f64, &'static str, u64)> {
    let of = |from: &Value, name: &str, per, counts| Some((per, counts, from[name].as_u64()?));
    let short = [("requestsPerMinute", "requests"), ("tokensPerMinute", "tokens")];
    let short = short.into_iter().filter_map(|(name, counts)| of(&trace.limits, name, 60_000.0, counts));
    let listed = trace.limits["limits"].as_array().into_iter().flatten().flat_map(|limit| {
        let ms = match limit["per"].as_str() {
            Some("second") => 1_000.0,
            Some("minute") => 60_000.0,
            Some("hour") => 3_600_000.0,
            _ => 86_400_000.0,
        };
        ["requests", "tokens"].into_iter().filter_map(move |counts| of(limit, counts, ms, counts))
    });
    short.chain(listed).collect()
}

fn no_period_sees_more_than_the_limits(trace: &Trace) {
    for (period_ms, counts, most) in limits_over_time(trace) {
        for (index, exchange, served) in lines(trace) {
            let period: Vec<_> = lines(trace)
                .skip(index)
                .filter(|(_, other, line)| {
                    line.model == served.model && other.sent_at_ms < exchange.sent_at_ms + period_ms
                })
                .collect();
            if counts == "requests" {
                let sent = period.len() as u64;
                assert!(
                    sent <= most,
                    "{sent} requests in {period_ms} ms from {index}, and {most} may be sent"
                );
                continue;
            }
            let used = period.iter().map(|(_, exchange, served)| used(exchange, served));
            let tokens: Vec<u64> =
                used.map(|(prompt, least, _)| prompt + least).filter(|&used| used > 0).collect();
            let sum: u64 = tokens.iter().sum();
            // A call that is larger than the limit goes alone.
            assert!(
                sum <= most || tokens.len() == 1,
                "{sum} tokens in {period_ms} ms from {index}, and {most} may be used"
            );
        }
    }
}

fn the_budget_is_never_overrun(trace: &Trace) {
    let budget = &trace.limits["budget"];
    // The price of every token is 1.
    let Some(most) = budget["tokens"].as_u64().or(budget["cost"].as_u64()) else { return };
    assert!(trace.account.usage.total() <= most, "{:?} of {most}", trace.account);
}

fn waits_are_kept(trace: &Trace) {
    for (_, exchange, served) in lines(trace).filter(|(_, exchange, _)| was_read(exchange)) {
        let now = exchange.ended_at_ms.unwrap();
        let until = match served.hold {
            Some(Hold::For(ms)) => now + ms,
            Some(Hold::Until(at)) => at,
            None => continue,
        };
        // These say that the server as a whole has too much to do; others speak of one request.
        // So do these where the wait is short, once calls got through while another had to wait.
        let for_all = matches!(served.status, Some(429 | 503 | 529));
        let is_short = until - now <= OWN_WAIT_MS;
        for (index, later, line) in lines(trace).skip(exchange.sent_by_end) {
            let same_call = line.run == served.run && later.request.body == exchange.request.body;
            if line.model == served.model && (for_all || same_call) {
                let is_kept = later.sent_at_ms >= until - MOMENT_MS - trace.grain_ms;
                assert!(
                    is_kept
                        || !same_call
                            && is_short
                            && others_got_through(trace, &served.model, later.sent_at_ms),
                    "request {index} was sent at {}, and the server had asked to wait until {until}: {served:?}",
                    later.sent_at_ms
                );
            }
        }
    }
}

/// Whether it was known by then that the server names waits that it does not mean for all: it had
/// answered a call that was sent after one that it told to wait, or with it, and before that wait
/// was over.
fn others_got_through(trace: &Trace, model: &str, by_ms: f64) -> bool {
    let of_model = || lines(trace).filter(|(_, _, served)| served.model == model);
    of_model().any(|(_, refused, served)| {
        let until_ms = match served.hold {
            Some(Hold::For(ms)) => refused.ended_at_ms.unwrap() + ms,
            Some(Hold::Until(at_ms)) => at_ms,
            None => return false,
        };
        let wait_ms = refused.sent_at_ms - MOMENT_MS..until_ms + MOMENT_MS + trace.grain_ms;
        of_model().any(|(_, other, answered)| {
            answered.kind == Kind::Answer
                && wait_ms.contains(&other.sent_at_ms)
                && other.ended_at_ms.unwrap() <= by_ms + MOMENT_MS
        })
    })
}

fn what_is_final_is_not_sent_again(trace: &Trace) {
    let finals =
        lines(trace).filter(|(_, exchange, served)| served.kind == Kind::Final && was_read(exchange));
    for (_, exchange, served) in finals {
        for (index, again, later) in lines(trace).skip(exchange.sent_by_end) {
            let same = later.run == served.run && again.request.body == exchange.request.body;
            assert!(!same, "request {index} repeats what was refused for good");
        }
    }
}

fn nothing_is_sent_after_the_end(trace: &Trace, index: usize, run: &RunTrace) {
    let deadline = run.options["deadlineMs"].as_f64().unwrap_or(f64::INFINITY);
    for (number, exchange, _) in lines(trace).filter(|(_, _, served)| served.run == index) {
        assert!(number < run.sent_by_abort, "request {number} was sent after the abort");
        assert!(
            exchange.sent_at_ms < run.began_at_ms + deadline + trace.grain_ms,
            "request {number} was sent after the deadline"
        );
    }
}

fn retries_are_counted_and_limited(trace: &Trace, index: usize, run: &RunTrace) {
    let (_, metadata) = report(run);
    let most = run.options["maxRetries"].as_u64().unwrap() + 1;
    let mut sent: HashMap<&str, u64> = HashMap::new();
    let in_outages = in_outages(trace);
    for (number, exchange, served) in lines(trace).filter(|(_, _, served)| served.run == index) {
        // To stand in line for the rate is no retry, nor to find out whether a server is back.
        if !(in_outages.contains(&number) || served.status == Some(429) && was_read(exchange)) {
            *sent.entry(&exchange.request.body).or_default() += 1;
        }
    }
    let hedges = u64::from(metadata.hedges);
    for (call, count) in sent {
        assert!(count <= most + hedges, "{call:?} was sent {count} times");
    }
    assert!(f64::from(metadata.hedges) <= 1.0 + 0.1 * f64::from(metadata.attempts));
    assert!(run.options["hedge"].is_object() || hedges == 0);
}

/// Which requests failed after so many others of their model that the server was out, and none was
/// answered in between.
fn in_outages(trace: &Trace) -> HashSet<usize> {
    const FAILURES: u32 = 8;
    let mut ended: Vec<_> = lines(trace).filter(|(_, exchange, _)| exchange.ended_at_ms.is_some()).collect();
    ended.sort_by(|(_, one, _), (_, other, _)| one.ended_at_ms.partial_cmp(&other.ended_at_ms).unwrap());
    let mut in_a_row: HashMap<&str, u32> = HashMap::new();
    let mut found = HashSet::new();
    for (number, exchange, served) in ended {
        let failures = in_a_row.entry(&served.model).or_default();
        let is_answered = served.kind == Kind::Answer && was_read(exchange);
        *failures = if is_answered { 0 } else { *failures + 1 };
        if *failures >= FAILURES {
            found.insert(number);
        }
    }
    found
}
