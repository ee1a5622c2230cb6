//! Finds what a schema says that is not checked, or that is no JSON Schema: an answer must not pass
//! for checked when it was not.

use std::collections::HashMap;

use super::definition;
use super::formats::Format;
use super::keywords::{DESCRIBES, KEYWORDS, TYPES, Takes, UNCHECKED};
use crate::host::pattern::Pattern;
use crate::json::{self, Value};
use crate::nearest::{nearest, slip};

/// One thing in a schema that cannot be kept to.
#[derive(Debug)]
pub struct Unsupported<'a> {
    /// Where, from the schema on: `.properties.age.type`.
    pub path: String,
    /// What is wrong there, and the remedy.
    pub message: String,
    /// The value there.
    pub value: &'a Value,
}

/// What cannot be kept to in a schema; nothing where all can.
#[must_use]
pub fn unsupported(schema: &Value) -> Vec<Unsupported<'_>> {
    let mut search = Search { root: schema, found: Vec::new(), indexes: HashMap::new(), schemas: Vec::new() };
    search.add(schema, String::new());
    // All that is reached is added at the end.
    let mut next = 0;
    while let Some(&Reached { schema, ref path, .. }) = search.schemas.get(next) {
        let path = path.clone();
        search.look_at(next, schema, &path);
        next += 1;
    }
    search.find_circles();
    search.found
}

struct Search<'a> {
    root: &'a Value,
    found: Vec<Unsupported<'a>>,
    /// The index of each schema, by its address in memory.
    indexes: HashMap<*const Value, usize>,
    schemas: Vec<Reached<'a>>,
}

struct Reached<'a> {
    schema: &'a Value,
    path: String,
    /// The schemas that it puts on the same value.
    own: Vec<usize>,
}

impl<'a> Search<'a> {
    fn add(&mut self, schema: &'a Value, path: String) -> usize {
        let next = self.schemas.len();
        let index = *self.indexes.entry(std::ptr::from_ref(schema)).or_insert(next);
        if index == next {
            self.schemas.push(Reached { schema, path, own: Vec::new() });
        }
        index
    }

    fn wrong(&mut self, path: &str, value: &'a Value, message: String) {
        self.found.push(Unsupported { path: path.into(), message, value });
    }

    fn look_at(&mut self, index: usize, schema: &'a Value, path: &str) {
        let fields = match schema {
            Value::Object(fields) => fields,
            Value::Bool(_) => return,
            _ => {
                return self.wrong(
                    path,
                    schema,
                    "Expected a JSON Schema: an object, `true` or `false`.".into(),
                );
            }
        };
        for (keyword, value) in fields.iter() {
            let path = format!("{path}.{keyword}");
            match KEYWORDS.iter().find(|(name, _)| name == keyword) {
                Some((_, takes)) => self.keyword(index, *takes, value, path),
                None if UNCHECKED.contains(&&**keyword) => {
                    let message = format!(
                        "`{keyword}` cannot be checked. Say it with other keywords, or give a schema of a library such as Zod, which checks by itself."
                    );
                    self.wrong(&path, value, message);
                }
                None if DESCRIBES.contains(&&**keyword) => {}
                None => {
                    let known: Vec<&str> = KEYWORDS.iter().map(|(name, _)| *name).collect();
                    if let Some(near) = slip(keyword, &known) {
                        let message =
                            format!("JSON Schema has no keyword `{keyword}`. Did you mean `{near}`?");
                        self.wrong(&path, value, message);
                    }
                }
            }
        }
    }

    fn keyword(&mut self, index: usize, takes: Takes, value: &'a Value, path: String) {
        let own = matches!(takes, Takes::OwnSchema | Takes::OwnSchemas | Takes::OwnSchemasByName);
        let expected = match (takes, value) {
            (Takes::Schema | Takes::OwnSchema, _) => {
                self.inner(index, own, value, path);
                return;
            }
            (Takes::SchemaOrList, Value::Object(_) | Value::Bool(_)) => {
                self.inner(index, own, value, path);
                return;
            }
            (Takes::SchemaOrList | Takes::Schemas | Takes::OwnSchemas, Value::Array(schemas)) => {
                for (position, schema) in schemas.iter().enumerate() {
                    self.inner(index, own, schema, format!("{path}[{position}]"));
                }
                return;
            }
            (
                Takes::SchemasByName
                | Takes::OwnSchemasByName
                | Takes::SchemasByPattern
                | Takes::Dependencies,
                Value::Object(schemas),
            ) => {
                for (name, schema) in schemas.iter() {
                    let path = format!("{path}.{name}");
                    if takes == Takes::SchemasByPattern && Pattern::new(name).is_none() {
                        self.wrong(
                            &path,
                            schema,
                            format!("`{name}` is no regular expression of JavaScript."),
                        );
                    }
                    match schema {
                        Value::Array(_) if takes == Takes::Dependencies => {
                            self.keyword(index, Takes::Names, schema, path);
                        }
                        _ => self.inner(index, own || takes == Takes::Dependencies, schema, path),
                    }
                }
                return;
            }
            (Takes::Reference, Value::String(name)) => {
                match definition(self.root, name) {
                    Some(target) => {
                        let target = self.add(
                            target,
                            format!(".{}", name.trim_start_matches(['#', '/']).replace('/', ".")),
                        );
                        self.apply(index, target);
                    }
                    None => {
                        let message = format!(
                            "`{name}` is nowhere in the schema. A reference starts with `#` and leads to a part of the same schema, such as `#/$defs/name`."
                        );
                        self.wrong(&path, value, message);
                    }
                }
                return;
            }
            (Takes::Type, _) => return self.types(value, &path),
            (Takes::Pattern, Value::String(pattern)) if Pattern::new(pattern).is_some() => return,
            (Takes::Pattern, _) => "a regular expression of JavaScript, without slashes around it",
            (Takes::Format, Value::String(format)) => return self.format(index, format, value, &path),
            (Takes::Names, Value::Array(names)) if names.iter().all(Value::is_string) => return,
            (Takes::Count, count) if json::is_whole(count) && count.as_f64() >= Some(0.0) => return,
            (Takes::Number, Value::Number(bound))
                if !path.ends_with("multipleOf") || bound.as_f64() > Some(0.0) =>
            {
                return;
            }
            (Takes::Boolean, Value::Bool(_)) | (Takes::List, Value::Array(_)) | (Takes::Anything, _) => {
                return;
            }
            (Takes::Reference | Takes::Format, _) => "a string",
            (Takes::SchemaOrList, _) => "a schema",
            (Takes::Schemas | Takes::OwnSchemas, _) => "an array of schemas",
            (Takes::Names, _) => "an array of strings",
            (Takes::Count, _) => "a whole number from 0 up",
            (Takes::Number, _) if path.ends_with("multipleOf") => "a number above 0",
            (Takes::Number, _) => "a number",
            (Takes::Boolean, _) => "`true` or `false`",
            (Takes::List, _) => "an array of values",
            _ => "an object of schemas by name",
        };
        self.wrong(&path, value, format!("Expected {expected}."));
    }

    fn inner(&mut self, index: usize, own: bool, schema: &'a Value, path: String) {
        let inner = self.add(schema, path);
        if own {
            self.apply(index, inner);
        }
    }

    fn apply(&mut self, index: usize, to: usize) {
        if let Some(reached) = self.schemas.get_mut(index) {
            reached.own.push(to);
        }
    }

    fn types(&mut self, value: &'a Value, path: &str) {
        let names = match value {
            Value::Array(names) => names.as_slice(),
            one => std::slice::from_ref(one),
        };
        for name in names.iter().filter(|name| !TYPES.iter().any(|known| **name == *known)) {
            let hint = match name.as_str().map(|name| (nearest(name, TYPES), name)) {
                Some((Some(near), name)) if near.eq_ignore_ascii_case(name) => {
                    format!("JSON Schema writes types in lower case: `{near}`.")
                }
                Some((Some(near), _)) => format!("Did you mean `{near}`?"),
                _ => format!("Types are {}.", TYPES.join(", ")),
            };
            self.wrong(path, name, format!("There is no type {}. {hint}", json::print(name)));
        }
    }

    fn format(&mut self, index: usize, format: &str, value: &'a Value, path: &str) {
        // What a pattern beside it says is checked.
        let has_pattern =
            self.schemas.get(index).is_some_and(|reached| reached.schema.get("pattern").is_some());
        if !has_pattern && Format::new(format).is_none() {
            let message = format!(
                "The format `{format}` cannot be checked. Those that can are date, time, date-time, duration, email, hostname, ipv4, ipv6, uri and uuid. Leave it out, or say it with `pattern`."
            );
            self.wrong(path, value, message);
        }
    }

    /// Schemas that put themselves on the same value have no end. Takes away, again and again,
    /// those that put on none.
    fn find_circles(&mut self) {
        let mut users = vec![Vec::new(); self.schemas.len()];
        let mut open: Vec<usize> = self.schemas.iter().map(|reached| reached.own.len()).collect();
        for (index, reached) in self.schemas.iter().enumerate() {
            for &used in &reached.own {
                if let Some(users) = users.get_mut(used) {
                    users.push(index);
                }
            }
        }
        let mut ends: Vec<usize> = (0..open.len()).filter(|&index| open.get(index) == Some(&0)).collect();
        while let Some(end) = ends.pop() {
            for &user in users.get(end).into_iter().flatten() {
                if let Some(count) = open.get_mut(user) {
                    *count -= 1;
                    if *count == 0 {
                        ends.push(user);
                    }
                }
            }
        }
        let circle = open.iter().position(|count| *count > 0).and_then(|index| self.schemas.get(index));
        if let Some(&Reached { schema, ref path, .. }) = circle {
            let path = path.clone();
            let message = "It leads back to itself without going into a property or an item: no value could be checked.";
            self.wrong(&path, schema, message.into());
        }
    }
}
