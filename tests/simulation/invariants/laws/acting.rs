//! What tools do, and what a store saves from being done again.

use std::collections::{HashMap, HashSet};

use parallelization_agent::json::{self, Value};

use super::{MOMENT_MS, lines, was_read};
use crate::invariants::scenario::{RunTrace, Trace};
use crate::invariants::server::Kind;

pub fn check(trace: &Trace) {
    tools_act_when_they_are_asked_and_once(trace);
    tools_keep_to_their_limits(trace);
    what_may_act_gets_no_hedge(trace);
    what_tools_gave_is_told(trace);
    what_is_kept_is_not_done_again(trace);
}

fn tools_act_when_they_are_asked_and_once(trace: &Trace) {
    let mut done = HashSet::new();
    for tool_run in &trace.tool_runs {
        let (line, _) = tool_run.nonce.split_once('-').unwrap();
        let line: usize = line.parse().unwrap();
        let (exchange, served) = (&trace.log[line], &trace.served[line]);
        assert!(served.asks.contains(&tool_run.nonce) && was_read(exchange), "nobody asked for {tool_run:?}");
        assert!(
            exchange.ended_at_ms.unwrap() <= tool_run.began_at_ms,
            "{tool_run:?} began before it was asked for"
        );
        assert!(done.insert((tool_run.run, &tool_run.nonce)), "{tool_run:?} is the second");
    }
}

fn tools_keep_to_their_limits(trace: &Trace) {
    let slack = MOMENT_MS + trace.late_ms + trace.grain_ms;
    for tool_run in &trace.tool_runs {
        let run: &RunTrace = &trace.runs[tool_run.run];
        let ended_at_ms = tool_run.ended_at_ms.expect("no tool outlives its run");
        let longest = run.options["toolTimeoutMs"].as_f64().unwrap();
        assert!(ended_at_ms - tool_run.began_at_ms <= longest + slack, "{tool_run:?} went on for too long");
        assert!(ended_at_ms <= run.ended_at_ms + MOMENT_MS, "{tool_run:?} outlived its run");
        let answer = tool_run.nonce.split('-').next();
        let beside = trace.tool_runs.iter().filter(|other| {
            other.run == tool_run.run
                && other.nonce.split('-').next() == answer
                && other.began_at_ms <= tool_run.began_at_ms
                && other.ended_at_ms.unwrap() > tool_run.began_at_ms
        });
        let most = run.options["toolConcurrency"].as_u64().unwrap() as usize;
        assert!(beside.count() <= most, "{tool_run:?} ran beside too many");
    }
}

fn what_may_act_gets_no_hedge(trace: &Trace) {
    let mut over_by: HashMap<(usize, &str), f64> = HashMap::new();
    for (index, exchange, served) in lines(trace) {
        let body = &*exchange.request.body;
        if body.contains("\"tools\":") {
            let before = over_by.insert((served.run, body), exchange.ended_at_ms.unwrap()).unwrap_or(0.0);
            assert!(before <= exchange.sent_at_ms, "request {index} is the hedge of one that may act");
        }
    }
}

/// A model that asked for tools is not asked on before each of them has answered.
fn what_tools_gave_is_told(trace: &Trace) {
    for exchange in trace.log.iter().filter(|exchange| exchange.request.body.contains("tool_calls")) {
        let body: Value = json::parse(&exchange.request.body).unwrap();
        let messages = body["messages"].as_array().unwrap();
        let asked = messages.iter().filter_map(|message| message["tool_calls"].as_array()).flatten();
        let ids: Vec<&str> = asked.map(|call| call["id"].as_str().unwrap()).collect();
        let told = messages.iter().filter_map(|message| message["tool_call_id"].as_str());
        assert!(told.eq(ids), "every call has its result: {body}");
    }
}

/// A second run finds what the first has kept, unless the store fails to give it.
fn what_is_kept_is_not_done_again(trace: &Trace) {
    let Some(kept) = trace.kept.as_ref().filter(|_| trace.store_trouble == 0.0) else { return };
    let answered = lines(trace).take(trace.sent_by_first);
    let answered = answered.filter(|(_, exchange, served)| {
        served.kind == Kind::Answer && was_read(exchange) && kept.contains(&served.text)
    });
    let bodies: HashSet<&str> = answered.map(|(_, exchange, _)| &*exchange.request.body).collect();
    for exchange in &trace.log[trace.sent_by_first..] {
        assert!(!bodies.contains(&*exchange.request.body), "asked again: {}", exchange.request.body);
    }
    for tool_run in trace.tool_runs.iter().filter(|tool_run| tool_run.run >= trace.first_runs) {
        assert!(
            !kept.contains(&format!("{{\"done\":\"{}\"}}", tool_run.nonce)),
            "{tool_run:?} is the second"
        );
    }
}
