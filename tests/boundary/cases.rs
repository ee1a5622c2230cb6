//! What crosses the boundary: options and subtasks in, requests, results, events and errors out.

use js_sys::{Array, Function, JSON, Reflect};
use parallelization_agent::api::js::exports::{Agent, Run};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

/// A `fetch` that repeats the last message of each request. `seen` collects what it was called
/// with.
const ECHO: &str = "
    return async (url, init) => {
        seen.push({ url, method: init.method, headers: Object.fromEntries(init.headers), body: JSON.parse(init.body) });
        const content = JSON.parse(init.body).messages.at(-1).content;
        const body = { model: 'echo', choices: [{ message: { content }, finish_reason: 'stop' }], usage: { prompt_tokens: 7, completion_tokens: 3 } };
        return new Response(JSON.stringify(body), { headers: { 'content-type': 'application/json' } });
    };";

/// What the npm package reads a body with; this one reads it whole.
const OPEN_BODY: &str = "
    globalThis.openBody = (answer) => {
        let piece, tell;
        answer.text().then((text) => { piece = new TextEncoder().encode(text); tell?.(); });
        return {
            next() { const given = piece; if (given) piece = null; return given; },
            get isOver() { return piece === null; },
            onPiece(told) { tell = told; },
            cancel() {},
        };
    }";

pub fn eval(code: &str) -> JsValue {
    Function::new_no_args(&format!("return ({code});")).call0(&JsValue::UNDEFINED).unwrap()
}

pub fn json(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

pub fn get(value: &JsValue, path: &str) -> JsValue {
    path.split('.').fold(value.clone(), |value, name| Reflect::get(&value, &name.into()).unwrap())
}

/// Options with the `fetch` that `code` makes, and the list of what it saw.
fn options(code: &str, fetch: &str) -> (JsValue, Array) {
    let seen = Array::new();
    let fetch = Function::new_with_args("seen", fetch).call1(&JsValue::UNDEFINED, &seen).unwrap();
    let options = eval(code);
    Reflect::set(&options, &"fetch".into(), &fetch).unwrap();
    (options, seen)
}

pub fn start(options: &JsValue, subtasks: &str, emit: Option<Function>) -> Result<Run, JsValue> {
    let arguments = Array::of2(&"the task".into(), &eval(subtasks));
    let ids = Array::of2(&"run-1".into(), &"thread-1".into());
    // The npm package's own knows which calls are under way.
    eval("globalThis.callWithin = (call, fn, self, args) => fn.apply(self, args)");
    eval(OPEN_BODY);
    let run =
        Agent::new(options).start("parallelProcess", &arguments, &JsValue::UNDEFINED, &ids, None, &[])?;
    if let Some(emit) = emit {
        run.listen(emit.clone(), emit);
    }
    Ok(run)
}

pub async fn outcome(run: &Run) -> Result<JsValue, JsValue> {
    JsFuture::from(run.outcome()).await
}

#[wasm_bindgen_test]
async fn a_graph_runs_through_the_callers_fetch_and_comes_back_as_plain_objects() {
    let (options, seen) = options(
        "{ baseURL: 'http://model.test/v1/', apiKey: 'sk-canary', model: 'm', aggregate: false }",
        ECHO,
    );
    let run = start(&options, "[{ id: 'a', content: 'first' }, { id: 'b', type: 'late', content: 'then {{a}}', dependencies: ['a'] }]", None).unwrap();
    let result = outcome(&run).await.unwrap();
    assert_eq!(get(&result, "results.0.result"), "first");
    assert_eq!(get(&result, "results.1.metadata.type"), "late");
    assert_eq!(get(&result, "metadata.totalTokens"), 20);
    assert_eq!(get(&result, "metadata.runId"), "run-1");
    assert!(get(&result, "summary").is_null());
    assert_eq!(get(&seen, "0.url"), "http://model.test/v1/chat/completions");
    assert_eq!(get(&seen, "0.method"), "POST");
    assert_eq!(get(&seen, "0.headers.authorization"), "Bearer sk-canary");
    assert!(json(&get(&seen, "1.body")).contains("first"), "the dependency's result is in the prompt");
    assert!(!json(&result).contains("canary"));
}

#[wasm_bindgen_test]
async fn everything_that_is_wrong_is_thrown_at_once_and_nothing_is_sent() {
    let (options, seen) =
        options("{ baseURL: 'nowhere', concurrency: NaN, timeoutMs: -1, onEvent: 5, apiKey: 7n }", ECHO);
    let thrown = start(&options, "[{ id: 'a', content: Symbol('x') }, () => 1, null]", None).err().unwrap();
    let paths: Vec<String> = Array::from(&get(&thrown, "issues"))
        .iter()
        .map(|issue| get(&issue, "path").as_string().unwrap())
        .collect();
    for path in [
        "options.baseURL",
        "options.concurrency",
        "options.timeoutMs",
        "options.onEvent",
        "options.apiKey",
        "subtasks[0].content",
        "subtasks[1]",
        "subtasks[2]",
    ] {
        assert!(paths.iter().any(|other| other == path), "{path} is missing in {paths:?}");
    }
    assert_eq!(seen.length(), 0);
}

#[wasm_bindgen_test]
fn input_that_refers_to_itself_is_refused_and_not_followed() {
    let (options, _) = options("{ baseURL: 'http://model.test' }", ECHO);
    let thrown = start(
        &options,
        "(() => { const a = { id: 'a', content: 'x' }; a.dependencies = [a]; return [a]; })()",
        None,
    );
    assert!(json(&thrown.err().unwrap()).contains("subtasks[0].dependencies[0]"));
}

#[wasm_bindgen_test]
async fn an_abort_aborts_the_request_itself_and_keeps_the_account() {
    let (options, seen) = options(
        "{ baseURL: 'http://model.test' }",
        "return (url, init) => new Promise((resolve, reject) => {
            init.signal.addEventListener('abort', () => { seen.push('aborted'); reject(init.signal.reason); });
            seen.push('sent');
        });",
    );
    let run = start(&options, "[{ id: 'a', content: 'hello' }]", None).unwrap();
    JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL)).await.unwrap();
    gloo_timers::future::TimeoutFuture::new(5).await;
    run.abort();
    let failure = outcome(&run).await.unwrap_err();
    assert_eq!(json(&seen), "[\"sent\",\"aborted\"]");
    assert_eq!(get(&failure, "code"), "ABORTED");
    assert_eq!(get(&failure, "results.0.status"), "cancelled");
    assert_eq!(get(&failure, "results.0.metadata.estimated"), true);
}

#[wasm_bindgen_test]
async fn events_arrive_as_plain_objects_in_order() {
    let (options, _) = options("{ baseURL: 'http://model.test', aggregate: false }", ECHO);
    let events = Array::new();
    let emit = Function::new_with_args("events", "return (event, row) => { events.push(row === undefined || event.type ? event : { type: 'TEXT', row }); };")
        .call1(&JsValue::UNDEFINED, &events)
        .unwrap();
    let run = start(&options, "[{ id: 'a', content: 'hello' }]", Some(emit.unchecked_into())).unwrap();
    outcome(&run).await.unwrap();
    let types: Vec<String> = events.iter().map(|event| get(&event, "type").as_string().unwrap()).collect();
    assert_eq!(types.first().unwrap(), "RUN_STARTED");
    assert_eq!(types.last().unwrap(), "RUN_FINISHED");
    assert_eq!(get(&events, "0.threadId"), "thread-1");
    let text = events.iter().find(|event| get(event, "type") == "TEXT").unwrap();
    assert_eq!(get(&text, "row"), 0);
    assert!(get(&events, "0.timestamp").as_f64().unwrap() > 1e12);
}

#[wasm_bindgen_test]
async fn a_fetch_that_fails_or_gives_rubbish_is_a_typed_error() {
    for (fetch, code) in [
        ("return () => { throw new TypeError('no network'); };", "NETWORK"),
        ("return async () => { throw 'just a string'; };", "NETWORK"),
        ("return () => undefined;", "BAD_RESPONSE"),
        (
            "return async () => ({ status: 200, headers: new Headers(), text: async () => '<!doctype html>' });",
            "BAD_RESPONSE",
        ),
        (
            "return async () => ({ status: 401, headers: new Headers(), text: async () => 'no' });",
            "API_ERROR",
        ),
    ] {
        let (options, _) = options("{ baseURL: 'http://model.test', maxRetries: 0 }", fetch);
        let run = start(&options, "[{ id: 'a', content: 'x' }]", None).unwrap();
        let failure = outcome(&run).await.unwrap_err();
        assert_eq!(get(&failure, "results.0.error.code"), code, "{fetch}");
    }
}
