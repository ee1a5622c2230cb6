//! Workers with tools: the tool calls of one message run at once, their results go back to the
//! model, and so on until it is done or `maxSteps` is reached. A turn that the provider paused goes
//! back to it as well.

use std::collections::HashMap;
use std::pin::pin;

use futures::future::{Either, select};

use crate::engine::join::collect;
use crate::engine::request::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::host::number;
use crate::json::{self, Fields, Map, Value, json};
use crate::model::completion::Completion;
use crate::model::message::{Content, Message, Role, Tool, ToolCall};
use crate::model::parts::parts_of_result;
use crate::model::schema::repair::repaired;
use crate::model::schema::validate::problems;
use crate::platform::late::set_late;

impl Run {
    /// Makes the call and runs the tools that the model asks for. What was said on the way is added
    /// to the call, so that a later request does not run the tools again. `first` is the first
    /// answer, where there is one already.
    pub(super) async fn with_tools(
        &self,
        task: TaskKey,
        call: &mut Call,
        mut first: Option<Answered>,
        ask: impl AsyncFn(&Call) -> Result<Answered, Failure>,
        run_tool: impl AsyncFn(&Call, (usize, &ToolCall), &Tool, Value) -> Result<Value, String>,
    ) -> Result<Answered, Failure> {
        let most = call.worker.max_steps;
        let is_step = |message: &&Message| !message.tool_calls.is_empty() || message.provider_data.is_some();
        let mut step = 1 + call.worker.own_turns(&call.messages).filter(is_step).count() as u32;
        let mut paused = Completion::default();
        loop {
            let mut answered = match first.take() {
                Some(answered) => answered,
                None => ask(call).await?,
            };
            if answered.completion.is_paused() && step < most {
                // What is sent back as it came goes on from there.
                call.messages.push(Message {
                    provider_data: answered.completion.provider_data,
                    ..Message::text(Role::Assistant, &*answered.completion.text)
                });
                paused.text.push_str(&answered.completion.text);
                paused.reasoning.push_str(&answered.completion.reasoning);
                answered.completion.extras.after(*std::mem::take(&mut paused.extras));
                paused.extras = answered.completion.extras;
                step += 1;
                continue;
            }
            let whole = std::mem::take(&mut paused);
            answered.completion.text.insert_str(0, &whole.text);
            answered.completion.reasoning.insert_str(0, &whole.reasoning);
            answered.completion.extras.after(*whole.extras);
            let Completion { text, reasoning, tool_calls, provider_data, finish_reason, .. } =
                &answered.completion;
            if tool_calls.is_empty() || step >= most {
                return Ok(answered);
            }
            let calls = named(tool_calls, step);
            paused.extras = answered.completion.extras.clone();
            self.text_discarded(task);
            let was_cut = finish_reason.as_deref() == Some("length");
            let results = self.run_tools(task, call, &calls, was_cut, &run_tool).await?;
            let made = calls.iter().zip(&results).map(|(call, result)| result.to_json(call));
            let mut entry = Map::new();
            entry.set("text", text);
            entry.set_some("reasoning", Some(reasoning).filter(|text| !text.is_empty()));
            entry.put("toolCalls", made.collect());
            self.with_task(task, |task| task.steps.push(entry.into()));
            call.messages.push(Message {
                tool_calls: calls.clone(),
                provider_data: provider_data.clone(),
                ..Message::text(Role::Assistant, text.as_str())
            });
            for (tool_call, result) in calls.into_iter().zip(results) {
                let message = Message::new(Role::Tool, result.content());
                call.messages.push(Message { tool_call_id: Some(tool_call.id), ..message });
            }
            step += 1;
        }
    }

    /// Runs the tools of one message, as many at once as `toolConcurrency` allows.
    async fn run_tools<'a>(
        &self,
        task: TaskKey,
        call: &Call,
        tool_calls: &'a [ToolCall],
        was_cut: bool,
        run_tool: &impl AsyncFn(&Call, (usize, &ToolCall), &Tool, Value) -> Result<Value, String>,
    ) -> Result<Vec<Made>, Failure> {
        for tool_call in tool_calls {
            self.with_task(task, |task| {
                // What a model asks of its tools is part of an answer that may have to be withheld.
                if task.withheld.is_none() {
                    self.progress.tool_called(task, tool_call);
                }
            });
        }
        let one = |indexed: (usize, &'a ToolCall)| async move {
            let made = match was_cut {
                true => Made { result: Err(CUT.into()), took_ms: 0.0 },
                false => self.run_tool(call, indexed, run_tool).await,
            };
            self.with_task(task, |task| {
                // Who was not told of a call is not told of its result.
                if task.calling.iter().any(|open| open.id == indexed.1.id) {
                    self.progress.tool_answered(task, indexed.1, &made.content().texts());
                }
            });
            made
        };
        let started = self.now_ms();
        let all = collect(self.policy.tool_concurrency, tool_calls.iter().enumerate().map(one));
        let results = self.before_deadline(pin!(all)).await;
        self.worked(task, self.now_ms() - started);
        results
    }

    /// Runs one tool. The model is told what goes wrong, and can correct it.
    async fn run_tool(
        &self,
        call: &Call,
        indexed: (usize, &ToolCall),
        run_tool: &impl AsyncFn(&Call, (usize, &ToolCall), &Tool, Value) -> Result<Value, String>,
    ) -> Made {
        let started = self.now_ms();
        let result = match prepared(&call.worker.tools, indexed.1) {
            Err(complaint) => Err(complaint),
            Ok((tool, arguments)) => run_tool(call, indexed, tool, arguments).await,
        };
        Made { result, took_ms: self.now_ms() - started }
    }

    /// Runs the function of a tool, within its time.
    pub(super) async fn execute(
        &self,
        task: TaskKey,
        tool: &Tool,
        arguments: Value,
    ) -> Result<Value, String> {
        if let Some(may_act) = self.of_task(task, |task| task.may_act.clone()).flatten()
            && !tool.read_only
        {
            may_act.await;
        }
        let after = self.policy.tool_timeout_ms;
        match select((tool.execute.0)(arguments), self.agent.platform.sleep(after)).await {
            Either::Left((result, _)) => result.map_err(|failure| failure.message.clone()),
            Either::Right((_, running)) => {
                set_late(true);
                drop(running);
                set_late(false);
                Err(format!("It took longer than {} ms and was stopped.", number::text(after)))
            }
        }
    }
}

/// What the model is told of calls in a message that was cut off: the last of them may be
/// incomplete.
const CUT: &str = "The message was cut off at the limit of tokens, so none of its calls was made. Call again, with shorter arguments.";

/// What a tool gave, or what went wrong.
struct Made {
    result: Result<Value, String>,
    took_ms: f64,
}

impl Made {
    /// As the model sees it.
    fn content(&self) -> Content {
        Content::Text(match &self.result {
            Ok(Value::String(text)) => text.as_str().into(),
            Ok(value) => match parts_of_result(value) {
                Some(parts) => return parts,
                None => json::print(value).into(),
            },
            Err(complaint) => format!("Error: {complaint}").into(),
        })
    }

    /// As the caller sees it.
    fn to_json(&self, call: &ToolCall) -> Value {
        let arguments = call.read().unwrap_or_else(|_| call.arguments.as_str().into());
        let (outcome, value) = match &self.result {
            Ok(value) => ("result", value.clone()),
            Err(complaint) => ("error", complaint.as_str().into()),
        };
        json!({ "id": call.id, "name": call.name, "arguments": arguments, outcome: value, "durationMs": self.took_ms })
    }
}

/// Some servers give calls no id, or each the same.
fn named(calls: &[ToolCall], step: u32) -> Vec<ToolCall> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for call in calls {
        *counts.entry(&call.id).or_default() += 1;
    }
    let twice = |id: &str| counts.get(id).is_some_and(|count| *count > 1);
    let rename = |(index, call): (usize, &ToolCall)| match call.id.as_str() {
        id if id.is_empty() || twice(id) => ToolCall { id: format!("call_{step}_{index}"), ..call.clone() },
        _ => call.clone(),
    };
    calls.iter().enumerate().map(rename).collect()
}

/// The tool that is called, with arguments that fit it.
fn prepared<'a>(tools: &'a [Tool], call: &ToolCall) -> Result<(&'a Tool, Value), String> {
    let Some(tool) = tools.iter().find(|tool| tool.name == call.name) else {
        let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_str()).collect();
        return Err(format!("There is no tool `{}`. There are: {}.", call.name, names.join(", ")));
    };
    // The words that the error has itself would bring those of every error of files along.
    let arguments = call.read().map_err(|error| match (error.line(), error.column()) {
        _ if error.is_eof() => "The arguments are no JSON: they end too early.".into(),
        (line, column) => format!("The arguments are no JSON at line {line}, column {column}."),
    })?;
    if tool.checks {
        return Ok((tool, arguments));
    }
    let found = problems(&tool.parameters, &arguments);
    if found.is_empty() {
        return Ok((tool, arguments));
    }
    let repaired = repaired(&tool.parameters, arguments);
    match problems(&tool.parameters, &repaired) {
        still if still.is_empty() => Ok((tool, repaired)),
        _ => Err(format!("The arguments do not fit: {}", found.join(" "))),
    }
}
