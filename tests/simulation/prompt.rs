//! A prompt says by a command or by its shape which pattern it is for.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{Outcome, call, completion, said, steady};

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

/// Whatever stands in it: a prompt either names what is wrong with it, with nothing sent, or runs
/// to an end; a command runs its own pattern, and a word after a slash that is no command runs
/// none.
#[test]
fn every_prompt_runs_to_an_end_or_says_what_is_wrong() {
    const PIECES: [&str; 16] = [
        "/voting",
        "/sectioning",
        "/mapreduce",
        "/batch",
        "/bestof",
        "/nonsense",
        "/",
        " ",
        " Topic: ",
        "A, B, C",
        " | ",
        "doc1: text",
        "?",
        "\n",
        "Summarize these: ",
        "…",
    ];
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let prompt: String = (0..1 + random.below(6)).map(|_| PIECES[random.below(16)]).collect();
        let world = Simulation::new(seed, move |_: &Request, _| {
            let status = [200, 200, 200, 503, 401][random.below(5)];
            Reply::new(status, random.unit() * 100.0, completion("{\"answer\": \"a\"}", 1, 1))
        });
        let outcome = call(&world, "run", json!([prompt]), json!({ "voters": 2, "maxRetries": 1 }));
        assert_eq!(world.open_timers(), 0, "seed {seed}: {prompt}");
        let strategy = match outcome {
            Outcome::Invalid(issues) => {
                assert!(!issues.is_empty() && world.log().is_empty(), "seed {seed}: {prompt}");
                continue;
            }
            Outcome::Resolved(result) => result.metadata.strategy,
            Outcome::Rejected(failure) => failure.metadata.strategy,
            Outcome::Hangs => panic!("seed {seed}: {prompt}"),
        };
        let first = prompt.split_whitespace().next().unwrap_or_default();
        if let Some(command) =
            first.strip_prefix('/').filter(|word| word.chars().all(|c| c.is_ascii_alphabetic()))
            && !command.is_empty()
        {
            assert_eq!(strategy.to_ascii_lowercase(), command, "seed {seed}: {prompt}");
        }
    }
}

#[test]
fn a_label_of_the_first_part_alone_is_what_to_do_with_all_of_them() {
    let ids = ["document-1", "document-2", "document-3"];
    for (prompt, told) in
        [("Summarize: Article1 | Article2 | Article3", false), ("Translate: one | two | three", true)]
    {
        let world = Simulation::new(1, steady(1.0));
        let result = call(&world, "run", json!([prompt]), json!({})).resolved();
        let named: Vec<&str> = result.results.iter().map(|row| &*row.task_id).take(3).collect();
        assert_eq!(named, ids, "{prompt}");
        let (task, _) = prompt.split_once(':').unwrap();
        assert!(!told || said(&world.log()[1].request).starts_with(task), "{prompt}");
    }
    let world = Simulation::new(1, steady(1.0));
    call(&world, "run", json!(["/batch Translate: one | two"]), json!({})).resolved();
    assert!(said(&world.log()[1].request).contains("Translate: two"));
}
