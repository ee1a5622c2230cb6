//! AG-UI 1.0 events, field by field as `@ag-ui/core/schemas` has them. Only their shape;
//! `engine::progress` sends them.

use serde::Serialize;

use crate::json::Value;
use crate::report::RunResult;

/// One event. `timestamp` is added where it leaves the core.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "SCREAMING_SNAKE_CASE", rename_all_fields = "camelCase")]
#[allow(missing_docs, reason = "the names and fields are AG-UI's, and documented there")]
pub enum Event<'a> {
    RunStarted {
        thread_id: &'a str,
        run_id: &'a str,
    },
    RunFinished {
        thread_id: &'a str,
        run_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
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
        #[serde(skip)]
        row: usize,
    },
    TextMessageContent {
        message_id: &'a str,
        delta: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
        #[serde(skip)]
        row: usize,
    },
    TextMessageEnd {
        message_id: &'a str,
        subagent_run_id: &'a str,
        task_id: &'a str,
        #[serde(skip)]
        row: usize,
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
    /// Any of those of thoughts; `name` is its type.
    #[serde(untagged)]
    Reasoning {
        #[serde(rename = "type")]
        name: &'static str,
        message_id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        role: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        delta: Option<&'a str>,
        subagent_run_id: &'a str,
        task_id: &'a str,
    },
}

impl Event<'_> {
    /// The row of the task whose message of text it is of.
    #[must_use]
    pub fn text_row(&self) -> Option<usize> {
        match self {
            Self::TextMessageStart { row, .. }
            | Self::TextMessageContent { row, .. }
            | Self::TextMessageEnd { row, .. } => Some(*row),
            _ => None,
        }
    }
}

/// How a run or a subagent ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Outcome {
    /// With a result.
    Success,
    /// By its caller.
    Cancelled,
}

/// What a model was used for, as AG-UI counts it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
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
