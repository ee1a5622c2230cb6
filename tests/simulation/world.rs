//! Sets up a simulated world and runs a call in it, as a caller would through the npm package.

use std::cell::RefCell;
use std::rc::Rc;

use parallelization_agent::api::agent_options::AgentOptions;
use parallelization_agent::api::input::{Input, JsHandle};
use parallelization_agent::api::request::Request;
use parallelization_agent::api::start::start;
use parallelization_agent::engine::agent::Agent;
use parallelization_agent::engine::progress::Sink;
use parallelization_agent::engine::store::Store;
use parallelization_agent::error::Issue;
use parallelization_agent::json::{self, Value, json, to_value};
use parallelization_agent::platform::Callback;
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};
use parallelization_agent::report::{RunFailure, RunResult};

/// What a call came to.
pub enum Outcome {
    Invalid(Vec<Issue>),
    Rejected(Box<RunFailure>),
    Resolved(RunResult),
    /// It waits for something that never happens.
    Hangs,
}

impl Outcome {
    pub fn resolved(self) -> RunResult {
        match self {
            Self::Resolved(result) => result,
            Self::Rejected(failure) => panic!("rejected: {:?}", failure.failure),
            Self::Invalid(issues) => panic!("invalid: {issues:?}"),
            Self::Hangs => panic!("hangs"),
        }
    }

    pub fn rejected(self) -> Box<RunFailure> {
        match self {
            Self::Rejected(failure) => failure,
            _ => panic!("did not reject"),
        }
    }

    pub fn invalid(self) -> Vec<Issue> {
        match self {
            Self::Invalid(issues) => issues,
            _ => panic!("was not invalid"),
        }
    }
}

/// Runs one call to its end in a world of its own agent.
pub fn call(world: &Simulation, strategy: &str, arguments: Value, options: Value) -> Outcome {
    let none = |_| panic!("no functions");
    live(world, strategy, Input::from(arguments), options.into(), &none, None, Rc::new(|_| {}))
}

/// The same, with every event.
pub fn call_and_listen(
    world: &Simulation,
    strategy: &str,
    arguments: Value,
    options: Value,
) -> (Outcome, Vec<Value>) {
    call_with_store(world, strategy, arguments, options, None)
}

/// The same, with a store.
pub fn call_with_store(
    world: &Simulation,
    strategy: &str,
    arguments: Value,
    options: impl Into<Input>,
    store: Option<Rc<dyn Store>>,
) -> (Outcome, Vec<Value>) {
    let none = |_| panic!("no functions");
    listening(|sink| live(world, strategy, Input::from(arguments), options.into(), &none, store, sink))
}

/// The same, with functions of the caller's among the arguments and options.
pub fn call_with(
    world: &Simulation,
    strategy: &str,
    arguments: Input,
    options: Input,
    function: &dyn Fn(JsHandle) -> Callback,
) -> (Outcome, Vec<Value>) {
    listening(|sink| live(world, strategy, arguments, options, function, None, sink))
}

fn listening(call: impl FnOnce(Sink) -> Outcome) -> (Outcome, Vec<Value>) {
    let events = Rc::new(RefCell::new(Vec::new()));
    let heard = Rc::clone(&events);
    let outcome = call(Rc::new(move |event| heard.borrow_mut().push(to_value(event))));
    (outcome, events.take())
}

fn live(
    world: &Simulation,
    strategy: &str,
    arguments: Input,
    options: Input,
    function: &dyn Fn(JsHandle) -> Callback,
    store: Option<Rc<dyn Store>>,
    sink: Sink,
) -> Outcome {
    world.set_variable("OPENAI_API_KEY", "sk-canary-0123456789");
    let Input::List(arguments) = arguments else { panic!("arguments are a list") };
    let options = AgentOptions::read(options);
    let agent = Agent::new(Rc::new(world.clone()), options.limits.clone(), store);
    let request = Request { strategy, arguments: &arguments, agent: &options, options: None, function };
    let (run, outcome) = match start(&agent, request, "run", "thread") {
        Ok(started) => started,
        Err(refusal) => return Outcome::Invalid(refusal.issues),
    };
    run.listen(&Rc::clone(&sink), sink);
    match world.run(outcome) {
        None => Outcome::Hangs,
        Some(Ok(result)) => Outcome::Resolved(result),
        Some(Err(failure)) => Outcome::Rejected(failure),
    }
}

/// An answer as an OpenAI-compatible server gives it.
pub fn completion(text: &str, prompt_tokens: u64, completion_tokens: u64) -> String {
    json!({
        "model": "simulated",
        "choices": [{ "index": 0, "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }],
        "usage": { "prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens },
    })
    .to_string()
}

/// A server that answers everything after `after_ms`.
pub fn steady(after_ms: f64) -> impl FnMut(&parallelization_agent::platform::Request, f64) -> Reply {
    move |_, _| Reply::new(200, after_ms, completion("an answer", 10, 5))
}

/// Everything that a request says to the model, system message included.
pub fn said(request: &parallelization_agent::platform::Request) -> String {
    let body: Value = json::parse(&request.body).unwrap();
    let text = |message: &Value| message["content"].as_str().unwrap_or_default().to_string();
    body["messages"].as_array().unwrap().iter().map(text).collect::<Vec<_>>().join("\n")
}

/// A stream of pieces, each with the time that it takes to come; it begins after `after_ms`.
pub fn streamed(after_ms: f64, pieces: &[(f64, &str)]) -> Reply {
    let event = |gap: f64, data: String| (gap, Piece::Bytes(format!("data: {data}\n\n").into_bytes()));
    let piece = |(gap, text): &(f64, &str)| {
        event(*gap, json!({ "choices": [{ "delta": { "content": text } }] }).to_string())
    };
    let end = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] }).to_string();
    let mut reply = Reply::new(200, after_ms, "");
    reply.headers = vec![("content-type".into(), "text/event-stream".into())];
    reply.body = pieces.iter().map(piece).chain([event(0.0, end), event(0.0, "[DONE]".into())]).collect();
    reply
}
