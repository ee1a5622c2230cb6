//! What tools do, and what a store saves from being done again.

use std::collections::{HashMap, HashSet};

use parallelization_agent::json::{self, Value};

use super::{MOMENT_MS, lines, was_read};
use crate::invariants::scenario::{RunStory, Trace};
use crate::invariants::server::Kind;

pub fn check(story: &Trace) {
    tools_act_when_they_are_asked_and_once(story);
    tools_keep_to_their_limits(story);
    what_may_act_gets_no_twin(story);
    what_tools_gave_is_told(story);
    what_is_kept_is_not_done_again(story);
}

fn tools_act_when_they_are_asked_and_once(story: &Trace) {
    let mut done = HashSet::new();
    for act in &story.acts {
        let (line, _) = act.nonce.split_once('-').unwrap();
        let line: usize = line.parse().unwrap();
        let (exchange, served) = (&story.log[line], &story.served[line]);
        assert!(served.asks.contains(&act.nonce) && was_read(exchange), "nobody asked for {act:?}");
        assert!(exchange.ended_at_ms.unwrap() <= act.began_at_ms, "{act:?} began before it was asked for");
        assert!(done.insert((act.run, &act.nonce)), "{act:?} is the second");
    }
}

fn tools_keep_to_their_limits(story: &Trace) {
    let slack = MOMENT_MS + story.late_ms + story.grain_ms;
    for act in &story.acts {
        let run: &RunStory = &story.runs[act.run];
        let ended_at_ms = act.ended_at_ms.expect("no tool outlives its run");
        let longest = run.options["toolTimeoutMs"].as_f64().unwrap();
        assert!(ended_at_ms - act.began_at_ms <= longest + slack, "{act:?} went on for too long");
        assert!(ended_at_ms <= run.ended_at_ms + MOMENT_MS, "{act:?} outlived its run");
        let answer = act.nonce.split('-').next();
        let beside = story.acts.iter().filter(|other| {
            other.run == act.run
                && other.nonce.split('-').next() == answer
                && other.began_at_ms <= act.began_at_ms
                && other.ended_at_ms.unwrap() > act.began_at_ms
        });
        let most = run.options["toolConcurrency"].as_u64().unwrap() as usize;
        assert!(beside.count() <= most, "{act:?} ran beside too many");
    }
}

fn what_may_act_gets_no_twin(story: &Trace) {
    let mut over_by: HashMap<(usize, &str), f64> = HashMap::new();
    for (index, exchange, served) in lines(story) {
        let body = &*exchange.request.body;
        if body.contains("\"tools\":") {
            let before = over_by.insert((served.run, body), exchange.ended_at_ms.unwrap()).unwrap_or(0.0);
            assert!(before <= exchange.sent_at_ms, "request {index} is the hedge of one that may act");
        }
    }
}

/// A model that asked for tools is not asked on before each of them has answered.
fn what_tools_gave_is_told(story: &Trace) {
    for exchange in story.log.iter().filter(|exchange| exchange.request.body.contains("tool_calls")) {
        let body: Value = json::parse(&exchange.request.body).unwrap();
        let messages = body["messages"].as_array().unwrap();
        let asked = messages.iter().filter_map(|message| message["tool_calls"].as_array()).flatten();
        let ids: Vec<&str> = asked.map(|call| call["id"].as_str().unwrap()).collect();
        let told = messages.iter().filter_map(|message| message["tool_call_id"].as_str());
        assert!(told.eq(ids), "every call has its result: {body}");
    }
}

/// A second run finds what the first has kept, unless the store fails to give it.
fn what_is_kept_is_not_done_again(story: &Trace) {
    let Some(kept) = story.kept.as_ref().filter(|_| story.store_trouble == 0.0) else { return };
    let answered = lines(story).take(story.sent_by_first);
    let answered = answered.filter(|(_, exchange, served)| {
        served.kind == Kind::Answer && was_read(exchange) && kept.contains(&served.text)
    });
    let bodies: HashSet<&str> = answered.map(|(_, exchange, _)| &*exchange.request.body).collect();
    for exchange in &story.log[story.sent_by_first..] {
        assert!(!bodies.contains(&*exchange.request.body), "asked again: {}", exchange.request.body);
    }
    for act in story.acts.iter().filter(|act| act.run >= story.first_runs) {
        assert!(!kept.contains(&format!("{{\"done\":\"{}\"}}", act.nonce)), "{act:?} is the second");
    }
}
