//! Schemas of libraries: Zod's, Valibot's, ArkType's and all others that follow Standard Schema.
//!
//! Source: standardschema.dev (Standard Schema and Standard JSON Schema, version 1).

use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::callback::call;
use super::values::{data, to_js};
use crate::api::input::LibrarySchema;
use crate::error::{Code, Failure};
use crate::host::number;
use crate::json::Value;
use crate::model::schema::{Schema, Validate};
use crate::platform::Callback;
use crate::platform::foreign::{field, message, method, words, words_of};
use crate::platform::promise::wait_for;

/// A library's schema.
#[derive(Clone)]
pub(in crate::api) struct Standard {
    schema: JsValue,
    standard: JsValue,
    validate: Function,
}

/// The schema that a value is, if it is one.
pub(in crate::api) fn standard_schema(value: &JsValue) -> Result<Option<Standard>, JsValue> {
    if !value.is_object() && !value.is_function() {
        return Ok(None);
    }
    let standard = field(value, "~standard")?;
    if !standard.is_object() {
        return Ok(None);
    }
    let validate = field(&standard, "validate")?.dyn_into().ok();
    Ok(validate.map(|validate| Standard { schema: value.clone(), standard, validate }))
}

/// Calls a tool with the output of its schema's check: a date may be a `Date`.
pub(in crate::api) fn tool_function(function: Function, parameters: Standard) -> Callback {
    Rc::new(move |arguments: Value| {
        let (function, parameters) = (function.clone(), parameters.clone());
        async move {
            match parameters.check(&to_js(&arguments)).await {
                Ok(checked) => call(&function, &checked).await,
                Err(problems) => {
                    let message = format!("The arguments do not fit: {}", problems.join("; "));
                    Err(Failure::new(Code::CallbackFailed, message))
                }
            }
        }
        .boxed_local()
    })
}

impl Standard {
    /// The schema in the core's own form.
    pub fn read(self) -> LibrarySchema {
        let (json, remedy) = match self.json() {
            Ok(json) => (Some(json), "".into()),
            Err(thrown) => (None, self.remedy(&thrown)),
        };
        LibrarySchema { schema: Schema::new(json, Some(Rc::new(self))), remedy }
    }

    /// The schema as JSON Schema. Nothing in it is taken for a schema of a library again: Zod gives
    /// its JSON Schema what makes one, too.
    fn json(&self) -> Result<Value, JsValue> {
        // It is one, made by the library.
        if field(&self.schema, "$schema")?.is_string() {
            return plain(&self.schema);
        }
        let Ok(own) = field(&self.standard, "jsonSchema").and_then(|converter| method(&converter, "input"))
        else {
            // ArkType had a method of its own before there was a standard.
            return plain(&method(&self.schema, "toJsonSchema")?.call0(&self.schema)?);
        };
        // What a model answers is what the schema takes in; some schemas can only say what they
        // give out, and some parts nobody can say.
        self.converted(&own, false).or_else(|thrown| {
            let given_out = method(&field(&self.standard, "jsonSchema")?, "output");
            let converted = given_out.and_then(|convert| self.converted(&convert, false));
            converted.or_else(|_| self.converted(&own, true)).map_err(|_| thrown)
        })
    }

    fn converted(&self, convert: &Function, lenient: bool) -> Result<Value, JsValue> {
        let options = Object::new();
        Reflect::set(&options, &"target".into(), &"draft-2020-12".into())?;
        if lenient {
            // Zod's word for it; other libraries pass it over.
            let library = Object::new();
            Reflect::set(&library, &"unrepresentable".into(), &"any".into())?;
            Reflect::set(&options, &"libraryOptions".into(), &library)?;
        }
        plain(&convert.call1(&field(&self.standard, "jsonSchema")?, &options)?)
    }

    /// What to do where there is no JSON Schema.
    fn remedy(&self, thrown: &JsValue) -> Rc<str> {
        let has = |name| field(&self.schema, name).is_ok_and(|field| !field.is_undefined());
        let remedy = match words_of(&self.standard, "vendor").unwrap_or_default().as_str() {
            "zod" if has("_zod") => {
                "pass `jsonSchema: z.toJSONSchema(schema)` beside it, or a schema of Zod 4.2 or newer"
            }
            "zod" => {
                "pass `jsonSchema: zodToJsonSchema(schema)` beside it (package `zod-to-json-schema`), or a schema of Zod 4.2 or newer"
            }
            "valibot" => {
                "pass `toStandardJsonSchema(schema)` in its place (package `@valibot/to-json-schema`)"
            }
            _ => "pass its JSON Schema as `jsonSchema` beside it",
        };
        let why = message(thrown).unwrap_or_default();
        format!("The schema gives no JSON Schema ({why}), so that no model can be told of it: {remedy}.")
            .into()
    }

    /// What the schema makes of a value, or what is wrong with that.
    async fn check(&self, value: &JsValue) -> Result<JsValue, Vec<String>> {
        let failed = |thrown: JsValue| vec![message(&thrown).unwrap_or_else(|| UNFIT.into())];
        let given = self.validate.call1(&self.standard, value).map_err(failed)?;
        let outcome = wait_for(&given).await.map_err(failed)?;
        let issues = field(&outcome, "issues").map_err(failed)?;
        if !issues.is_truthy() {
            return field(&outcome, "value").map_err(failed);
        }
        let mut problems = Vec::new();
        items(&issues, |issue| problems.push(problem(&issue))).map_err(failed)?;
        Err(problems)
    }
}

fn plain(json: &JsValue) -> Result<Value, JsValue> {
    let json = data(json).map_err(|unfit| JsValue::from(format!("{} {}", unfit.path, unfit.why).trim()))?;
    if json.is_object() { Ok(json) } else { Err("what it gives is no object".into()) }
}

impl Validate for Standard {
    fn validate(&self, value: Value) -> LocalBoxFuture<'_, Result<Value, Vec<String>>> {
        async move {
            let checked = self.check(&to_js(&value)).await?;
            // Dates and the like become what JSON has for them; what it has nothing for stays as
            // the model wrote it.
            Ok(data(&checked).unwrap_or(value))
        }
        .boxed_local()
    }
}

const UNFIT: &str = "it does not fit";

/// Further problems of a library's check are not read.
const MOST_ITEMS: u32 = 64;

fn items(list: &JsValue, mut each: impl FnMut(JsValue)) -> Result<(), JsValue> {
    let length = field(list, "length")?.as_f64().unwrap_or_default() as u32;
    for index in 0..length.min(MOST_ITEMS) {
        each(Reflect::get_u32(list.dyn_ref().unwrap_or(&Object::new()), index)?);
    }
    Ok(())
}

fn problem(issue: &JsValue) -> String {
    let mut path = String::new();
    let step = |step: JsValue| {
        // A step is a key, or an object with one.
        let key = field(&step, "key").ok().filter(|key| !key.is_undefined()).unwrap_or(step);
        match (key.as_f64(), words(&key)) {
            (Some(index), _) => path.push_str(&format!("[{}]", number::text(index))),
            (_, Some(name)) if path.is_empty() => path = name,
            (_, Some(name)) => path.push_str(&format!(".{name}")),
            _ => {}
        }
    };
    // Without a path, the message has to do.
    let _ = field(issue, "path").and_then(|path| items(&path, step));
    let message = message(issue).unwrap_or_else(|| UNFIT.into());
    if path.is_empty() { message } else { format!("`{path}`: {message}") }
}
