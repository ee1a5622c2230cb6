//! Any argument and option that a caller may pass.

use std::rc::Rc;

use futures::FutureExt;
use parallelization_agent::api::input::{Input, JsHandle};
use parallelization_agent::api::worker_fields::WORKER_FIELDS;
use parallelization_agent::json::json;
use parallelization_agent::platform::Callback;
use parallelization_agent::platform::sim::{Reply, Simulation};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::world::{Outcome, call_with, completion};

/// Names of options, and of what stands in them.
fn names() -> impl Strategy<Value = &'static str> {
    select([WORKER_FIELDS, FURTHER].concat())
}

/// Those beside a worker's.
const FURTHER: &[&str] = &[
    "concurrency",
    "requestsPerMinute",
    "tokensPerMinute",
    "budget",
    "tokens",
    "cost",
    "prices",
    "input",
    "output",
    "timeoutMs",
    "idleTimeoutMs",
    "maxRetries",
    "onError",
    "quorum",
    "hedge",
    "afterMs",
    "percentile",
    "stream",
    "fallbacks",
    "workers",
    "aggregate",
    "toolConcurrency",
    "window",
    "onResult",
    "voters",
    "select",
    "threshold",
    "tieBreak",
    "judge",
    "criteria",
    "map",
    "reduce",
    "fanIn",
    "chunkTokens",
    "planner",
    "split",
    "picker",
    "mode",
    "failOpen",
    "defaultStrategy",
    "id",
    "type",
    "content",
    "dependencies",
    "name",
    "description",
    "weight",
    "worker",
    "on",
    "text",
    "store",
    "fetch",
    "__proto__",
];

const WORDS: &[&str] = &[
    "auto",
    "throw",
    "partial",
    "openai",
    "anthropic",
    "gemini",
    "task",
    "a",
    "b",
    "judge",
    "rubric",
    "weighted",
    "consensus",
    "first",
    "output",
    "/voting x",
    "/mapreduce a: b | c: d",
    "/sectioning T: A, B",
    "text",
    "data",
    "",
];

fn inputs() -> impl Strategy<Value = Input> {
    let number = prop_oneof![
        any::<f64>(),
        (-2i32..200).prop_map(f64::from),
        select(&[0.5, 1e9, 1e308, f64::NAN, f64::INFINITY, -0.0, 4294967296.0][..]),
    ];
    let leaf = prop_oneof![
        Just(Input::Undefined),
        Just(Input::Null),
        any::<bool>().prop_map(Input::Bool),
        number.prop_map(Input::Number),
        select(WORDS).prop_map(|text| Input::Text(text.into())),
        ".{0,8}".prop_map(Input::Text),
        select(&["function", "object", "store", "symbol"][..])
            .prop_map(|kind| Input::JsHandle(JsHandle { index: 0, kind })),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Input::List),
            vec((names(), inner), 0..5).prop_map(|fields| Input::Record(
                fields.into_iter().map(|(name, value)| (name.into(), value)).collect()
            )),
        ]
    })
}

/// Two options at the most: with more of them hardly anything would ever be right.
fn options() -> impl Strategy<Value = Input> {
    let fields = vec((names(), inputs()), 0..3);
    fields.prop_map(|fields| {
        Input::Record(fields.into_iter().map(|(name, value)| (name.into(), value)).collect())
    })
}

const PATTERNS: &[&str] = &[
    "parallelProcess",
    "sectioning",
    "voting",
    "mapReduce",
    "batch",
    "perspectives",
    "bestOf",
    "clones",
    "evaluate",
    "guarded",
    "run",
];

/// Arguments that are right for some pattern, to go beside those that are not.
fn arguments() -> impl Strategy<Value = Vec<Input>> {
    let right = select(vec![
        json!("words"),
        json!(["a", "b"]),
        json!([{ "id": "a", "content": "a" }, { "id": "b", "content": "{{a}}", "dependencies": ["a"] }]),
        json!({ "a": "x", "b": "y" }),
        json!(3),
    ]);
    vec(prop_oneof![4 => right.prop_map(Input::from), 1 => inputs()], 0..3)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn any_input_is_refused_or_runs_to_its_end(
        pattern in select(PATTERNS),
        arguments in arguments(),
        options in options(),
    ) {
        let world = Simulation::new(1, |_, _| {
            Reply::new(200, 1.0, completion("{\"answer\":\"a\",\"score\":1,\"winner\":1,\"tripped\":false}", 1, 1))
        });
        let functions = |_| -> Callback { Rc::new(|_| async { Ok(json!({ "done": true })) }.boxed_local()) };
        let (outcome, _) = call_with(&world, pattern, Input::List(arguments), options, &functions);
        match outcome {
            Outcome::Hangs => panic!("hangs"),
            Outcome::Invalid(issues) => {
                prop_assert!(!issues.is_empty() && issues.iter().all(|issue| !issue.message.is_empty()));
                prop_assert!(world.log().is_empty());
            }
            Outcome::Resolved(_) | Outcome::Rejected(_) => prop_assert_eq!(world.open_timers(), 0),
        }
    }
}
