//! Counts what is wrong with data, each part of it against each part of the schema once, however
//! they refer to each other; then says what it is.

use std::collections::HashMap;

use super::definition;
use super::equality::same;
use super::formats::Format;
use super::location::{At, Location, Step};
use super::types::{has_type, type_of, types};
use crate::host::pattern::Pattern;
use crate::json::{self, Map, Value};

/// More problems than these do not help a model.
const MOST_PROBLEMS: usize = 10;

/// How deep the check may go: the data that is read at all, through some references on each level.
/// Each takes a piece of the stack.
const DEEPEST: usize = 1000;

/// What is wrong with `data`, each with its path; nothing if it fits. The schema has nothing in it
/// that is unsupported.
#[must_use]
pub fn problems(schema: &Value, data: &Value) -> Vec<String> {
    let mut check = Check {
        root: schema,
        counts: HashMap::new(),
        patterns: HashMap::new(),
        formats: HashMap::new(),
        problems: Vec::new(),
        depth: 0,
        too_deep: false,
    };
    let whole = Location { above: None, step: Step::Whole };
    check.part(schema, data, Some(&whole));
    if check.too_deep && check.problems.is_empty() {
        // What was counted as wrong may have been denied.
        check.wrong(Some(&whole), &|| TOO_DEEP.into());
    }
    check.problems
}

const TOO_DEEP: &str = "is nested too deep to be checked";

/// What was found so far.
pub(super) struct Check<'a> {
    root: &'a Value,
    /// How many problems there are with a value, by the addresses in memory of a schema and
    /// of the value.
    pub counts: HashMap<(*const Value, *const Value), u32>,
    pub patterns: HashMap<&'a str, Option<Pattern>>,
    pub formats: HashMap<&'a str, Option<Format>>,
    problems: Vec<String>,
    depth: usize,
    too_deep: bool,
}

impl<'a> Check<'a> {
    /// How many problems there are; tells them where `at` says where the value is.
    pub fn part(&mut self, schema: &'a Value, data: &Value, at: At<'_>) -> u32 {
        let pair = (std::ptr::from_ref(schema), std::ptr::from_ref(data));
        let count = match self.counts.get(&pair) {
            Some(&count) => count,
            None => {
                let count = self.visit(schema, data, None);
                self.counts.insert(pair, count);
                count
            }
        };
        if count > 0 && at.is_some() && self.problems.len() < MOST_PROBLEMS {
            self.visit(schema, data, at);
        }
        count
    }

    /// The same of a value within.
    pub fn inner(&mut self, schema: &'a Value, data: &Value, at: At<'_>, step: Step<'_>) -> u32 {
        match at {
            Some(_) => self.part(schema, data, Some(&Location { above: at, step })),
            None => self.part(schema, data, None),
        }
    }

    pub fn wrong(&mut self, at: At<'_>, what: &dyn Fn() -> String) -> u32 {
        if let Some(location) = at.filter(|_| self.problems.len() < MOST_PROBLEMS) {
            self.problems.push(match location.path() {
                path if path.is_empty() => format!("the whole {}", what()),
                path => format!("`{path}` {}", what()),
            });
        }
        1
    }

    pub fn wrong_within(&mut self, at: At<'_>, step: Step<'_>, what: &dyn Fn() -> String) -> u32 {
        match at {
            Some(_) => self.wrong(Some(&Location { above: at, step }), what),
            None => 1,
        }
    }

    fn visit(&mut self, schema: &'a Value, data: &Value, at: At<'_>) -> u32 {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Bool(false) => return self.wrong(at, &|| "must not be there".into()),
            _ => return 0,
        };
        if !has_type(schema, data) {
            // Of something of the wrong type there is nothing more to say.
            return self.wrong(at, &|| {
                let names = types(schema).unwrap_or_default().join(" or ");
                format!("must be of type {names}, not {}", type_of(data))
            });
        }
        if self.depth >= DEEPEST {
            self.too_deep = true;
            return self.wrong(at, &|| TOO_DEEP.into());
        }
        self.depth += 1;
        let mut count: u32 = 0;
        for (keyword, value) in fields.iter() {
            count = count.saturating_add(self.keyword(keyword, value, fields, data, at));
        }
        self.depth -= 1;
        count
    }

    fn keyword(&mut self, keyword: &str, value: &'a Value, schema: &'a Map, data: &Value, at: At<'_>) -> u32 {
        match keyword {
            "$ref" => match value.as_str().and_then(|name| definition(self.root, name)) {
                Some(target) => self.part(target, data, at),
                None => self
                    .wrong(at, &|| format!("must fit {}, which is nowhere to be found", json::print(value))),
            },
            "const" if !same(value, data) => self.wrong(at, &|| format!("must be {}", json::print(value))),
            "enum" if !list(value).iter().any(|value| same(value, data)) => self.wrong(at, &|| {
                let values: Vec<String> = list(value).iter().map(json::print).collect();
                format!("must be one of {}", values.join(", "))
            }),
            "allOf" => self.sum(list(value).iter(), |check, part| check.part(part, data, at)),
            "anyOf" | "oneOf" => self.alternatives(list(value), keyword == "oneOf", data, at),
            "not" if self.part(value, data, None) == 0 => {
                self.wrong(at, &|| format!("must not be {}", json::print(value)))
            }
            "if" => {
                let branch = if self.part(value, data, None) == 0 { "then" } else { "else" };
                schema.get(branch).map_or(0, |branch| self.part(branch, data, at))
            }
            _ => match data {
                Value::String(text) => self.text(keyword, value, text, at),
                Value::Number(number) => self.number(keyword, value, number.as_f64().unwrap_or_default(), at),
                Value::Array(items) => self.items(keyword, value, schema, items, at),
                Value::Object(fields) => self.fields(keyword, value, schema, fields, data, at),
                _ => 0,
            },
        }
    }

    pub fn sum<T>(
        &mut self,
        parts: impl Iterator<Item = T>,
        mut count: impl FnMut(&mut Self, T) -> u32,
    ) -> u32 {
        parts.fold(0, |sum, part| sum.saturating_add(count(self, part)))
    }

    fn alternatives(&mut self, parts: &'a [Value], only_one: bool, data: &Value, at: At<'_>) -> u32 {
        let counts: Vec<u32> = parts.iter().map(|part| self.part(part, data, None)).collect();
        match counts.iter().filter(|count| **count == 0).count() {
            0 => {
                // The one that comes nearest, of the right type if there is one, was probably
                // meant.
                let distance =
                    |(part, count): &(&'a Value, u32)| (!has_type(self.target(part), data), *count);
                let nearest = parts.iter().zip(counts).min_by_key(distance);
                nearest.map_or(0, |(part, _)| self.part(part, data, at))
            }
            fits if only_one && fits > 1 => {
                self.wrong(at, &|| "must fit only one of the alternatives".into())
            }
            _ => 0,
        }
    }

    /// What a schema that only refers to another comes to.
    fn target(&self, schema: &'a Value) -> &'a Value {
        let name = schema.get("$ref").and_then(Value::as_str);
        name.and_then(|name| definition(self.root, name)).unwrap_or(schema)
    }
}

/// The items of a value that should be a list.
pub(super) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
