//! The caller's own model function and schemas of libraries, as JavaScript has them.

use js_sys::{Array, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::cases::{eval, get, json, outcome, start};

/// Runs one task with the options that `code` makes, and gives its result, or the failure with the
/// results so far.
async fn ask(code: &str) -> Result<JsValue, JsValue> {
    ask_with(&eval(code)).await
}

async fn ask_with(options: &JsValue) -> Result<JsValue, JsValue> {
    Reflect::set(options, &"aggregate".into(), &false.into()).unwrap();
    let run = start(options, "[{ id: 'a', content: 'hello' }]", None).unwrap();
    outcome(&run).await
}

#[wasm_bindgen_test]
async fn complete_may_give_text_objects_promises_and_async_iterables() {
    for body in [
        "request => 'Hello ' + request.messages.at(-1).content",
        "async request => 'Hello ' + request.messages.at(-1).content",
        "async () => ({ text: 'Hello hello', usage: { promptTokens: 7, completionTokens: 2 } })",
        "async () => new (class { get text() { return 'Hello hello'; } })()",
        "async function* () { yield 'Hello '; yield { text: 'hello' }; }",
    ] {
        let result = ask(&format!("{{ complete: {body}, model: 'own' }}")).await.unwrap();
        assert_eq!(get(&result, "results.0.result"), "Hello hello", "{body}");
        assert_eq!(get(&result, "results.0.metadata.provider"), "custom");
    }
}

#[wasm_bindgen_test]
async fn errors_of_complete_are_read_whatever_their_library() {
    for (error, code, attempts) in [
        ("{ message: 'no', status: 401 }", "API_ERROR", 1),
        ("{ message: 'no', status: 429, code: 'insufficient_quota' }", "QUOTA_EXCEEDED", 1),
        (
            "{ message: 'slow', status: 429, headers: new Headers({ 'retry-after-ms': '3' }) }",
            "RATE_LIMITED",
            2,
        ),
        ("{ message: 'slow', statusCode: 503, responseHeaders: { 'Retry-After-Ms': '3' } }", "API_ERROR", 2),
        ("{ message: 'gone', cause: { code: 'ECONNRESET' } }", "NETWORK", 2),
        ("new TypeError('x is not a function')", "API_ERROR", 1),
        ("undefined", "API_ERROR", 1),
    ] {
        for how in
            ["() => { throw ERROR; }", "async () => { throw ERROR; }", "async function* () { throw ERROR; }"]
        {
            let complete = how.replace("ERROR", error);
            let failure = ask(&format!("{{ complete: {complete}, maxRetries: 1 }}")).await.unwrap_err();
            assert_eq!(get(&failure, "results.0.error.code"), code, "{complete}");
            assert_eq!(get(&failure, "results.0.metadata.attempts"), attempts, "{complete}");
        }
    }
    let failure = ask("{ complete: async () => ({ content: 'x' }) }").await.unwrap_err();
    assert_eq!(get(&failure, "results.0.error.code"), "BAD_RESPONSE");
}

#[wasm_bindgen_test]
async fn the_signal_of_complete_is_aborted_with_its_attempt_and_only_then() {
    let seen = Array::new();
    let globals = js_sys::global();
    Reflect::set(&globals, &"seenByComplete".into(), &seen).unwrap();
    ask("{ timeoutMs: 20, maxRetries: 0, complete: (request, { signal }) => new Promise(() => {
        signal.addEventListener('abort', () => seenByComplete.push('aborted'));
    }) }")
    .await
    .unwrap_err();
    assert_eq!(json(&seen), "[\"aborted\"]");
    ask("{ complete: async (request, { signal }) => {
        signal.addEventListener('abort', () => seenByComplete.push('again'));
        return 'done';
    } }")
    .await
    .unwrap();
    assert_eq!(json(&seen), "[\"aborted\"]", "nothing was given up");
}

/// A schema as libraries have it: an object or a function, of a class or plain.
const STANDARD: &str = "({
    '~standard': {
        version: 1,
        vendor: 'test',
        validate: async value => typeof value.at === 'string'
            ? { value: { at: new Date(value.at) } }
            : { issues: [{ message: 'must be a date', path: ['list', 0, { key: 'at' }] }] },
        jsonSchema: { input: ({ target }) => ({ type: 'object', properties: { at: { const: target } } }) },
    },
    parse: () => {},
})";

#[wasm_bindgen_test]
async fn a_standard_schema_checks_by_itself_and_describes_itself() {
    let seen = Array::new();
    Reflect::set(&js_sys::global(), &"seenBySchema".into(), &seen).unwrap();
    for schema in [STANDARD.to_string(), format!("Object.assign(() => {{}}, {STANDARD})")] {
        let options = eval(&format!(
            "{{ schema: {schema}, complete: request => {{
                seenBySchema.push(request);
                return seenBySchema.length % 2 ? '{{}}' : 'Well: {{\"at\": \"2026-01-01T00:00:00.000Z\"}}';
            }} }}"
        ));
        let result = ask_with(&options).await.unwrap();
        assert_eq!(get(&result, "results.0.data.at"), "2026-01-01T00:00:00.000Z");
        assert_eq!(get(&result, "results.0.metadata.attempts"), 2);
    }
    assert_eq!(get(&seen, "0.schema.properties.at.const"), "draft-2020-12");
    let second = json(&get(&seen, "1.messages"));
    assert!(second.contains("`list[0].at`: must be a date"), "{second}");
}
