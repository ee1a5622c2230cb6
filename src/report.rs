//! What a run gives back. The names and units are the public API's.

use std::rc::Rc;

use serde::Serialize;

use crate::error::Failure;
use crate::json::{Map, Value};
use crate::model::extras::Extras;

/// Where a task stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// For its dependencies, a slot, a limit or the next try.
    #[default]
    Waiting,
    /// An attempt is under way.
    Running,
    /// An attempt failed; the next one waits for its time.
    Retrying,
    /// It has a result.
    Completed,
    /// It failed for good.
    Failed,
    /// A task that it needs has no result.
    Skipped,
    /// The run ended first.
    Cancelled,
}

impl Status {
    /// Whether nothing more will happen to it.
    #[must_use]
    pub fn is_final(self) -> bool {
        !matches!(self, Self::Waiting | Self::Running | Self::Retrying)
    }
}

/// What became of one task.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskResult {
    /// The id that the caller gave.
    pub task_id: Rc<str>,
    /// How it ended.
    pub status: Status,
    /// The text; none when there is no answer.
    pub result: Option<Rc<str>>,
    /// What the model thought before it answered, where its provider shows that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<Rc<str>>,
    /// Where the answer is from, and what came with it.
    #[serde(flatten)]
    pub extras: Option<Box<Extras>>,
    /// The answer as data, where a schema was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<Rc<Value>>,
    /// Where tools were called: the text and the tool calls of each step, with their results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Value>,
    /// Why there is no result.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Failure>,
    /// How it came about.
    pub metadata: TaskMetadata,
}

/// How one result came about. Times are milliseconds since the run began.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskMetadata {
    /// The task's type.
    #[serde(rename = "type")]
    pub kind: Rc<str>,
    /// Who answered, as the server names it.
    pub model: Option<Rc<str>>,
    /// By which provider.
    pub provider: Option<&'static str>,
    /// Why the model stopped: `stop`, `length`, `tool_calls`, `content_filter`.
    pub finish_reason: Option<Rc<str>>,
    /// Read and written, by all attempts.
    pub tokens: u64,
    /// Read.
    pub prompt_tokens: u64,
    /// Written.
    pub completion_tokens: u64,
    /// Read from the provider's cache.
    pub cached_tokens: u64,
    /// Put into the provider's cache.
    pub cache_write_tokens: u64,
    /// Written as thoughts.
    pub reasoning_tokens: u64,
    /// Whether any of the counts is an estimate.
    pub estimated: bool,
    /// Going by the caller's prices.
    pub cost: Option<f64>,
    /// In dollars, where the provider says it.
    pub provider_cost: Option<f64>,
    /// The tier that answered, where the provider says it.
    pub tier: Option<&'static str>,
    /// Requests sent.
    pub attempts: u32,
    /// When the first was sent.
    pub started_at_ms: Option<f64>,
    /// From then to the end.
    pub duration_ms: f64,
    /// Spent waiting for a slot, a limit or the next try.
    pub waited_ms: f64,
    /// Whether the answer came from the store.
    pub from_store: bool,
    /// The provider's id of the request that was answered.
    pub request_id: Option<Rc<str>>,
}

/// The sums of a run.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunMetadata {
    /// The run's name.
    pub run_id: Rc<str>,
    /// Which pattern ran.
    pub strategy: &'static str,
    /// Tasks in all.
    pub total_tasks: usize,
    /// With a result.
    pub completed_tasks: usize,
    /// Failed for good.
    pub failed_tasks: usize,
    /// Without what they depend on.
    pub skipped_tasks: usize,
    /// Cut off by the end of the run.
    pub cancelled_tasks: usize,
    /// Those with a result that came from the store.
    pub from_store_tasks: usize,
    /// Read and written, by everything that was sent.
    pub total_tokens: u64,
    /// Read.
    pub prompt_tokens: u64,
    /// Written.
    pub completion_tokens: u64,
    /// Going by the caller's prices; none where a price is missing.
    pub total_cost: Option<f64>,
    /// From the call to the result.
    pub processing_time_ms: f64,
    /// What the longest chain of tasks took: no run of this graph is faster.
    pub critical_path_ms: f64,
    /// What all tasks would have taken one after another.
    pub sequential_time_ms: f64,
    /// The most calls that were under way at once.
    pub max_concurrency: usize,
    /// Requests sent.
    pub attempts: u32,
    /// Those that repeated a failed one.
    pub retries: u32,
    /// Those that were twins of a slow one.
    pub hedges: u32,
}

/// Where a run stands.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The sums so far.
    #[serde(flatten)]
    pub metadata: RunMetadata,
    /// The ids of those at work.
    pub running: Vec<Rc<str>>,
    /// What the limits of its agent hold back.
    pub pools: Value,
}

/// The result of a run that resolves.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunResult {
    /// One for each task, in the order of the input.
    pub results: Vec<TaskResult>,
    /// What the pattern adds: `summary`, `winner`, `tally`, …
    #[serde(flatten)]
    pub outcome: Map,
    /// The sums.
    pub metadata: RunMetadata,
}

/// The error of a run that rejects, with all that was done until then.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RunFailure {
    /// What ended the run.
    #[serde(flatten)]
    pub failure: Failure,
    /// The first task's failure behind it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<Failure>,
    /// As far as they came.
    pub results: Vec<TaskResult>,
    /// The sums so far.
    pub metadata: RunMetadata,
}
