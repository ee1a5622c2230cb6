//! Law: every stream of events is well-formed, that of a late subscriber too, and its patches make
//! the true state and table.

use std::collections::{BTreeMap, BTreeSet};

use parallelization_agent::json::{Value, json, to_value};
use parallelization_agent::report::Status;

use super::scenario::RunTrace;

fn text<'a>(event: &'a Value, field: &str) -> &'a str {
    event[field].as_str().unwrap_or_else(|| panic!("{field} is missing in {event}"))
}

fn place<'a>(table: &'a mut Value, path: &str) -> &'a mut Value {
    path.split('/').skip(1).fold(table, |place, step| match place {
        Value::Array(items) => &mut items[step.parse::<usize>().unwrap()],
        other => other.get_mut(step).unwrap_or_else(|| panic!("there is no {path}")),
    })
}

/// RFC 6902, as far as we write it.
fn apply(table: &mut Value, patch: &Value) {
    for step in patch.as_array().unwrap() {
        let (parent, last) = text(step, "path").rsplit_once('/').unwrap();
        let place = place(table, parent);
        let value = step["value"].clone();
        match (text(step, "op"), place) {
            ("add", Value::Array(items)) if last == "-" => items.push(value),
            ("replace", Value::Object(fields)) => {
                let old = fields.get_mut(last);
                *old.unwrap_or_else(|| panic!("only what is there can be replaced: {step}")) = value;
            }
            (op, place) => panic!("cannot {op} in {place}"),
        }
    }
}

#[derive(Default)]
struct Reader {
    steps: BTreeSet<String>,
    messages: BTreeMap<String, String>,
    calls: BTreeSet<String>,
    subagents: BTreeSet<String>,
    ended: BTreeSet<String>,
    seen: BTreeSet<String>,
    texts: BTreeMap<String, String>,
    table: Value,
    state: Value,
}

impl Reader {
    fn read(&mut self, event: &Value) {
        match text(event, "type") {
            "STEP_STARTED" => assert!(self.steps.insert(text(event, "stepName").into()), "{event}"),
            "STEP_FINISHED" => assert!(self.steps.remove(text(event, "stepName")), "{event}"),
            "SUBAGENT_STARTED" => {
                let id = text(event, "subagentRunId");
                assert!(!self.ended.contains(id) && self.subagents.insert(id.into()), "starts once: {event}");
            }
            "SUBAGENT_FINISHED" | "SUBAGENT_ERROR" => {
                let id = text(event, "subagentRunId");
                assert!(self.subagents.remove(id), "only what began can end: {event}");
                assert!(!self.messages.values().any(|owner| owner == id), "its messages are closed: {event}");
                self.ended.insert(id.into());
            }
            "TEXT_MESSAGE_START" => {
                let (id, owner) = (text(event, "messageId"), text(event, "subagentRunId"));
                assert!(self.subagents.contains(owner), "it belongs to an open subagent: {event}");
                assert!(self.seen.insert(id.into()), "an id is used once: {event}");
                self.messages.insert(id.into(), owner.into());
                self.texts.insert(owner.into(), String::new());
            }
            "TEXT_MESSAGE_CONTENT" => {
                assert!(self.messages.contains_key(text(event, "messageId")), "{event}");
                assert_ne!(text(event, "delta"), "");
                self.texts.get_mut(text(event, "subagentRunId")).unwrap().push_str(text(event, "delta"));
            }
            "TEXT_MESSAGE_END" => {
                assert!(self.messages.remove(text(event, "messageId")).is_some(), "{event}")
            }
            "TOOL_CALL_START" => {
                let (id, owner) = (text(event, "toolCallId"), text(event, "subagentRunId"));
                assert!(self.subagents.contains(owner), "it belongs to an open subagent: {event}");
                assert!(self.seen.insert(id.into()), "an id is used once: {event}");
                self.calls.insert(id.into());
            }
            "TOOL_CALL_ARGS" => assert!(self.calls.contains(text(event, "toolCallId")), "{event}"),
            "TOOL_CALL_END" => assert!(self.calls.remove(text(event, "toolCallId")), "{event}"),
            "TOOL_CALL_RESULT" => {
                let (id, called) = (text(event, "messageId"), text(event, "toolCallId"));
                assert!(self.seen.contains(called) && !self.calls.contains(called), "{event}");
                assert!(self.seen.insert(id.into()), "an id is used once: {event}");
            }
            "ACTIVITY_SNAPSHOT" => self.table = event["content"].clone(),
            "ACTIVITY_DELTA" => apply(&mut self.table, &event["patch"]),
            "STATE_SNAPSHOT" => self.state = event["snapshot"].clone(),
            "STATE_DELTA" => apply(&mut self.state, &event["delta"]),
            "CUSTOM" => drop(text(event, "name")),
            other => panic!("{other} stands in the middle"),
        }
    }
}

pub fn check(run: &RunTrace, events: &[Value]) {
    assert_eq!(text(&events[0], "type"), "RUN_STARTED");
    let (last, middle) = events[1..].split_last().unwrap();
    let mut reader = Reader::default();
    middle.iter().for_each(|event| reader.read(event));
    assert!(reader.steps.is_empty(), "every step is closed");
    assert!(reader.messages.is_empty(), "every message is closed");
    assert!(reader.calls.is_empty(), "every tool call is closed");
    assert!(reader.subagents.is_empty(), "every subagent is closed");
    let (results, metadata) = match &run.outcome {
        Ok(result) => (&result.results, &result.metadata),
        Err(failure) => (&failure.results, &failure.metadata),
    };
    match &run.outcome {
        Ok(_) => {
            assert_eq!((text(last, "type"), &last["outcome"]["type"]), ("RUN_FINISHED", &json!("success")))
        }
        Err(failure) if failure.failure.code.name() == "ABORTED" => {
            assert_eq!((text(last, "type"), &last["outcome"]["type"]), ("RUN_FINISHED", &json!("cancelled")));
        }
        Err(failure) => {
            assert_eq!((text(last, "type"), text(last, "code")), ("RUN_ERROR", failure.failure.code.name()));
        }
    }
    let Reader { state, .. } = &reader;
    assert_eq!(state["status"], reader.table["status"]);
    assert_eq!(state["runningTasks"], json!(0));
    let sums = to_value(metadata);
    for (name, sum) in state.as_object().unwrap().iter().filter(|(name, _)| sums.get(name).is_some()) {
        assert_eq!(*sum, sums[&**name], "{name}");
    }
    assert!(state.get("totalTokens").is_some_and(|tokens| *tokens == json!(metadata.total_tokens)));
    assert_eq!(reader.table["total_tasks"], json!(metadata.total_tasks));
    assert_eq!(reader.table["completed_tasks"], json!(metadata.completed_tasks));
    let rows = reader.table["results"].as_array().unwrap();
    assert_eq!(rows.len(), results.len());
    for (row, result) in rows.iter().zip(results) {
        assert_eq!(row["id"], json!(result.task_id));
        assert_eq!(row["status"], json!(result.status));
        assert_eq!(row["attempts"], json!(result.metadata.attempts), "{row}");
        assert_eq!(row["tokens"], json!(result.metadata.tokens), "{row}");
        assert_eq!(row["startedAtMs"], json!(result.metadata.started_at_ms.map(f64::round)), "{row}");
        assert_eq!(row["error"], json!(result.error.as_ref().map(|error| error.code)), "{row}");
        // Only of a completed task is the text promised to those who watch.
        if let Some(shown) = result.result.as_ref().filter(|_| result.status == Status::Completed) {
            let owner = format!("{}/{}", metadata.run_id, result.task_id);
            assert_eq!(reader.texts[&owner], **shown, "the last message of a task is its result");
        }
    }
}
