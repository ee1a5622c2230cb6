//! Makes a [`Schema`] of a library's schema: Zod's, Valibot's, ArkType's and all others that follow Standard Schema.
//!
//! Source: standardschema.dev (Standard Schema and Standard JSON Schema, version 1).

use std::rc::Rc;

use futures::FutureExt;
use futures::future::LocalBoxFuture;
use js_sys::{Array, Function, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::web::{input, to_js};
use crate::json::{self, Value};
use crate::model::schema::{Schema, Validate};
use crate::platform::number;
use crate::platform::promise::wait_for;

/// The schema that a value is, if it is one.
pub(super) fn standard_schema(value: &JsValue) -> Option<Schema> {
    let standard = Reflect::get(value, &"~standard".into()).ok().filter(JsValue::is_object)?;
    let validate: Function = Reflect::get(&standard, &"validate".into()).ok()?.dyn_into().ok()?;
    // What a model answers is what the schema takes in; some libraries can only say what it gives out.
    let json = ["input", "output"].into_iter().find_map(|side| json_schema(&standard, side));
    let own: Rc<dyn Validate> = Rc::new(Standard { standard, validate });
    Some(Schema::new(json, Some(own)))
}

/// The schema as JSON Schema, where the library can say it so. It throws where it cannot.
fn json_schema(standard: &JsValue, side: &str) -> Option<Value> {
    let converter = Reflect::get(standard, &"jsonSchema".into()).ok()?;
    let convert: Function = Reflect::get(&converter, &side.into()).ok()?.dyn_into().ok()?;
    let target = Object::new();
    Reflect::set(&target, &"target".into(), &"draft-2020-12".into()).ok()?;
    let schema = convert.call1(&converter, &target).ok()?;
    Some(input(&schema, &mut Vec::new()).to_json()).filter(Value::is_object)
}

struct Standard {
    standard: JsValue,
    validate: Function,
}

impl Validate for Standard {
    fn validate(&self, data: Value) -> LocalBoxFuture<'_, Result<Value, Vec<String>>> {
        async move {
            let failed = |thrown: JsValue| vec![message(&thrown)];
            let given = self.validate.call1(&self.standard, &to_js(&data)).map_err(failed)?;
            let outcome = wait_for(&given).await.map_err(failed)?;
            let field = |name: &str| Reflect::get(&outcome, &name.into()).unwrap_or_default();
            let issues = field("issues");
            if issues.is_truthy() {
                return Err(Array::from(&issues).iter().map(|issue| problem(&issue)).collect());
            }
            // Dates and the like become what JSON has for them.
            let text = JSON::stringify(&field("value")).ok().and_then(|text| text.as_string());
            Ok(text.and_then(|text| json::parse(&text).ok()).unwrap_or(data))
        }
        .boxed_local()
    }
}

fn problem(issue: &JsValue) -> String {
    let path = Reflect::get(issue, &"path".into()).ok().filter(JsValue::is_object);
    let keys = path.map(|path| Array::from(&path)).unwrap_or_default();
    let mut place = String::new();
    for step in keys.iter() {
        // A step is a key, or an object with one.
        let key = Reflect::get(&step, &"key".into()).ok().filter(|key| !key.is_undefined()).unwrap_or(step);
        match (key.as_f64(), key.as_string()) {
            (Some(index), _) => place.push_str(&format!("[{}]", number::text(index))),
            (_, Some(name)) if place.is_empty() => place = name,
            (_, Some(name)) => place.push_str(&format!(".{name}")),
            _ => {}
        }
    }
    if place.is_empty() { message(issue) } else { format!("`{place}`: {}", message(issue)) }
}

fn message(value: &JsValue) -> String {
    let message = Reflect::get(value, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| "it does not fit".into())
}
