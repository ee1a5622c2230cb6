//! What an answer must look like: how a model is told, and how its answer is read.

pub mod closed;
pub(crate) mod repair;
pub mod validate;

use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

use futures::future::LocalBoxFuture;

use self::closed::{closed, closed_for_openai};
use self::repair::repaired;
use self::validate::problems;
use super::message::{Content, Message, Part, Role};
use crate::json::{self, Value};

/// A library's own check, such as Zod's. It may take its time, and may change what it is given.
pub trait Validate {
    /// The data as it is to be handed on.
    ///
    /// # Errors
    /// What is wrong with it, each problem with its path.
    fn validate(&self, data: Value) -> LocalBoxFuture<'_, Result<Value, Vec<String>>>;
}

/// What an answer must look like.
#[derive(Clone)]
pub struct Schema {
    /// As JSON Schema; none where a library cannot say it so.
    pub json: Option<Rc<Value>>,
    /// Checks in place of the JSON Schema.
    pub own: Option<Rc<dyn Validate>>,
    /// Whether the conversation says already what is asked for. An answer that is no JSON is then a
    /// text to be checked: a pattern can make something of a plain `7`.
    pub described_in_prompt: bool,
    made: Rc<Made>,
}

/// What is made of a schema once, since each attempt asks for it.
#[derive(Default)]
struct Made {
    written: OnceCell<String>,
    closed: OnceCell<Option<Value>>,
    closed_for_openai: OnceCell<Option<Value>>,
}

impl fmt::Debug for Schema {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Schema").field("json", &self.json).finish_non_exhaustive()
    }
}

impl PartialEq for Schema {
    fn eq(&self, other: &Self) -> bool {
        let same = |one: &Rc<dyn Validate>, other: &Rc<dyn Validate>| Rc::ptr_eq(one, other);
        self.json == other.json
            && match (&self.own, &other.own) {
                (Some(one), Some(other)) => same(one, other),
                (one, other) => one.is_none() && other.is_none(),
            }
    }
}

/// The most values of one text that are looked at.
const MOST_VALUES: usize = 16;

/// More problems than these do not help a model.
const MOST_PROBLEMS: usize = 10;

impl Schema {
    /// One that nothing is said of yet.
    #[must_use]
    pub fn new(json: Option<Value>, own: Option<Rc<dyn Validate>>) -> Self {
        Self::shared(json.map(Rc::new), own)
    }

    /// The same, of a JSON Schema that others have as well.
    #[must_use]
    pub fn shared(json: Option<Rc<Value>>, own: Option<Rc<dyn Validate>>) -> Self {
        Self { json, own, described_in_prompt: false, made: Rc::default() }
    }

    /// As text; empty where it has no JSON Schema.
    #[must_use]
    pub fn written(&self) -> &str {
        self.made.written.get_or_init(|| self.json.as_deref().map(json::print).unwrap_or_default())
    }

    /// As providers want it who keep to it word by word, if it can be put so.
    #[must_use]
    pub fn closed(&self) -> Option<&Value> {
        self.made.closed.get_or_init(|| closed(self.json.as_deref()?)).as_ref()
    }

    /// The same for OpenAI.
    #[must_use]
    pub fn closed_for_openai(&self) -> Option<&Value> {
        self.made.closed_for_openai.get_or_init(|| closed_for_openai(self.json.as_deref()?)).as_ref()
    }

    /// Plain JSON Schema.
    #[must_use]
    pub fn json(schema: Value) -> Self {
        Self::new(Some(schema), None)
    }

    /// The data in an answer, checked.
    ///
    /// # Errors
    /// What is wrong with it, in words for the model.
    pub async fn read(&self, text: &str) -> Result<Value, String> {
        let mut found = json::find_all(text);
        if found.is_empty() {
            if !self.described_in_prompt {
                return Err("there is no JSON in it".into());
            }
            found.push((text.len(), text.trim().into()));
        }
        // Drafts and examples come before the answer, and remarks behind it: the last value that
        // fits is meant.
        let values = || found.iter().rev().take(MOST_VALUES);
        let mut longest: Option<(usize, Vec<String>)> = None;
        for (length, value) in values() {
            match self.check(value.clone()).await {
                Ok(data) => return Ok(data),
                Err(problems) if longest.as_ref().is_none_or(|(other, _)| length > other) => {
                    longest = Some((*length, problems));
                }
                Err(_) => {}
            }
        }
        for (_, value) in values() {
            let Some(schema) = &self.json else { break };
            let repaired = repaired(schema, value.clone());
            if repaired != *value
                && let Ok(data) = self.check(repaired).await
            {
                return Ok(data);
            }
        }
        let problems = longest.map(|(_, problems)| problems).unwrap_or_default();
        Err(problems.into_iter().take(MOST_PROBLEMS).collect::<Vec<_>>().join("; "))
    }

    async fn check(&self, data: Value) -> Result<Value, Vec<String>> {
        match (&self.own, &self.json) {
            (Some(own), _) => own.validate(data).await,
            (None, Some(schema)) => match problems(schema, &data) {
                problems if problems.is_empty() => Ok(data),
                problems => Err(problems),
            },
            (None, None) => Ok(data),
        }
    }

    /// The conversation with a request for such an answer at the end of the last question.
    #[must_use]
    pub fn in_words(&self, messages: &[Message]) -> Vec<Message> {
        let mut messages = messages.to_vec();
        let words = match self.written() {
            "" => "Answer with JSON alone, without a word around it.".into(),
            schema => format!(
                "Answer with JSON alone, without a word around it, that fits this JSON Schema:\n{schema}"
            ),
        };
        if let Some(last) = messages.iter_mut().rfind(|message| message.role == Role::User) {
            last.content = match &last.content {
                Content::Text(text) => Content::Text(format!("{text}\n\n{words}").into()),
                Content::Parts(parts) => {
                    Content::Parts(parts.iter().cloned().chain([Part::Text(words)]).collect())
                }
            };
        }
        messages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::json;

    #[test]
    fn what_each_attempt_asks_of_a_schema_is_made_once_for_all_workers_that_have_it() {
        let properties = json!({ "name": { "type": "string" } });
        let given = json!({ "type": "object", "properties": properties, "required": ["name"] });
        let schema = Schema::json(given);
        let of_another_worker = schema.clone();
        assert!(std::ptr::eq(schema.written(), of_another_worker.written()));
        assert!(std::ptr::eq(schema.closed().unwrap(), of_another_worker.closed().unwrap()));
        let [one, other] = [&schema, &of_another_worker].map(|schema| schema.closed_for_openai().unwrap());
        assert!(std::ptr::eq(one, other));
    }
}
