//! The keywords that look into data of one type: strings, numbers, arrays, objects.

use super::check::{Check, list};
use super::equality::repeated;
use super::formats::Format;
use super::location::{At, Step};
use crate::host::number;
use crate::host::pattern::Pattern;
use crate::json::{self, Map, Value};

impl<'a> Check<'a> {
    pub fn text(&mut self, keyword: &str, value: &'a Value, text: &str, at: At<'_>) -> u32 {
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

    pub fn number(&mut self, keyword: &str, value: &'a Value, number: f64, at: At<'_>) -> u32 {
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
        let problem = || format!("must be {words} {}, not {}", number::text(bound), number::text(number));
        if fits { 0 } else { self.wrong(at, &problem) }
    }

    fn size(&mut self, keyword: &str, bound: &Value, size: usize, what: &str, at: At<'_>) -> u32 {
        let (bound, size) = (bound.as_f64().unwrap_or_default(), size as f64);
        let (fits, words) =
            if keyword.starts_with("min") { (size >= bound, "at least") } else { (size <= bound, "at most") };
        let problem =
            || format!("must have {words} {} {what}, not {}", number::text(bound), number::text(size));
        if fits { 0 } else { self.wrong(at, &problem) }
    }

    pub fn items(
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
                let problem = || {
                    let most =
                        bound("maxContains").map(|most| format!(" and at most {}", number::text(most)));
                    let most = most.unwrap_or_default();
                    format!(
                        "must have at least {}{most} items that fit {}",
                        number::text(least),
                        json::print(value)
                    )
                };
                if fits { 0 } else { self.wrong(at, &problem) }
            }
            _ => 0,
        }
    }

    pub fn fields(
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
                    let (name, value) = (json::print(&name), json::print(value));
                    format!("must not have a property named {name}: names must fit {value}")
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
