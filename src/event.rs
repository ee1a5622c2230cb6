//! AG-UI 1.0 events, field by field as `@ag-ui/core/schemas` has them. Only their shape; `engine::progress` sends them.

use crate::json::{Map, ToJson, Value, json};
use crate::report::RunResult;

/// One event. `timestamp` is added where it leaves the core.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names and fields are AG-UI's, and documented there")]
pub enum Event<'a> {
    RunStarted {
        thread_id: &'a str,
        run_id: &'a str,
    },
    RunFinished {
        thread_id: &'a str,
        run_id: &'a str,
        result: Option<&'a RunResult>,
        outcome: Outcome,
    },
    RunError {
        message: &'a str,
        code: &'a str,
        usage: Vec<ModelUsage<'a>>,
    },
    StepStarted {
        step_name: &'a str,
    },
    StepFinished {
        step_name: &'a str,
    },
    SubagentStarted {
        subagent_run_id: &'a str,
        task_id: &'a str,
        name: &'a str,
        description: &'a str,
        metadata: Value,
    },
    SubagentFinished {
        subagent_run_id: &'a str,
        task_id: &'a str,
        outcome: Outcome,
    },
    SubagentError {
        subagent_run_id: &'a str,
        task_id: &'a str,
        message: &'a str,
        code: &'a str,
    },
    TextMessageStart {
        message_id: &'a str,
        role: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    TextMessageContent {
        message_id: &'a str,
        delta: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    TextMessageEnd {
        message_id: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    ToolCallStart {
        tool_call_id: &'a str,
        tool_call_name: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    ToolCallArgs {
        tool_call_id: &'a str,
        delta: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    ToolCallEnd {
        tool_call_id: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    ToolCallResult {
        message_id: &'a str,
        tool_call_id: &'a str,
        content: &'a str,
        role: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    /// Any of those of thoughts; `name` is its type.
    Reasoning {
        name: &'static str,
        message_id: &'a str,
        role: Option<&'a str>,
        delta: Option<&'a str>,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
    StateSnapshot {
        snapshot: Value,
    },
    StateDelta {
        delta: Value,
    },
    ActivitySnapshot {
        message_id: &'a str,
        activity_type: &'a str,
        content: Value,
        replace: bool,
    },
    ActivityDelta {
        message_id: &'a str,
        activity_type: &'a str,
        patch: Value,
    },
    Custom {
        name: &'a str,
        value: Value,
    },
}

/// How a run or a subagent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With a result.
    Success,
    /// By its caller.
    Cancelled,
}

/// What a model was used for, as AG-UI counts it.
#[derive(Debug)]
#[allow(missing_docs, reason = "the names are AG-UI's")]
pub struct ModelUsage<'a> {
    pub provider: &'a str,
    pub model: &'a str,
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub total_tokens: u64,
    pub reasoning_tokens: u64,
    pub cached_input_tokens: u64,
    pub cache_write_input_tokens: u64,
}

impl ToJson for Event<'_> {
    fn to_json(&self) -> Value {
        match self {
            Self::RunStarted { thread_id, run_id } => {
                json!({ "type": "RUN_STARTED", "threadId": thread_id, "runId": run_id })
            }
            Self::RunFinished { thread_id, run_id, result, outcome } => {
                let mut fields = Map::new();
                fields.add("type", &"RUN_FINISHED");
                fields.add("threadId", &thread_id);
                fields.add("runId", &run_id);
                fields.add_some("result", result);
                fields.add("outcome", &outcome);
                fields.into()
            }
            Self::RunError { message, code, usage } => {
                json!({ "type": "RUN_ERROR", "message": message, "code": code, "usage": usage })
            }
            Self::StepStarted { step_name } => json!({ "type": "STEP_STARTED", "stepName": step_name }),
            Self::StepFinished { step_name } => json!({ "type": "STEP_FINISHED", "stepName": step_name }),
            Self::SubagentStarted { subagent_run_id, task_id, name, description, metadata } => {
                json!({ "type": "SUBAGENT_STARTED", "subagentRunId": subagent_run_id, "taskId": task_id, "name": name, "description": description, "metadata": metadata })
            }
            Self::SubagentFinished { subagent_run_id, task_id, outcome } => {
                json!({ "type": "SUBAGENT_FINISHED", "subagentRunId": subagent_run_id, "taskId": task_id, "outcome": outcome })
            }
            Self::SubagentError { subagent_run_id, task_id, message, code } => {
                json!({ "type": "SUBAGENT_ERROR", "subagentRunId": subagent_run_id, "taskId": task_id, "message": message, "code": code })
            }
            Self::TextMessageStart { message_id, role, subagent_run_id, task_id } => {
                json!({ "type": "TEXT_MESSAGE_START", "messageId": message_id, "role": role, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::TextMessageContent { message_id, delta, subagent_run_id, task_id } => {
                json!({ "type": "TEXT_MESSAGE_CONTENT", "messageId": message_id, "delta": delta, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::TextMessageEnd { message_id, subagent_run_id, task_id } => {
                json!({ "type": "TEXT_MESSAGE_END", "messageId": message_id, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::ToolCallStart { tool_call_id, tool_call_name, subagent_run_id, task_id } => {
                json!({ "type": "TOOL_CALL_START", "toolCallId": tool_call_id, "toolCallName": tool_call_name, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::ToolCallArgs { tool_call_id, delta, subagent_run_id, task_id } => {
                json!({ "type": "TOOL_CALL_ARGS", "toolCallId": tool_call_id, "delta": delta, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::ToolCallEnd { tool_call_id, subagent_run_id, task_id } => {
                json!({ "type": "TOOL_CALL_END", "toolCallId": tool_call_id, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::ToolCallResult { message_id, tool_call_id, content, role, subagent_run_id, task_id } => {
                json!({ "type": "TOOL_CALL_RESULT", "messageId": message_id, "toolCallId": tool_call_id, "content": content, "role": role, "subagentRunId": subagent_run_id, "taskId": task_id })
            }
            Self::Reasoning { name, message_id, role, delta, subagent_run_id, task_id } => {
                let mut fields = Map::new();
                fields.add("type", name);
                fields.add("messageId", message_id);
                fields.add_some("role", role);
                fields.add_some("delta", delta);
                fields.add("subagentRunId", subagent_run_id);
                fields.add("taskId", task_id);
                fields.into()
            }
            Self::StateSnapshot { snapshot } => json!({ "type": "STATE_SNAPSHOT", "snapshot": snapshot }),
            Self::StateDelta { delta } => json!({ "type": "STATE_DELTA", "delta": delta }),
            Self::ActivitySnapshot { message_id, activity_type, content, replace } => {
                json!({ "type": "ACTIVITY_SNAPSHOT", "messageId": message_id, "activityType": activity_type, "content": content, "replace": replace })
            }
            Self::ActivityDelta { message_id, activity_type, patch } => {
                json!({ "type": "ACTIVITY_DELTA", "messageId": message_id, "activityType": activity_type, "patch": patch })
            }
            Self::Custom { name, value } => json!({ "type": "CUSTOM", "name": name, "value": value }),
        }
    }
}

impl ToJson for Outcome {
    fn to_json(&self) -> Value {
        json!({ "type": if *self == Self::Success { "success" } else { "cancelled" } })
    }
}

impl ToJson for ModelUsage<'_> {
    fn to_json(&self) -> Value {
        json!({
            "provider": self.provider,
            "model": self.model,
            "inputTokens": self.input_tokens,
            "outputTokens": self.output_tokens,
            "totalTokens": self.total_tokens,
            "reasoningTokens": self.reasoning_tokens,
            "cachedInputTokens": self.cached_input_tokens,
            "cacheWriteInputTokens": self.cache_write_input_tokens,
        })
    }
}
