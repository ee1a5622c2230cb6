//! What each task says: its subagent, the messages of its text, the tools that it calls.

use std::cell::OnceCell;

use super::table::names;
use super::{Progress, Tell};
use crate::engine::task::Task;
use crate::event::{Event, Outcome};
use crate::json::json;
use crate::model::message::ToolCall;

/// The type of an event, its role and its piece.
type Thought<'a> = (&'static str, Option<&'a str>, Option<&'a str>);

const STARTS: [Thought<'_>; 2] =
    [("REASONING_START", None, None), ("REASONING_MESSAGE_START", Some("reasoning"), None)];
const CONTENT: &str = "REASONING_MESSAGE_CONTENT";
const ENDS: [Thought<'_>; 2] = [("REASONING_MESSAGE_END", None, None), ("REASONING_END", None, None)];

impl Progress {
    /// Replays a task to a late subscriber: its messages so far, or the last one if the task is
    /// over.
    pub(super) fn replay_task(&self, tell: Tell<'_>, task: &Task, tasks: &[Task]) {
        self.tell_subagent(tell, task, tasks);
        let text =
            task.open_text().or(task.text.as_deref().filter(|text| task.shown > 0 && !text.is_empty()));
        if let Some(text) = text {
            self.tell_message_start(tell, task);
            self.tell_delta(tell, task, text);
            if task.open_message.is_none() {
                self.tell_message_end(tell, task);
            }
        }
        if let Some(thought) = &task.open_thought {
            self.tell_thought(tell, task, &STARTS);
            self.tell_thought(tell, task, &[(CONTENT, None, Some(thought))]);
        }
        for call in &task.calling {
            self.tell_tool_call(tell, task, call);
        }
        if task.status.is_final() {
            self.tell_subagent_end(tell, task);
        }
    }

    /// A strategy's own calls may be named like a task; the number of their row tells them apart.
    fn subagent(&self, task: &Task) -> String {
        match task.position {
            Some(_) => format!("{}/{}", self.run_id, task.id),
            None => format!("{}/{}/{}", self.run_id, task.row, task.id),
        }
    }

    fn message(&self, task: &Task) -> String {
        match task.shown {
            0 | 1 => format!("{}/text", self.subagent(task)),
            again => format!("{}/text/{again}", self.subagent(task)),
        }
    }

    pub(in crate::engine) fn subagent_started(&self, task: &Task, tasks: &[Task]) {
        self.send(&|tell| self.tell_subagent(tell, task, tasks));
    }

    fn tell_subagent(&self, tell: Tell<'_>, task: &Task, tasks: &[Task]) {
        tell(&Event::SubagentStarted {
            subagent_run_id: &self.subagent(task),
            task_id: &task.id,
            name: &task.id,
            description: &task.kind,
            metadata: json!({ "dependencies": names(&task.dependencies, tasks) }),
        });
    }

    /// Sends a piece of a thought. The first piece opens its message.
    pub(in crate::engine) fn thought(&self, task: &mut Task, delta: &str) {
        let opens = task.open_thought.is_none();
        task.thoughts += u32::from(opens);
        task.open_thought.get_or_insert_default().push_str(delta);
        self.send(&|tell| {
            if opens {
                self.tell_thought(tell, task, &STARTS);
            }
            self.tell_thought(tell, task, &[(CONTENT, None, Some(delta))]);
        });
    }

    fn thought_end(&self, task: &mut Task) {
        if task.open_thought.take().is_some() {
            self.send(&|tell| self.tell_thought(tell, task, &ENDS));
        }
    }

    /// Events of a message of thoughts: the type of each, its role and its piece.
    fn tell_thought(&self, tell: Tell<'_>, task: &Task, events: &[Thought<'_>]) {
        let subagent_run_id = &self.subagent(task);
        let message_id = &match task.thoughts {
            0 | 1 => format!("{subagent_run_id}/reasoning"),
            again => format!("{subagent_run_id}/reasoning/{again}"),
        };
        for &(name, role, delta) in events {
            tell(&Event::Reasoning { name, message_id, role, delta, subagent_run_id, task_id: &task.id });
        }
    }

    /// Sends a piece of text. The first piece opens its message.
    pub(in crate::engine) fn delta(&self, task: &mut Task, delta: &str) {
        self.thought_end(task);
        let opens = task.open_message.is_none();
        task.shown += u32::from(opens);
        task.open_message.get_or_insert_default().text.push_str(delta);
        self.send(&|tell| {
            if opens {
                self.tell_message_start(tell, task);
            }
            self.tell_delta(tell, task, delta);
        });
    }

    fn tell_message_start(&self, tell: Tell<'_>, task: &Task) {
        let (message_id, subagent_run_id) = (&self.message(task), &self.subagent(task));
        let (task_id, row) = (&*task.id, task.row);
        tell(&Event::TextMessageStart { message_id, role: "assistant", subagent_run_id, task_id, row });
    }

    fn tell_delta(&self, tell: Tell<'_>, task: &Task, delta: &str) {
        let closed = OnceCell::new();
        let ids = task.open_message.as_ref().map_or(&closed, |message| &message.ids);
        let (message_id, subagent_run_id) = ids.get_or_init(|| (self.message(task), self.subagent(task)));
        let (task_id, row) = (&*task.id, task.row);
        tell(&Event::TextMessageContent { message_id, delta, subagent_run_id, task_id, row });
    }

    pub(in crate::engine) fn message_end(&self, task: &mut Task) {
        self.thought_end(task);
        if task.open_message.take().is_some() {
            self.send(&|tell| self.tell_message_end(tell, task));
        }
    }

    fn tell_message_end(&self, tell: Tell<'_>, task: &Task) {
        let (message_id, subagent_run_id) = (&self.message(task), &self.subagent(task));
        tell(&Event::TextMessageEnd { message_id, subagent_run_id, task_id: &task.id, row: task.row });
    }

    pub(in crate::engine) fn subagent_ended(&self, task: &Task) {
        self.send(&|tell| self.tell_subagent_end(tell, task));
    }

    fn tell_subagent_end(&self, tell: Tell<'_>, task: &Task) {
        let subagent_run_id = &self.subagent(task);
        tell(&match &task.failure {
            None => Event::SubagentFinished { subagent_run_id, task_id: &task.id, outcome: Outcome::Success },
            Some(failure) => Event::SubagentError {
                subagent_run_id,
                task_id: &task.id,
                message: &failure.message,
                code: failure.code.name(),
            },
        });
    }

    /// The model asked for a tool.
    pub(in crate::engine) fn tool_called(&self, task: &mut Task, call: &ToolCall) {
        self.send(&|tell| self.tell_tool_call(tell, task, call));
        task.calling.push_back(call.clone());
    }

    fn tell_tool_call(&self, tell: Tell<'_>, task: &Task, call: &ToolCall) {
        let (tool_call_id, subagent_run_id) = (&self.tool_call(task, call), &self.subagent(task));
        tell(&Event::ToolCallStart {
            tool_call_id,
            tool_call_name: &call.name,
            subagent_run_id,
            task_id: &task.id,
        });
        if !call.arguments.is_empty() {
            tell(&Event::ToolCallArgs {
                tool_call_id,
                delta: &call.arguments,
                subagent_run_id,
                task_id: &task.id,
            });
        }
        tell(&Event::ToolCallEnd { tool_call_id, subagent_run_id, task_id: &task.id });
    }

    /// A tool gave its result.
    pub(in crate::engine) fn tool_answered(&self, task: &mut Task, call: &ToolCall, content: &str) {
        // Mostly one of the first.
        if let Some(index) = task.calling.iter().position(|open| open.id == call.id) {
            task.calling.remove(index);
        }
        self.send(&|tell| {
            let (tool_call_id, subagent_run_id) = (&self.tool_call(task, call), &self.subagent(task));
            let message_id = &format!("{tool_call_id}/result");
            tell(&Event::ToolCallResult {
                message_id,
                tool_call_id,
                content,
                role: "tool",
                subagent_run_id,
                task_id: &task.id,
            });
        });
    }

    /// Models name their calls anew in each message.
    fn tool_call(&self, task: &Task, call: &ToolCall) -> String {
        format!("{}/{}/{}", self.subagent(task), task.steps.len(), call.id)
    }
}
