//! Several answer, and one answer is chosen: as early as it is certain, and never a different one
//! for that.

use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::{Input, JsHandle};
use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::sim::{Random, Reply, Simulation};
use parallelization_agent::platform::{Callback, Request};

use crate::world::{Outcome, call, call_with, completion, said, steady};

fn ballot(answer: &str) -> String {
    completion(&json!({ "answer": answer, "reasoning": "so", "confidence": 0.9 }).to_string(), 100, 20)
}

/// A server that gives these answers one after the other, each after its time.
fn answers(list: &[(&str, f64)]) -> impl FnMut(&Request, f64) -> Reply + 'static {
    let list: Vec<(String, f64)> = list.iter().map(|(answer, after)| ((*answer).into(), *after)).collect();
    let mut next = 0;
    move |request, _| {
        if said(request).contains("candidate 1") {
            let pick = if said(request).find("Lyon") < said(request).find("Paris") { 1 } else { 2 };
            return Reply::new(
                200,
                50.0,
                completion(&json!({ "choice": pick, "reason": "best" }).to_string(), 9, 9),
            );
        }
        let (answer, after) = &list[next];
        next += 1;
        Reply::new(200, *after, ballot(answer))
    }
}

#[test]
fn a_vote_ends_as_soon_as_the_lead_cannot_be_overtaken() {
    let world = Simulation::new(1, answers(&[("Paris", 100.0), ("Lyon", 9000.0), ("paris.", 200.0)]));
    let result = call(&world, "voting", json!(["The capital of France?"]), json!({})).resolved();
    assert_eq!(result.outcome["winner"], "Paris", "as the first of them wrote it");
    assert_eq!(result.outcome["agreement"], 1.0);
    assert_eq!(result.outcome["callsSaved"], 1);
    assert!(result.outcome["tokensSaved"].as_u64().unwrap() > 0);
    assert_eq!(result.metadata.processing_time_ms, 200.0);
    assert_eq!(result.metadata.cancelled_tasks, 1);
    assert!(world.log()[1].aborted);
    assert_eq!(result.outcome["votes"][1]["status"], "cancelled");
    assert!(result.results[1].metadata.tokens > 0, "what the aborted call cost is in the account");
    assert!(result.results[1].metadata.estimated);
}

#[test]
fn calls_that_had_not_begun_are_saved_whole() {
    let list: Vec<(&str, f64)> = vec![("Paris", 100.0); 9];
    let world = Simulation::new(1, answers(&list));
    let options = json!({ "voters": 9, "concurrency": 1 });
    let result = call(&world, "voting", json!(["The capital of France?"]), options).resolved();
    assert_eq!(world.log().len(), 5);
    assert_eq!(result.outcome["callsSaved"], 4);
    assert_eq!(result.outcome["tokensSaved"], 4 * 120);
}

#[test]
fn without_a_majority_nobody_wins_and_the_tally_tells_why() {
    let world = Simulation::new(1, answers(&[("Paris", 1.0), ("Lyon", 1.0), ("Nice", 1.0)]));
    let result = call(&world, "voting", json!(["?"]), json!({})).resolved();
    assert_eq!(result.outcome["winner"], Value::Null);
    assert_eq!(result.outcome["tally"].as_array().unwrap().len(), 3);
}

#[test]
fn a_shared_lead_is_broken_as_asked() {
    let vote = |options: Value| {
        let world = Simulation::new(1, answers(&[("Paris", 2.0), ("Lyon", 1.0)]));
        call(&world, "voting", json!(["?"]), options).resolved()
    };
    assert_eq!(vote(json!({ "voters": 2 })).outcome["winner"], Value::Null);
    assert_eq!(vote(json!({ "voters": 2, "tieBreak": "first" })).outcome["winner"], "Paris");
    assert_eq!(
        vote(json!({ "voters": 2, "select": "weighted", "tieBreak": "null" })).outcome["winner"],
        Value::Null
    );
    let judged = vote(json!({ "voters": 2, "select": "weighted" }));
    assert_eq!(judged.outcome["winner"], "Lyon");
    assert_eq!(judged.outcome["reason"], "best");
}

#[test]
fn weights_decide_over_numbers() {
    let world = Simulation::new(1, |request: &Request, _| {
        let large = request.body.contains("\"large\"");
        Reply::new(200, if large { 1.0 } else { 9000.0 }, ballot(if large { "Lyon" } else { "Paris" }))
    });
    let voters = json!([{ "id": "expert", "model": "large", "weight": 5 }, "small", { "model": "tiny" }]);
    let result =
        call(&world, "voting", json!(["?"]), json!({ "voters": voters, "select": "weighted" })).resolved();
    assert_eq!(result.outcome["winner"], "Lyon");
    assert_eq!(result.metadata.processing_time_ms, 1.0);
    assert_eq!(result.outcome["votes"][0]["voter"], "expert");
    assert!(world.log().iter().any(|exchange| exchange.request.body.contains("\"small\"")));
}

#[test]
fn an_invalid_ballot_is_reported_and_does_not_count() {
    let world = Simulation::new(1, {
        let mut asked = 0;
        move |_: &Request, _| {
            asked += 1;
            let body = if asked == 1 { completion("It depends:\non a lot.", 1, 1) } else { ballot("Paris") };
            Reply::new(200, 1.0, body)
        }
    });
    let result = call(&world, "voting", json!(["?"]), json!({})).resolved();
    assert_eq!(result.outcome["votes"][0]["status"], "invalid");
    assert_eq!(result.outcome["winner"], "Paris");
    assert_eq!(result.outcome["agreement"], 1.0);
}

#[test]
fn when_nobody_votes_the_run_rejects() {
    let world = Simulation::new(1, |_: &Request, _| Reply::new(400, 1.0, "{}"));
    let failure = call(&world, "voting", json!(["?"]), json!({})).rejected();
    assert_eq!(failure.failure.code.name(), "RUN_FAILED");
    assert_eq!(failure.results.len(), 3);
}

#[test]
fn three_translators_are_judged_blind() {
    let world = Simulation::new(3, answers(&[("Paris", 1.0), ("Lyon", 1.0), ("Nice", 1.0)]));
    let options = json!({ "select": "judge", "judge": "Pick the most natural translation." });
    let result = call(&world, "voting", json!(["Translate it"]), options).resolved();
    let judge = world.log().pop().unwrap().request;
    assert!(judge.body.contains("Pick the most natural translation."));
    assert!(!judge.body.contains("voter-"), "the judge does not know who wrote what");
    assert_ne!(result.outcome["winner"], Value::Null);
    assert_eq!(result.metadata.total_tasks, 3, "the judge is no task");
}

#[test]
fn a_rubric_scores_every_answer_by_every_criterion() {
    let world = Simulation::new(1, {
        let mut asked = 0;
        move |request: &Request, _| {
            let text = said(request);
            if !text.contains("Criterion: ") {
                asked += 1;
                return Reply::new(200, 1.0, ballot(["short", "long", "odd"][asked - 1]));
            }
            let score = match (text.contains("short"), text.contains("Criterion: clarity")) {
                (true, true) => 9,
                (true, false) => 3,
                (false, true) => 3,
                (false, false) => 9,
            };
            Reply::new(200, 1.0, completion(&json!({ "score": score, "reasoning": "r" }).to_string(), 1, 1))
        }
    });
    let criteria = json!([{ "name": "clarity", "weight": 2 }, "depth"]);
    let options = json!({ "select": "rubric", "criteria": criteria });
    let result = call(&world, "voting", json!(["?"]), options).resolved();
    assert_eq!(result.outcome["winner"], "short");
    assert_eq!(result.outcome["totals"][0], json!({ "voter": "voter-1", "total": 7.0 }));
    assert_eq!(world.log().len(), 3 + 6);
}

#[test]
fn a_rubric_sees_what_was_asked_and_how_it_was_reasoned() {
    let world = Simulation::new(1, |request: &Request, _| {
        let text = said(request);
        let answer = if text.contains("Criterion: ") {
            json!({ "score": 5, "reasoning": "r" })
        } else {
            json!({ "answer": "Yes", "reasoning": "It always was.", "confidence": 0.9 })
        };
        Reply::new(200, 1.0, completion(&answer.to_string(), 1, 1))
    });
    let options = json!({ "select": "rubric", "criteria": ["well argued"], "voters": 1 });
    call(&world, "voting", json!(["Is it so?"]), options).resolved();
    let asked = said(&world.log().pop().unwrap().request);
    assert!(asked.contains("~~~ request\nIs it so?\n~~~"), "{asked}");
    assert!(asked.contains("~~~ subject\nYes\n\nIt always was.\n~~~"), "{asked}");
}

#[test]
fn the_callers_function_picks_and_its_errors_are_told() {
    let vote = |answer: Result<Value, &'static str>| {
        let world = Simulation::new(1, answers(&[("Paris", 1.0), ("Lyon", 1.0), ("Nice", 1.0)]));
        let select = Input::JsHandle(JsHandle { index: 0, kind: "function" });
        let options = Input::Record(vec![("select".into(), select)]);
        let function = move |_| -> Callback {
            let answer = answer.clone();
            Rc::new(move |votes| {
                assert_eq!(votes[1]["answer"], "Lyon");
                let answer = answer.clone().map_err(|message| {
                    parallelization_agent::error::Failure::new(
                        parallelization_agent::error::Code::CallbackFailed,
                        message,
                    )
                });
                async move { answer }.boxed_local()
            })
        };
        let arguments = Input::from(json!(["?"]));
        call_with(&world, "voting", arguments, options, &function).0.resolved().outcome
    };
    assert_eq!(vote(Ok(json!(2)))["winner"], "Nice");
    assert_eq!(vote(Ok(json!({ "voter": "voter-2" })))["winner"], "Lyon");
    assert_eq!(vote(Ok(Value::Null)).get("selectError"), None);
    assert_eq!(vote(Ok(json!(7)))["selectError"]["code"], "CALLBACK_FAILED");
    assert_eq!(vote(Err("boom"))["selectError"]["message"], "`select` failed: boom");
}

#[test]
fn everything_wrong_with_a_vote_is_told_at_once() {
    let world = Simulation::new(1, steady(1.0));
    let options = json!({
        "voters": [{ "id": "a", "weight": 0 }, { "id": "a", "modle": "x" }],
        "select": "consensus", "threshold": 2, "tieBreak": "dice", "treshold": 0.5,
    });
    let issues = call(&world, "voting", json!([""]), options).invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    for path in [
        "question",
        "options.voters[0].weight",
        "options.voters[1].id",
        "options.voters[1].modle",
        "options.threshold",
        "options.tieBreak",
        "options.treshold",
    ] {
        assert!(paths.contains(&path), "{path} in {paths:?}");
    }
    assert!(issues.iter().any(|issue| issue.message.contains("Did you mean `threshold`?")));
    assert!(world.log().is_empty());
}

#[test]
fn an_option_of_another_pattern_is_named_with_it() {
    let world = Simulation::new(1, steady(1.0));
    let wrong = |strategy: &str, arguments: Value, options: Value| {
        let issues = call(&world, strategy, arguments, options).invalid();
        assert_eq!(issues.len(), 1, "{issues:?}");
        issues[0].message.clone()
    };
    let tasks = json!(["t", [{ "id": "a", "content": "x" }]]);
    assert_eq!(
        wrong("parallelProcess", tasks, json!({ "voters": 3 })),
        "`voters` is an option of `voting` and means nothing here."
    );
    assert_eq!(
        wrong("voting", json!(["?"]), json!({ "fanIn": 3 })),
        "`fanIn` is an option of `mapReduce` and means nothing here."
    );
    call(&world, "run", json!(["/batch a | b"]), json!({ "voters": 3, "fanIn": 2 })).resolved();
}

/// Whatever the order and the faults, stopping early gives the winner that all ballots together
/// give; and nothing is left under way.
#[test]
fn an_early_stop_never_changes_the_winner() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(8);
        let weights: Vec<usize> = (0..count).map(|_| 1 + random.below(3)).collect();
        let script: Vec<Option<&str>> =
            (0..count).map(|_| [Some("A"), Some("A"), Some("B"), Some("C"), None][random.below(5)]).collect();
        let weighted = random.below(2) == 0;
        let world = Simulation::new(seed, {
            let script = script.clone();
            move |request: &Request, _| {
                let text = request.body.clone();
                let voter = (0..script.len()).find(|index| text.contains(&format!("\"m{index}\""))).unwrap();
                let after = random.unit() * 1000.0;
                match script[voter] {
                    Some(answer) => Reply::new(200, after, ballot(answer)),
                    None => Reply::new(400, after, "{}"),
                }
            }
        });
        let voters: Vec<Value> = weights
            .iter()
            .enumerate()
            .map(|(i, weight)| json!({ "model": format!("m{i}"), "weight": weight }))
            .collect();
        let select = if weighted { "weighted" } else { "consensus" };
        let options =
            json!({ "voters": voters, "select": select, "tieBreak": "first", "concurrency": 1 + seed % 9 });
        let sums: Vec<usize> = ["A", "B", "C"]
            .map(|answer| (0..count).filter(|&i| script[i] == Some(answer)).map(|i| weights[i]).sum())
            .to_vec();
        let best = *sums.iter().max().unwrap();
        let tied = sums.iter().filter(|&&sum| sum == best).count() > 1;
        let all: usize = sums.iter().sum();
        let first = |i: &usize| {
            script[*i].is_some_and(|a| sums[["A", "B", "C"].iter().position(|b| *b == a).unwrap()] == best)
        };
        let expected = match (0..count).find(first).and_then(|i| script[i]) {
            Some(answer) if tied || weighted || best * 2 > all => json!(answer),
            _ => Value::Null,
        };
        match call(&world, "voting", json!(["?"]), options) {
            Outcome::Resolved(result) => assert_eq!(result.outcome["winner"], expected, "seed {seed}"),
            Outcome::Rejected(_) => assert_eq!(best, 0, "seed {seed}"),
            _ => panic!("seed {seed}"),
        }
        assert_eq!(world.open_timers(), 0, "seed {seed}");
        assert!(world.log().iter().all(|exchange| exchange.ended_at_ms.is_some()), "seed {seed}");
    }
}
