//! Counts what is wrong with data, each part of it against each part of the schema once, however
//! they refer to each other; then says what it is.

use std::collections::HashMap;

use super::definition;
use super::equality::{repeated, same};
use super::formats::Format;
use crate::host::number;
use crate::host::pattern::Pattern;
use crate::json::{self, Map, Value};

/// More problems than these do not help a model.
const MOST_TOLD: usize = 10;

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
        told: Vec::new(),
        depth: 0,
        too_deep: false,
    };
    let place = Place { above: None, step: Step::Whole };
    check.part(schema, data, Some(&place));
    if check.too_deep && check.told.is_empty() {
        // What was counted as wrong may have been denied.
        check.wrong(Some(&place), &|| TOO_DEEP.into());
    }
    check.told
}

const TOO_DEEP: &str = "is nested too deep to be checked";

struct Check<'a> {
    root: &'a Value,
    /// How many problems there are with a value, by the places in memory of a schema and of the
    /// value.
    counts: HashMap<(*const Value, *const Value), u32>,
    patterns: HashMap<&'a str, Option<Pattern>>,
    formats: HashMap<&'a str, Option<Format>>,
    told: Vec<String>,
    depth: usize,
    too_deep: bool,
}

/// Where a value stands. Put into words when there is something to say of it.
struct Place<'a> {
    above: Option<&'a Place<'a>>,
    step: Step<'a>,
}

#[derive(Clone, Copy)]
enum Step<'a> {
    Whole,
    Field(&'a str),
    Item(usize),
}

/// Where the value stands, if problems are to be told and not only counted.
type At<'a> = Option<&'a Place<'a>>;

impl<'a> Check<'a> {
    /// How many problems there are; tells them where there is a place for it.
    fn part(&mut self, schema: &'a Value, data: &Value, at: At<'_>) -> u32 {
        let pair = (std::ptr::from_ref(schema), std::ptr::from_ref(data));
        let count = match self.counts.get(&pair) {
            Some(&count) => count,
            None => {
                let count = self.visit(schema, data, None);
                self.counts.insert(pair, count);
                count
            }
        };
        if count > 0 && at.is_some() && self.told.len() < MOST_TOLD {
            self.visit(schema, data, at);
        }
        count
    }

    /// The same of a value within.
    fn inner(&mut self, schema: &'a Value, data: &Value, at: At<'_>, step: Step<'_>) -> u32 {
        match at {
            Some(_) => self.part(schema, data, Some(&Place { above: at, step })),
            None => self.part(schema, data, None),
        }
    }

    fn wrong(&mut self, at: At<'_>, what: &dyn Fn() -> String) -> u32 {
        if let Some(place) = at.filter(|_| self.told.len() < MOST_TOLD) {
            self.told.push(match place.path() {
                path if path.is_empty() => format!("the whole {}", what()),
                path => format!("`{path}` {}", what()),
            });
        }
        1
    }

    fn wrong_within(&mut self, at: At<'_>, step: Step<'_>, what: &dyn Fn() -> String) -> u32 {
        match at {
            Some(_) => self.wrong(Some(&Place { above: at, step }), what),
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
                let values: Vec<String> = list(value).iter().map(Value::to_string).collect();
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

    fn sum<T>(&mut self, parts: impl Iterator<Item = T>, mut count: impl FnMut(&mut Self, T) -> u32) -> u32 {
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

    fn text(&mut self, keyword: &str, value: &'a Value, text: &str, at: At<'_>) -> u32 {
        match keyword {
            "minLength" | "maxLength" => self.size(keyword, value, text.chars().count(), "characters", at),
            "pattern" if !self.matches(value, text) => {
                self.wrong(at, &|| format!("must match the pattern {}", json::print(value)))
            }
            "format" if !self.format(value).is_none_or(|format| format.has_text(text)) => {
                self.wrong(at, &|| format!("must be of the format {}", json::print(value)))
            }
            _ => 0,
        }
    }

    fn number(&mut self, keyword: &str, value: &'a Value, number: f64, at: At<'_>) -> u32 {
        if keyword == "format" {
            let fits = self.format(value).is_none_or(|format| format.has_number(number));
            return if fits {
                0
            } else {
                self.wrong(at, &|| format!("must be of the format {}", json::print(value)))
            };
        }
        let Some(bound) = value.as_f64() else { return 0 };
        let (fits, words) = match keyword {
            "minimum" => (number >= bound, "at least"),
            "maximum" => (number <= bound, "at most"),
            "exclusiveMinimum" => (number > bound, "above"),
            "exclusiveMaximum" => (number < bound, "below"),
            "multipleOf" => {
                let times = number / bound;
                // Tenths are not exact; and what divides without a rest may have too large a
                // quotient.
                ((times - times.round()).abs() <= 1e-9 || number % bound == 0.0, "a multiple of")
            }
            _ => return 0,
        };
        let told = || format!("must be {words} {}, not {}", number::text(bound), number::text(number));
        if fits { 0 } else { self.wrong(at, &told) }
    }

    fn size(&mut self, keyword: &str, bound: &Value, size: usize, what: &str, at: At<'_>) -> u32 {
        let (bound, size) = (bound.as_f64().unwrap_or_default(), size as f64);
        let (fits, words) =
            if keyword.starts_with("min") { (size >= bound, "at least") } else { (size <= bound, "at most") };
        let told = || format!("must have {words} {} {what}, not {}", number::text(bound), number::text(size));
        if fits { 0 } else { self.wrong(at, &told) }
    }

    fn items(
        &mut self,
        keyword: &str,
        value: &'a Value,
        schema: &'a Map,
        items: &[Value],
        at: At<'_>,
    ) -> u32 {
        match keyword {
            "minItems" | "maxItems" => self.size(keyword, value, items.len(), "items", at),
            "uniqueItems" if *value == Value::Bool(true) => self
                .sum(repeated(items).into_iter(), |check, index| {
                    check.wrong_within(at, Step::Item(index), &|| "must not come twice".into())
                }),
            "prefixItems" | "items" if value.as_array().is_some() => self
                .sum(list(value).iter().zip(items).enumerate(), |check, (index, (schema, item))| {
                    check.inner(schema, item, at, Step::Item(index))
                }),
            "items" | "additionalItems" => {
                // Those that a tuple does not name. Before 2020 a tuple was called `items`, and the
                // rest `additionalItems`.
                let tuple = if keyword == "items" { "prefixItems" } else { "items" };
                let named = schema.get(tuple).and_then(Value::as_array).map(Vec::len);
                let (None, "additionalItems") = (named, keyword) else {
                    return self
                        .sum(items.iter().enumerate().skip(named.unwrap_or(0)), |check, (index, item)| {
                            check.inner(value, item, at, Step::Item(index))
                        });
                };
                0
            }
            "contains" => {
                let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
                let fitting = items.iter().filter(|item| self.part(value, item, None) == 0).count() as f64;
                let least = bound("minContains").unwrap_or(1.0);
                let fits = least <= fitting && bound("maxContains").is_none_or(|most| fitting <= most);
                let told = || {
                    let most =
                        bound("maxContains").map(|most| format!(" and at most {}", number::text(most)));
                    let most = most.unwrap_or_default();
                    format!(
                        "must have at least {}{most} items that fit {}",
                        number::text(least),
                        json::print(value)
                    )
                };
                if fits { 0 } else { self.wrong(at, &told) }
            }
            _ => 0,
        }
    }

    fn fields(
        &mut self,
        keyword: &str,
        value: &'a Value,
        schema: &'a Map,
        fields: &Map,
        data: &Value,
        at: At<'_>,
    ) -> u32 {
        let entries = || value.as_object().into_iter().flat_map(Map::iter);
        match keyword {
            "minProperties" | "maxProperties" => self.size(keyword, value, fields.len(), "properties", at),
            "required" => self.required(value, fields, at),
            "properties" => self.sum(entries(), |check, (name, schema)| {
                fields.get(name).map_or(0, |field| check.inner(schema, field, at, Step::Field(name)))
            }),
            "patternProperties" => self.sum(entries(), |check, (pattern, schema)| {
                check.sum(fields.iter(), |check, (name, field)| {
                    if !check.pattern_matches(pattern, name) {
                        return 0;
                    }
                    check.inner(schema, field, at, Step::Field(name))
                })
            }),
            "additionalProperties" => self.sum(fields.iter(), |check, (name, field)| {
                let named = |keyword: &str| schema.get(keyword).and_then(Value::as_object);
                let mut patterns = named("patternProperties").into_iter().flat_map(Map::keys);
                if named("properties").is_some_and(|known| known.contains_key(name))
                    || patterns.any(|pattern| check.pattern_matches(pattern, name))
                {
                    return 0;
                }
                if *value == Value::Bool(false) {
                    return check.wrong_within(at, Step::Field(name), &|| "is not a known property".into());
                }
                check.inner(value, field, at, Step::Field(name))
            }),
            "propertyNames" => self.sum(fields.keys(), |check, name| {
                // A value of its own, which the counts must not remember.
                let (name, counts) = (Value::from(&**name), std::mem::take(&mut check.counts));
                let count = check.part(value, &name, None);
                check.counts = counts;
                if count == 0 {
                    return 0;
                }
                check.wrong(at, &|| {
                    format!("must not have a property named {name}: names must fit {}", json::print(value))
                })
            }),
            "dependentRequired" | "dependentSchemas" | "dependencies" => {
                self.sum(entries(), |check, (name, needs)| match needs {
                    _ if !fields.contains_key(name) => 0,
                    Value::Array(_) => check.required(needs, fields, at),
                    schema => check.part(schema, data, at),
                })
            }
            _ => 0,
        }
    }

    fn required(&mut self, names: &Value, fields: &Map, at: At<'_>) -> u32 {
        self.sum(list(names).iter().filter_map(Value::as_str), |check, name| {
            if fields.contains_key(name) {
                return 0;
            }
            check.wrong_within(at, Step::Field(name), &|| "is missing".into())
        })
    }

    fn matches(&mut self, pattern: &'a Value, text: &str) -> bool {
        pattern.as_str().is_none_or(|pattern| self.pattern_matches(pattern, text))
    }

    fn pattern_matches(&mut self, pattern: &'a str, text: &str) -> bool {
        let compiled = self.patterns.entry(pattern).or_insert_with(|| Pattern::new(pattern));
        compiled.as_ref().is_some_and(|pattern| pattern.matches(text))
    }

    fn format(&mut self, name: &'a Value) -> Option<&Format> {
        let name = name.as_str()?;
        self.formats.entry(name).or_insert_with(|| Format::new(name)).as_ref()
    }
}

impl Place<'_> {
    fn path(&self) -> String {
        let above = self.above.map(Place::path).unwrap_or_default();
        match self.step {
            Step::Whole => above,
            Step::Item(index) => format!("{above}[{index}]"),
            Step::Field(name) if above.is_empty() => name.into(),
            Step::Field(name) => format!("{above}.{name}"),
        }
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn types(schema: &Value) -> Option<Vec<&str>> {
    match schema.get("type")? {
        Value::String(name) => Some(vec![name]),
        Value::Array(names) => Some(names.iter().filter_map(Value::as_str).collect()),
        _ => None,
    }
}

fn has_type(schema: &Value, data: &Value) -> bool {
    let is = |name: &&str| match *name {
        "integer" => json::is_whole(data),
        name => type_of(data) == name,
    };
    let nullable = || data.is_null() && schema.get("nullable") == Some(&Value::Bool(true));
    types(schema).is_none_or(|names| names.iter().any(is) || nullable())
}

fn type_of(data: &Value) -> &'static str {
    match data {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
