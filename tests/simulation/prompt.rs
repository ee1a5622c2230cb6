//! A prompt says by a command or by its shape which pattern it is for.

use parallelization_agent::platform::sim::Simulation;
use serde_json::{Value, json};

use crate::world::{call, said, steady};

fn ran(prompt: &str, options: Value) -> (&'static str, Vec<String>) {
    let world = Simulation::new(1, steady(1.0));
    let result = call(&world, "run", json!([prompt]), options).resolved();
    (result.metadata.strategy, result.results.iter().map(|result| result.task_id.to_string()).collect())
}

#[test]
fn commands_name_the_pattern() {
    let ids = |ids: &[&str]| -> Vec<String> { ids.iter().map(|id| (*id).into()).collect() };
    assert_eq!(ran("/sectioning Topic: A, B", json!({})), ("sectioning", ids(&["A", "B"])));
    assert_eq!(ran("/voting Is it so", json!({ "voters": 2 })), ("voting", ids(&["voter-1", "voter-2"])));
    assert_eq!(ran("/mapreduce doc1: text | doc2: text", json!({})), ("mapReduce", ids(&["doc1", "doc2"])));
    assert_eq!(ran("/batch a | b", json!({})), ("batch", ids(&["input-1", "input-2"])));
    assert_eq!(
        ran("/perspectives The plan: cost, risk", json!({})),
        ("perspectives", ids(&["cost", "risk"]))
    );
    assert_eq!(ran("/bestof 2 Say it", json!({})).1.len(), 2);
    assert_eq!(ran("/clones Say hello: German, French", json!({})), ("clones", ids(&["German", "French"])));
}

#[test]
fn without_a_command_the_shape_decides() {
    let strategy = |prompt: &str| ran(prompt, json!({ "defaultStrategy": "bestOf" })).0;
    assert_eq!(strategy("AI in schools: news, academic, social"), "sectioning");
    assert_eq!(strategy("Which is best: A, B or C?"), "voting");
    assert_eq!(strategy("doc1: text | doc2: text"), "mapReduce");
    assert_eq!(strategy("Summarize these notes:\nfirst note\nsecond note"), "mapReduce");
    assert_eq!(
        strategy(
            "Write a poem. Note: it should be long, and, as said before, it must not rhyme at all or else it is bad"
        ),
        "bestOf"
    );
    assert_eq!(strategy("/usr/bin is a folder"), "bestOf");
}

#[test]
fn the_documents_after_summarize_these_are_the_lines() {
    let world = Simulation::new(1, steady(1.0));
    call(&world, "run", json!(["Summarize these notes:\nfirst note\nsecond note"]), json!({})).resolved();
    assert!(said(&world.log()[0].request).contains("\nfirst note\n"));
    assert!(!said(&world.log()[0].request).contains("Summarize these"));
}

#[test]
fn an_unknown_command_lists_those_that_exist() {
    let world = Simulation::new(1, steady(1.0));
    let issues = call(&world, "run", json!(["/votin x"]), json!({})).invalid();
    assert_eq!(issues[0].path, "prompt");
    assert!(issues[0].message.contains("/sectioning, /voting, /mapreduce"), "{}", issues[0].message);
}
