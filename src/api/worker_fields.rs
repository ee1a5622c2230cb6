//! Reads the fields of a worker.

use std::rc::Rc;

use super::base_url::base_url;
use super::call_settings::read_settings;
use super::input::Input;
use super::numbers::{CALLS, Numbers};
use super::reader::Field;
use super::schema::read_schema;
use super::tools::read_tools;
use super::worker_spec::{Headers, WorkerSpec};
use crate::model::function::ModelFunction;
use crate::model::message::Execute;
use crate::model::provider::Provider;
use crate::model::worker::{Secret, is_sendable};

/// The names of all fields of a worker.
pub const WORKER_FIELDS: &[&str] = &[
    "provider",
    "baseURL",
    "apiKey",
    "headers",
    "model",
    "instructions",
    "temperature",
    "maxTokens",
    "stop",
    "seed",
    "extraBody",
    "schema",
    "jsonSchema",
    "tools",
    "maxSteps",
    "maxAnswerBytes",
    "warmPrefix",
    "complete",
    "reasoning",
    "topP",
    "toolChoice",
    "serverTools",
    "history",
    "tier",
    "raw",
];

impl WorkerSpec {
    /// Reads the worker's fields of a record and leaves all others alone.
    #[must_use]
    pub fn read(record: Field<'_>) -> Self {
        const TOKENS: Numbers = Numbers::whole(1.0, u32::MAX as f64, "a whole number from 1 up");
        const SAFE: f64 = 9_007_199_254_740_991.0;
        const SEED: Numbers = Numbers::whole(-SAFE, SAFE, "a whole number");
        const ANSWER_BYTES: Numbers =
            Numbers::whole(1.0, 268_435_456.0, "a whole number from 1 to 268435456 (256 MiB)");
        const TEMPERATURE: Numbers = Numbers::new(0.0, 2.0, "a number from 0 to 2");
        let field = |name| record.get(name);
        let count = |name, kind| record.get(name).number(kind).map(|count| count as u32);
        let providers = Provider::NAMED.map(|provider| (provider.name(), provider));
        let (model, asks_model) = model(field("model"));
        let complete = complete(field("complete")).or(asks_model);
        let (api_key, key_source) = api_key(field("apiKey").secret());
        Self {
            provider: complete.as_ref().map(|_| Provider::Custom).or(field("provider").one_of(&providers)),
            base_url: base_url(field("baseURL")),
            run_address: None,
            api_key,
            key_source,
            headers: headers(field("headers").secret()),
            model,
            // Empty ones say that nothing is to be said.
            instructions: field("instructions").words().map(Rc::from),
            temperature: field("temperature").number(&TEMPERATURE),
            max_tokens: count("maxTokens", &TOKENS),
            stop: stop(field("stop")),
            seed: field("seed").number(&SEED).map(|seed| seed as i64),
            extra_body: field("extraBody")
                .entries("an object of further fields of the body")
                .and_then(|_| field("extraBody").data())
                .map(Rc::new),
            schema: read_schema(
                field("schema"),
                field("jsonSchema"),
                "JSON Schema, or a schema of a library such as Zod",
            ),
            tools: read_tools(field("tools")),
            max_steps: count("maxSteps", &CALLS),
            max_answer_bytes: field("maxAnswerBytes").number(&ANSWER_BYTES).map(|most| most as usize),
            warm_prefix: field("warmPrefix").boolean(),
            complete,
            settings: read_settings(record),
            deployments: deployments(field("model")),
        }
    }
}

/// A model's name; of a model object, its name and the function that asks it.
fn model(field: Field<'_>) -> (Option<Rc<str>>, Option<ModelFunction>) {
    match field.value() {
        Input::Model(function) => (function.0.model().map(Rc::from), Some(function.clone())),
        Input::List(_) => (None, None),
        Input::Undefined | Input::Text(_) => (field.text().map(Rc::from), None),
        _ => {
            field.expected("a model's name, a model of the AI SDK (specification v2, v3 or v4), or an array of deployments");
            (None, None)
        }
    }
}

/// `[{ baseURL, apiKey, … }, …]`: the same model in several places.
fn deployments(field: Field<'_>) -> Option<Rc<[WorkerSpec]>> {
    const PLACE: &[&str] = &["provider", "baseURL", "apiKey", "headers", "model", "extraBody", "complete"];
    let Input::List(items) = field.value() else { return None };
    if items.is_empty() {
        field.wrong("There are no deployments. Give at least one `{ baseURL, apiKey }`.");
    }
    let deployment = |item: Field<'_>| {
        item.reject_unknown(&[PLACE]);
        if let Input::List(_) = item.value().field("model") {
            item.get("model").expected("a model's name");
        }
        WorkerSpec { deployments: None, ..WorkerSpec::read(item) }
    };
    Some(field.list("an array of deployments")?.into_iter().map(deployment).collect())
}

fn complete(field: Field<'_>) -> Option<ModelFunction> {
    match field.value() {
        Input::Undefined => None,
        Input::Model(function) => Some(function.clone()),
        _ => {
            field.expected("a function");
            None
        }
    }
}

/// A key, or the function that gives one.
fn api_key(field: Field<'_>) -> (Option<Secret>, Option<Execute>) {
    if let Input::Execute(source) = field.value() {
        return (None, Some(source.clone()));
    }
    let Some(key) = field.text() else { return (None, None) };
    let secret = Secret::given(&key.into());
    if secret.is_none() {
        field
            .wrong("The key holds a character that no key has, such as a line break or a typographic quote.");
    }
    (secret, None)
}

fn headers(field: Field<'_>) -> Option<Headers> {
    let entries = field.entries("an object of header names and values")?;
    let mut headers = Vec::new();
    for (name, value) in entries {
        let token = !name.is_empty()
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b));
        match value.value() {
            Input::Undefined => {}
            Input::Text(text) if token && is_sendable(text) => {
                headers.push((name.to_ascii_lowercase(), text.clone()))
            }
            _ => value.expected(
                "a header: a name of letters, digits and hyphens, and a string of Latin-1 on one line",
            ),
        }
    }
    Some(headers.into())
}

fn stop(field: Field<'_>) -> Option<Rc<[String]>> {
    if let Input::Text(text) = field.value() {
        return Some([text.clone()].into());
    }
    let items = field.list("a string or an array of strings")?;
    Some(items.iter().filter_map(|item| item.text().map(Into::into)).collect())
}
