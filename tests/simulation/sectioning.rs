//! A topic is divided, its sections are written at once, and a synthesis sums them up.

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply, Simulation};

use crate::world::{Outcome, call, completion, said, steady};

const SYNTHESIS: &str = r#"{"summary": "all", "keyPoints": ["one", "two"]}"#;

/// Of the section that is asked for.
fn title(text: &str) -> Option<&str> {
    text.split_once("~~~ your section\n")?.1.lines().next()
}

/// Plans, sections and the synthesis, each after a time.
fn newsroom(plan: &'static [&'static str]) -> impl FnMut(&Request, f64) -> Reply + 'static {
    let mut plans = plan.iter();
    move |request, _| {
        let text = said(request);
        let answer = match () {
            () if text.contains("keyPoints") => SYNTHESIS.into(),
            () if text.contains("2 to 8 sections") => (*plans.next().unwrap_or(&"")).to_string(),
            () => title(&text).unwrap_or_default().into(),
        };
        Reply::new(200, 100.0, completion(&answer, 10, 5))
    }
}

#[test]
fn news_academic_and_social_are_written_at_once_and_summed_up() {
    let world = Simulation::new(1, newsroom(&[]));
    let result =
        call(&world, "sectioning", json!(["AI in schools: News, Academic, Social"]), json!({})).resolved();
    let ids: Vec<&str> = result.results.iter().map(|result| &*result.task_id).collect();
    assert_eq!(ids, ["News", "Academic", "Social"]);
    assert_eq!(result.outcome["summary"], "all");
    assert_eq!(result.outcome["keyPoints"], json!(["one", "two"]));
    assert_eq!(result.outcome["sections"][1], json!({ "title": "Academic", "content": "Academic" }));
    assert_eq!(result.metadata.processing_time_ms, 200.0);
    let first = said(&world.log()[0].request);
    assert!(first.contains("~~~ topic\nAI in schools\n~~~"), "{first}");
    assert!(first.contains("~~~ outline\n1. News\n2. Academic\n3. Social\n~~~"), "{first}");
}

#[test]
fn a_planner_divides_the_topic_and_a_bad_plan_is_asked_for_again() {
    let world = Simulation::new(
        1,
        newsroom(&[r#"["a", "a"]"#, r#"{"sections": [{"title": "a", "about": "x"}, "b"]}"#]),
    );
    let result = call(&world, "sectioning", json!(["A topic"]), json!({})).resolved();
    assert_eq!(result.metadata.total_tasks, 2);
    assert!(said(&world.log()[1].request).contains("the title `a` comes twice."));
    assert!(said(&world.log()[2].request).contains("1. a: x\n2. b"));
    assert_eq!(result.metadata.critical_path_ms, 400.0, "two plans, a section, the synthesis");
    let world = Simulation::new(1, newsroom(&["no", "[]"]));
    let failure = call(&world, "sectioning", json!(["A topic"]), json!({})).rejected();
    assert_eq!(failure.failure.code.name(), "SCHEMA_MISMATCH");
    assert_eq!(world.log().len(), 2);
}

#[test]
fn a_long_text_is_divided_as_data() {
    let world = Simulation::new(1, newsroom(&[]));
    let text = "A sentence: it says something, somewhere. ".repeat(30);
    let options = json!({ "split": "data", "chunkTokens": 64, "instructions": "Count the nouns." });
    let result = call(&world, "sectioning", json!([text]), options).resolved();
    assert!(result.metadata.total_tasks > 4);
    for exchange in world.log().iter().take(result.metadata.total_tasks) {
        assert!(said(&exchange.request).starts_with("Count the nouns."));
    }
    assert_eq!(result.outcome["summary"], "all");
}

/// Whatever fails, no section sees the text of another, and the synthesis sees all that were
/// written, in order.
#[test]
fn sections_stay_apart_until_the_synthesis() {
    for seed in 0..1000 {
        let mut random = Random::new(seed);
        let count = 1 + random.below(6);
        let world = Simulation::new(seed, move |request: &Request, _| {
            let text = said(request);
            let status = [200, 200, 503, 400][random.below(4)];
            let answer = match title(&text) {
                Some(title) => format!("<{title}>"),
                None => SYNTHESIS.into(),
            };
            Reply::new(status, random.unit() * 100.0, completion(&answer, 1, 1))
        });
        let titles: Vec<String> = (0..count).map(|index| format!("s{index}")).collect();
        let options = json!({ "concurrency": 1 + seed % 4 });
        let outcome = call(&world, "sectioning", json!(["topic", titles]), options);
        let log = world.log();
        let (last, sections): (Vec<_>, Vec<_>) =
            log.iter().partition(|exchange| said(&exchange.request).contains("keyPoints"));
        assert!(sections.iter().all(|exchange| !said(&exchange.request).contains('<')), "seed {seed}");
        let Outcome::Resolved(result) = outcome else { continue };
        let written: Vec<&str> =
            result.results.iter().filter_map(|result| result.result.as_deref()).collect();
        let seen = said(&last[0].request);
        let shown: Vec<&str> = seen.lines().filter(|line| line.starts_with('<')).collect();
        assert_eq!(shown, written, "seed {seed}");
        if result.outcome["summary"] == Value::Null {
            assert_ne!(result.outcome["summaryError"], Value::Null, "seed {seed}");
        }
    }
}

#[test]
fn its_arguments_are_checked() {
    let world = Simulation::new(1, steady(1.0));
    let sections = json!(["a", "a", { "about": "x" }]);
    let issues =
        call(&world, "sectioning", json!(["", sections]), json!({ "split": "words", "planer": "x" }))
            .invalid();
    let paths: Vec<&str> = issues.iter().map(|issue| &*issue.path).collect();
    assert_eq!(paths, ["options.planer", "topic", "sections[1]", "sections[2].title", "options.split"]);
}
