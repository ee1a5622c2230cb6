//! Copies values out of JavaScript, by the rules of `JSON.stringify`, and into it. What comes in
//! may be anything: every look at it is caught, and depth, number and length are bounded.

use js_sys::{Array, Function, JSON, JsString, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

use super::callback::callback;
use super::limiter::JsLimiter;
use super::model_function::{ai_sdk_model, model_function};
use super::standard_schema::{standard_schema, tool_function};
use super::store::JsStore;
use crate::api::input::{Input, JsHandle, Unfit};
use crate::json::{self, Value};
use crate::model::message::Execute;
use crate::platform::foreign::{field, message};

#[wasm_bindgen]
extern "C" {
    // The same of js-sys are not caught: each of them throws at a proxy that was revoked.
    #[wasm_bindgen(catch, js_namespace = Array, js_name = isArray)]
    fn is_array(value: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Object, js_name = keys)]
    fn keys(value: &JsValue) -> Result<Array, JsValue>;
    #[wasm_bindgen(catch, js_namespace = ["Object", "prototype", "toString"], js_name = call)]
    fn tag(value: &JsValue) -> Result<String, JsValue>;
    #[wasm_bindgen(catch, js_namespace = Reflect, js_name = get)]
    fn item(list: &JsValue, index: u32) -> Result<JsValue, JsValue>;
}

/// How deep values may be nested.
const DEEPEST: usize = 64;

/// How many items a list may have.
const MOST_ITEMS: f64 = 16_777_216.0;

/// How many values there may be within one item of the outermost list, or one field of the
/// outermost object: objects can make new ones for ever.
const MOST_VALUES: usize = 1_048_576;

/// How many characters a text may have. In memory each may take three bytes.
const LONGEST_TEXT: usize = 67_108_864;

/// And all texts of one value together.
const MOST_TEXT: usize = 536_870_912;

const CYCLIC: &str = "It holds itself, or is nested more than 64 deep.";
const TOO_MANY: &str = "It holds more values than can be read.";
const TOO_LONG: &str = "It holds more text than can be read.";

/// Classes whose objects are not made of fields: as options they are a mistake.
const EXOTIC: &[&str] = &[
    "Map",
    "Set",
    "WeakMap",
    "WeakSet",
    "Promise",
    "RegExp",
    "ArrayBuffer",
    "SharedArrayBuffer",
    "DataView",
];

/// Copies options; what cannot be copied is put into `live`.
pub(in crate::api) fn options(value: &JsValue, live: &mut Vec<JsValue>) -> Input {
    Copier::new(Some(live)).value(value, Names::Known)
}

/// The same of another argument, which may be an object with names of the caller's.
pub(in crate::api) fn argument(value: &JsValue, live: &mut Vec<JsValue>) -> Input {
    Copier::new(Some(live)).value(value, Names::Free)
}

/// Copies plain data.
///
/// # Errors
/// The first value that JSON has nothing for.
pub(in crate::api) fn data(value: &JsValue) -> Result<Value, Unfit> {
    Copier::new(None).value(value, Names::Free).to_data()
}

/// Whether the names of an object's fields are options, or the caller's own.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Names {
    Known,
    Free,
}

struct Copier<'a> {
    /// Where functions and the like go; none where only data is wanted.
    live: Option<&'a mut Vec<JsValue>>,
    /// What the value is within.
    above: Vec<JsValue>,
    values_left: usize,
    text_left: usize,
}

impl<'a> Copier<'a> {
    fn new(live: Option<&'a mut Vec<JsValue>>) -> Self {
        Self { live, above: Vec::new(), values_left: MOST_VALUES, text_left: MOST_TEXT }
    }

    fn value(&mut self, value: &JsValue, names: Names) -> Input {
        if self.above.len() <= 1 {
            self.values_left = MOST_VALUES;
        }
        self.values_left = self.values_left.saturating_sub(1 + self.above.len());
        if value.is_string() {
            return self.text(value.unchecked_ref());
        }
        if let Some(number) = value.as_f64() {
            return Input::Number(number);
        }
        if let Some(boolean) = value.as_bool() {
            return Input::Bool(boolean);
        }
        if value.is_undefined() {
            return Input::Undefined;
        }
        if value.is_null() {
            return Input::Null;
        }
        if value.is_object() {
            return self.object(value, names).unwrap_or_else(threw);
        }
        self.kept(value, if value.is_function() { "function" } else { other_kind(value) })
    }

    fn text(&mut self, text: &JsString) -> Input {
        let length = text.length() as usize;
        if length > LONGEST_TEXT.min(self.text_left) {
            return Input::Unreadable(TOO_LONG.into());
        }
        self.text_left -= length;
        Input::Text(text.into())
    }

    /// Something that is no data.
    fn kept(&mut self, value: &JsValue, kind: &'static str) -> Input {
        match &mut self.live {
            Some(live) => {
                live.push(value.clone());
                Input::JsHandle(JsHandle { index: live.len() - 1, kind })
            }
            None => Input::Unreadable(format!("JSON has nothing for a {kind}.").into()),
        }
    }

    fn object(&mut self, value: &JsValue, names: Names) -> Result<Input, JsValue> {
        if is_array(value)? {
            return self.within(value, Self::list);
        }
        if let Ok(to_json) = field(value, "toJSON")?.dyn_into::<Function>() {
            let given = to_json.call1(value, &JsValue::from_str(""))?;
            return Ok(match given.is_object() {
                true if is_array(&given)? => self.within(&given, Self::list)?,
                true => self.within(&given, |copier, given| copier.record(given, names))?,
                false => self.value(&given, names),
            });
        }
        if !is_plain(value)? {
            let tag = tag(value)?;
            let class =
                tag.strip_prefix("[object ").and_then(|tag| tag.strip_suffix(']')).unwrap_or_default();
            if matches!(class, "String" | "Number" | "Boolean" | "BigInt") {
                let text: String = JSON::stringify(value)?.into();
                return Ok(self.value(&JSON::parse(&text)?, names));
            }
            if self.live.is_some() && (EXOTIC.contains(&class) || class.ends_with("Array")) {
                return Ok(self.kept(value, "object"));
            }
        }
        self.within(value, |copier, value| copier.record(value, names))
    }

    /// Goes one level down. Two ways back into one object would otherwise be walked again and
    /// again.
    fn within(
        &mut self,
        value: &JsValue,
        copy: impl FnOnce(&mut Self, &JsValue) -> Result<Input, JsValue>,
    ) -> Result<Input, JsValue> {
        if self.above.len() == DEEPEST || self.above.contains(value) {
            return Ok(Input::Unreadable(CYCLIC.into()));
        }
        self.above.push(value.clone());
        let copied = copy(self, value);
        self.above.pop();
        copied
    }

    fn list(&mut self, list: &JsValue) -> Result<Input, JsValue> {
        let length = field(list, "length")?.as_f64().unwrap_or_default();
        if !(0.0..=MOST_ITEMS).contains(&length) {
            return Ok(Input::Unreadable(TOO_MANY.into()));
        }
        let mut items = Vec::new();
        for index in 0..length as u32 {
            if self.values_left == 0 {
                return Ok(Input::Unreadable(TOO_MANY.into()));
            }
            let copied = item(list, index).map_or_else(threw, |item| self.value(&item, Names::Known));
            let ends = self.is_named(&copied);
            items.push(copied);
            if ends {
                break;
            }
        }
        Ok(Input::List(items))
    }

    /// Whether a part of the outermost value is the one that holds too much: it is told by its
    /// place, and nothing behind it is looked at.
    fn is_named(&self, part: &Input) -> bool {
        self.above.len() == 1 && self.values_left == 0 && matches!(part, Input::Unreadable(_))
    }

    fn record(&mut self, object: &JsValue, names: Names) -> Result<Input, JsValue> {
        let mut fields = Vec::new();
        for key in keys(object)?.iter() {
            if self.values_left == 0 {
                return Ok(Input::Unreadable(TOO_MANY.into()));
            }
            let Input::Text(name) = self.text(key.unchecked_ref()) else {
                return Ok(Input::Unreadable(TOO_LONG.into()));
            };
            let value = Reflect::get(object, &key).and_then(|value| self.field(object, &name, &value, names));
            let copied = value.unwrap_or_else(threw);
            let ends = self.is_named(&copied);
            fields.push((name, copied));
            if ends {
                break;
            }
        }
        Ok(Input::Record(fields))
    }

    /// Recognises some options by their names.
    fn field(
        &mut self,
        object: &JsValue,
        name: &str,
        value: &JsValue,
        names: Names,
    ) -> Result<Input, JsValue> {
        if names == Names::Free || self.live.is_none() {
            return Ok(self.value(value, Names::Known));
        }
        Ok(match (name, value.dyn_ref::<Function>()) {
            // Workers are made of their options far from here, and these ask no server.
            ("apiKey", Some(_)) => Input::Execute(Execute(callback(value.clone()))),
            ("complete", Some(complete)) => Input::Model(model_function(complete.clone())),
            ("model", None) if value.is_object() => match ai_sdk_model(value) {
                Some(model) => Input::Model(model),
                None => self.value(value, Names::Known),
            },
            ("execute", Some(execute)) => {
                Input::Execute(Execute(match standard_schema(&field(object, "parameters")?)? {
                    Some(parameters) => tool_function(execute.clone(), parameters),
                    None => callback(value.clone()),
                }))
            }
            ("schema" | "parameters", function) => match standard_schema(value)? {
                Some(schema) => Input::Schema(schema.read()),
                None if function.is_some() => self.value(value, Names::Known),
                None => self.plain(value),
            },
            ("jsonSchema" | "extraBody" | "body", None) => self.plain(value),
            ("signal", None) if is_signal(value) => self.kept(value, "signal"),
            ("limiter", _) if JsLimiter::is_limiter(value) => self.kept(value, "limiter"),
            ("store", _) if JsStore::is_store(value) => self.kept(value, "store"),
            ("workers", _) => self.value(value, Names::Free),
            _ => self.value(value, Names::Known),
        })
    }

    /// A field that is data.
    fn plain(&mut self, value: &JsValue) -> Input {
        let live = self.live.take();
        let copied = self.value(value, Names::Free);
        self.live = live;
        copied
    }
}

fn threw(thrown: JsValue) -> Input {
    let words = message(&thrown).unwrap_or_else(|| "something that is no error".into());
    Input::Unreadable(format!("Reading it threw: {words}").into())
}

fn other_kind(value: &JsValue) -> &'static str {
    if value.is_bigint() { "bigint" } else { "symbol" }
}

/// Whether an object is of no class; from another window, too.
fn is_plain(value: &JsValue) -> Result<bool, JsValue> {
    let prototype = Reflect::get_prototype_of(value)?;
    Ok(prototype.is_null() || Reflect::get_prototype_of(&prototype)?.is_null())
}

/// Recognised by its shape: it may be from another window, or from a library.
fn is_signal(value: &JsValue) -> bool {
    let is = |name| field(value, name).unwrap_or_default();
    is("aborted").as_bool().is_some() && is("addEventListener").is_function()
}

/// Makes plain objects, with `null` for a missing value.
pub(in crate::api) fn to_js(value: &Value) -> JsValue {
    // The crate sets fields by assigning them. That of this name is no field then; and JSON has no
    // larger integers.
    let by_crate = if is_field_of(value, "__proto__") {
        None
    } else {
        value.serialize(&Serializer::json_compatible()).ok()
    };
    by_crate.unwrap_or_else(|| to_js_at_once(value))
}

/// The same by way of a text, which crosses the boundary once: with twenty fields, a third of the
/// time.
pub(in crate::api) fn to_js_at_once(value: &Value) -> JsValue {
    // Our own text is JSON.
    JSON::parse(&json::print(value)).unwrap_or(JsValue::NULL)
}

/// Whether there is a field of that name within a value.
fn is_field_of(value: &Value, name: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| is_field_of(item, name)),
        Value::Object(fields) => {
            fields.contains_key(name) || fields.values().any(|field| is_field_of(field, name))
        }
        _ => false,
    }
}
