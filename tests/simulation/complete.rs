//! The caller's own model function: everything else works over it as over a server.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture};
use parallelization_agent::api::input::Input;
use parallelization_agent::error::{Cause, Code, Failure};
use parallelization_agent::json::{self, Value, json, to_value};
use parallelization_agent::model::function::{Chunks, Complete, ModelFunction, Thrown};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::Simulation;

use crate::world::{Outcome, call_with};

type Script = Box<dyn Fn(usize, &Value) -> Result<Vec<Value>, Thrown>>;

/// Takes 100 ms for each piece of its answer. `script` says what it does about the request of that
/// number.
struct Function {
    world: Simulation,
    script: Script,
    requests: RefCell<Vec<Value>>,
    dropped: Rc<Cell<usize>>,
}

struct Answer {
    world: Simulation,
    pieces: VecDeque<Value>,
    dropped: Rc<Cell<usize>>,
}

impl Complete for Function {
    fn complete(&self, request: Value) -> LocalBoxFuture<'static, Result<Box<dyn Chunks>, Thrown>> {
        let outcome = (self.script)(self.requests.borrow().len(), &request);
        self.requests.borrow_mut().push(request);
        let (world, dropped) = (self.world.clone(), Rc::clone(&self.dropped));
        async move {
            let pieces = outcome?.into();
            Ok(Box::new(Answer { world, pieces, dropped }) as Box<dyn Chunks>)
        }
        .boxed_local()
    }
}

impl Chunks for Answer {
    fn next(&mut self) -> LocalBoxFuture<'_, Result<Option<Value>, Thrown>> {
        async {
            if !self.pieces.is_empty() {
                self.world.sleep(100.0).await;
            }
            Ok(self.pieces.pop_front())
        }
        .boxed_local()
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        self.dropped.set(self.dropped.get() + usize::from(!self.pieces.is_empty()));
    }
}

fn function(
    world: &Simulation,
    script: impl Fn(usize, &Value) -> Result<Vec<Value>, Thrown> + 'static,
) -> Rc<Function> {
    Rc::new(Function {
        world: world.clone(),
        script: Box::new(script),
        requests: RefCell::default(),
        dropped: Rc::default(),
    })
}

fn nobody() -> Simulation {
    Simulation::new(1, |_, _| panic!("no server is asked"))
}

fn run(world: &Simulation, function: &Rc<Function>, tasks: Value, options: Value) -> (Outcome, Vec<Value>) {
    let Input::Record(mut options) = Input::from(options) else { panic!("options are a record") };
    options.push(("complete".into(), Input::Model(ModelFunction(Rc::clone(function) as Rc<dyn Complete>))));
    options.push(("aggregate".into(), Input::Bool(false)));
    call_with(world, "parallelProcess", Input::from(json!(["x", tasks])), Input::Record(options), &|_| {
        panic!("no functions")
    })
}

fn one() -> Value {
    json!([{ "id": "a", "content": "do it" }])
}

#[test]
fn a_string_is_an_answer_and_no_key_is_needed() {
    let world = nobody();
    let function = function(&world, |_, _| Ok(vec![json!("an answer")]));
    let options = json!({ "model": "own", "temperature": 0.5, "maxTokens": 9 });
    let result = run(&world, &function, one(), options).0.resolved();
    let row = &result.results[0];
    assert_eq!(row.result.as_deref(), Some("an answer"));
    assert_eq!((row.metadata.provider, row.metadata.model.as_deref()), (Some("custom"), Some("own")));
    assert!(row.metadata.estimated && row.metadata.tokens > 0);
    let request = function.requests.borrow()[0].clone();
    assert_eq!(request["model"], "own");
    assert_eq!((&request["temperature"], &request["maxTokens"]), (&json!(0.5), &json!(9)));
    assert_eq!(request["stream"], false);
    assert_eq!(request["messages"][1], json!({ "role": "user", "content": "do it" }));
}

#[test]
fn an_object_says_more_under_our_names_and_those_of_other_libraries() {
    let world = nobody();
    let answers = [
        json!({ "text": "t", "usage": { "promptTokens": 7, "completionTokens": 2, "cachedTokens": 3 }, "finishReason": "length", "model": "m" }),
        json!({ "text": "t", "usage": { "inputTokens": 7, "outputTokens": 2, "cachedInputTokens": 3 }, "finishReason": "length", "model": "m" }),
    ];
    for answer in answers {
        let function = function(&world, move |_, _| Ok(vec![answer.clone()]));
        let result = run(&world, &function, one(), json!({})).0.resolved();
        let metadata = &result.results[0].metadata;
        assert_eq!((metadata.prompt_tokens, metadata.completion_tokens, metadata.cached_tokens), (7, 2, 3));
        assert!(!metadata.estimated);
        assert_eq!(metadata.finish_reason.as_deref(), Some("length"));
        assert_eq!(metadata.model.as_deref(), Some("m"));
    }
}

#[test]
fn tokens_that_it_tells_count_also_where_there_is_no_answer() {
    let piece = json!({ "text": "ab", "usage": { "promptTokens": 100, "completionTokens": 7 } });
    let mut withheld = piece.clone();
    withheld["finishReason"] = json!("content-filter");
    for (pieces, code, estimated) in
        [(vec![withheld], Code::Refused, false), (vec![piece, json!("more")], Code::Timeout, true)]
    {
        let world = nobody();
        let function = function(&world, move |_, _| Ok(pieces.clone()));
        let options = json!({ "stream": true, "timeoutMs": 150, "maxRetries": 0 });
        let error = run(&world, &function, one(), options).0.rejected();
        assert_eq!(error.results[0].error.as_ref().unwrap().code, code);
        let metadata = &error.results[0].metadata;
        assert_eq!((metadata.prompt_tokens, metadata.completion_tokens), (100, 7));
        assert_eq!(metadata.estimated, estimated);
    }
}

#[test]
fn a_stream_of_strings_and_objects_is_shown_as_it_comes() {
    let world = nobody();
    let usage = json!({ "usage": { "promptTokens": 7, "completionTokens": 2 } });
    let function =
        function(&world, move |_, _| Ok(vec![json!("Hel"), json!({ "text": "lo" }), usage.clone()]));
    let (outcome, events) = run(&world, &function, one(), json!({ "stream": true }));
    let result = outcome.resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("Hello"));
    assert_eq!(result.results[0].metadata.tokens, 9);
    let deltas: Vec<&str> = events
        .iter()
        .filter(|event| event["type"] == "TEXT_MESSAGE_CONTENT")
        .map(|event| event["delta"].as_str().unwrap())
        .collect();
    assert_eq!(deltas, ["Hel", "lo"]);
    assert_eq!(function.requests.borrow()[0]["stream"], true);
}

#[test]
fn a_finish_reason_counts_as_it_would_from_a_server() {
    // As Vercel's SDK, LangChain, Anthropic and Gemini write them.
    let refused = ["content-filter", "content_filter", "SAFETY", "sensitive"];
    let failed = [
        ("error", Code::ApiError),
        ("network_error", Code::ApiError),
        ("MALFORMED_FUNCTION_CALL", Code::BadResponse),
    ];
    let cases = refused.map(|reason| (reason, Code::Refused)).into_iter().chain(failed);
    for (reason, code) in cases {
        for stream in [false, true] {
            let world = nobody();
            let function =
                function(&world, move |_, _| Ok(vec![json!("so far"), json!({ "finishReason": reason })]));
            let failure = run(&world, &function, one(), json!({ "stream": stream })).0.rejected();
            assert_eq!(failure.results[0].error.as_ref().unwrap().code, code, "{reason}");
            // What may pass is tried again, and a refusal is not.
            assert_eq!(
                function.requests.borrow().len(),
                if code == Code::Refused { 1 } else { 3 },
                "{reason}"
            );
        }
    }
    for (reason, told) in
        [("max_tokens", "length"), ("MAX_TOKENS", "length"), ("end_turn", "stop"), ("other", "other")]
    {
        let world = nobody();
        let function = function(&world, move |_, _| Ok(vec![json!({ "text": "t", "finishReason": reason })]));
        let result = run(&world, &function, one(), json!({})).0.resolved();
        assert_eq!(result.results[0].metadata.finish_reason.as_deref(), Some(told));
    }
}

#[test]
fn errors_with_a_status_are_read_like_answers_of_a_server() {
    let world = nobody();
    let function = function(&world, |number, _| match number {
        0 => Err(Thrown {
            message: "slow down".into(),
            status: Some(429),
            headers: vec![("retry-after".into(), "7".into())],
            ..Thrown::default()
        }),
        1 => Err(Thrown { message: "fetch failed".into(), ..Thrown::default() }),
        _ => Ok(vec![json!("an answer")]),
    });
    let result = run(&world, &function, one(), json!({})).0.resolved();
    assert_eq!(result.results[0].metadata.attempts, 3);
    assert!(result.metadata.processing_time_ms >= 7_000.0, "{}", result.metadata.processing_time_ms);
}

#[test]
fn what_was_thrown_is_the_cause_of_the_failure_and_nothing_that_listeners_hear() {
    let world = nobody();
    let function = function(&world, |_, _| {
        let cause = Some(Cause::new("the stack"));
        Err(Thrown { message: "it broke".into(), cause, ..Thrown::default() })
    });
    let (outcome, events) = run(&world, &function, one(), json!({}));
    let failure = outcome.rejected();
    let told = json!([events, failure]).to_string();
    let thrown = |failure: &Failure| failure.cause.as_ref().and_then(|cause| cause.get::<&str>().copied());
    let of_task = failure.results.into_iter().next().and_then(|result| result.error);
    for failure in [of_task, failure.cause] {
        assert_eq!(failure.as_ref().and_then(thrown), Some("the stack"));
        assert!(!format!("{failure:?}").contains("the stack"));
    }
    assert!(told.contains("it broke") && !told.contains("the stack"), "{told}");
}

#[test]
fn errors_that_would_come_again_are_final_and_repeat_no_key() {
    let world = nobody();
    let cases = [
        (Some(401), None, Code::ApiError),
        (Some(429), Some("insufficient_quota"), Code::QuotaExceeded),
        (None, None, Code::ApiError),
    ];
    for (status, code, expected) in cases {
        let function = function(&world, move |_, _| {
            let message = "x is not a function, sk-canary-0123456789".into();
            Err(Thrown { message, status, code: code.map(Into::into), ..Thrown::default() })
        });
        let (outcome, events) = run(&world, &function, one(), json!({}));
        let failure = outcome.rejected();
        assert_eq!(failure.results[0].error.as_ref().unwrap().code, expected);
        assert_eq!(function.requests.borrow().len(), 1);
        let out = json::print(&to_value(&failure)) + &json::print(&to_value(&events));
        assert!(out.contains("x is not a function") && !out.contains("canary"), "{out}");
    }
}

#[test]
fn an_answer_of_no_known_form_is_refused_once() {
    let world = nobody();
    for answer in [vec![], vec![json!({ "content": "text" })], vec![json!(null)]] {
        let function = function(&world, move |_, _| Ok(answer.clone()));
        let failure = run(&world, &function, one(), json!({})).0.rejected();
        assert_eq!(failure.results[0].error.as_ref().unwrap().code, Code::BadResponse);
        assert_eq!(function.requests.borrow().len(), 1);
    }
}

#[test]
fn limits_time_outs_and_deadlines_hold_for_it_too() {
    let world = nobody();
    let long = || function(&world, |_, _| Ok(vec![json!("piece"); 100]));
    let tasks: Vec<Value> =
        (0..9).map(|index| json!({ "id": format!("t{index}"), "content": "x" })).collect();

    let quick = function(&world, |_, _| Ok(vec![json!("piece")]));
    let result = run(&world, &quick, json!(tasks), json!({ "concurrency": 3 })).0.resolved();
    assert_eq!((result.metadata.max_concurrency, result.metadata.processing_time_ms), (3, 300.0));

    let slow = long();
    let failure = run(&world, &slow, one(), json!({ "timeoutMs": 450, "maxRetries": 1 })).0.rejected();
    assert_eq!(failure.results[0].error.as_ref().unwrap().code, Code::Timeout);
    assert_eq!((slow.requests.borrow().len(), slow.dropped.get()), (2, 2), "each attempt is told to stop");

    let slow = long();
    let failure = run(&world, &slow, one(), json!({ "deadlineMs": 450 })).0.rejected();
    assert_eq!(failure.failure.code, Code::DeadlineExceeded);
    assert_eq!(slow.dropped.get(), 1);
}

#[test]
fn two_functions_do_not_share_a_limit_and_one_shares_it_with_itself() {
    let world = nobody();
    let quick = || function(&world, |_, _| Ok(vec![json!("piece")]));
    let took = |first: &Rc<Function>, second: &Rc<Function>| {
        let worker = |function: &Rc<Function>| {
            let function = ModelFunction(Rc::clone(function) as Rc<dyn Complete>);
            Input::Record(vec![("complete".into(), Input::Model(function))])
        };
        let workers = [("first".into(), worker(first)), ("second".into(), worker(second))];
        let options = Input::Record(vec![
            ("aggregate".into(), Input::Bool(false)),
            ("requestsPerMinute".into(), Input::Number(3.0)),
            ("workers".into(), Input::Record(workers.into())),
        ]);
        let task = |index: u32| json!({ "id": index.to_string(), "content": "x", "type": if index < 3 { "first" } else { "second" } });
        let tasks: Vec<Value> = (0..6).map(task).collect();
        let input = Input::from(json!(["x", tasks]));
        let (outcome, _) = call_with(&world, "parallelProcess", input, options, &|_| panic!("no functions"));
        outcome.resolved().metadata.processing_time_ms
    };
    let (one, other) = (quick(), quick());
    assert_eq!(took(&one, &other), 100.0, "three for each of them");
    assert!(took(&one, &one) >= 60_000.0, "three for both together");
}

#[test]
fn a_server_can_stand_in_for_it() {
    let world = Simulation::new(1, |_, _| {
        parallelization_agent::platform::sim::Reply::new(
            200,
            1.0,
            crate::world::completion("from a server", 1, 1),
        )
    });
    let function = function(&world, |_, _| Err(Thrown { status: Some(400), ..Thrown::default() }));
    let options = json!({ "model": "own", "fallbacks": [{ "provider": "openai" }] });
    let result = run(&world, &function, one(), options).0.resolved();
    assert_eq!(result.results[0].result.as_deref(), Some("from a server"));
    assert_eq!(result.results[0].metadata.provider, Some("openai"));
    assert_eq!(world.log()[0].request.url, "https://api.openai.com/v1/chat/completions");
}
