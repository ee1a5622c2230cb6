//! What a run gives back. The names and units are the public API's.

use std::rc::Rc;

use crate::error::Failure;
use crate::json::{Map, ToJson, Value, json};
use crate::model::extras::Extras;

/// Where a task stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

impl ToJson for Status {
    fn to_json(&self) -> Value {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Retrying => "retrying",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
        }
        .into()
    }
}

/// What became of one task.
#[derive(Debug)]
pub struct TaskResult {
    /// The id that the caller gave.
    pub task_id: Rc<str>,
    /// How it ended.
    pub status: Status,
    /// The text; none when there is no answer.
    pub result: Option<Rc<str>>,
    /// What the model thought before it answered, where its provider shows that.
    pub reasoning: Option<Rc<str>>,
    /// Where the answer is from, and what came with it.
    pub extras: Option<Box<Extras>>,
    /// The answer as data, where a schema was given.
    pub data: Option<Rc<Value>>,
    /// Where tools were called: the text and the tool calls of each step, with their results.
    pub steps: Vec<Value>,
    /// Why there is no result.
    pub error: Option<Failure>,
    /// How it came about.
    pub metadata: TaskMetadata,
}

/// How one result came about. Times are milliseconds since the run began.
#[derive(Debug)]
pub struct TaskMetadata {
    /// The task's type.
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
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// The sums so far.
    pub metadata: RunMetadata,
    /// The ids of those at work.
    pub running: Vec<Rc<str>>,
    /// What the limits of its agent hold back.
    pub pools: Value,
}

/// The result of a run that resolves.
#[derive(Debug)]
pub struct RunResult {
    /// One for each task, in the order of the input.
    pub results: Vec<TaskResult>,
    /// What the pattern adds: `summary`, `winner`, `tally`, …
    pub outcome: Map,
    /// The sums.
    pub metadata: RunMetadata,
}

/// The error of a run that rejects, with all that was done until then.
#[derive(Debug)]
pub struct RunFailure {
    /// What ended the run.
    pub failure: Failure,
    /// The first task's failure behind it, where there is one.
    pub cause: Option<Failure>,
    /// As far as they came.
    pub results: Vec<TaskResult>,
    /// The sums so far.
    pub metadata: RunMetadata,
}

impl ToJson for TaskResult {
    fn to_json(&self) -> Value {
        let mut fields = Map::new();
        fields.add("taskId", &self.task_id);
        fields.add("status", &self.status);
        fields.add("result", &self.result);
        fields.add_some("reasoning", &self.reasoning);
        if let Some(data) = &self.data {
            fields.add("data", data);
        }
        if let Some(extras) = &self.extras {
            extras.add_to(&mut fields);
        }
        fields.add_some("steps", &self.steps);
        fields.add_some("error", &self.error);
        fields.add("metadata", &self.metadata);
        fields.into()
    }
}

impl ToJson for TaskMetadata {
    fn to_json(&self) -> Value {
        // Taken apart, so that no field can be left out.
        let Self {
            kind,
            model,
            provider,
            finish_reason,
            tokens,
            prompt_tokens,
            completion_tokens,
            cached_tokens,
            cache_write_tokens,
            reasoning_tokens,
            estimated,
            cost,
            provider_cost,
            tier,
            attempts,
            started_at_ms,
            duration_ms,
            waited_ms,
            from_store,
            request_id,
        } = self;
        json!({
            "type": kind,
            "model": model,
            "provider": provider,
            "finishReason": finish_reason,
            "tokens": tokens,
            "promptTokens": prompt_tokens,
            "completionTokens": completion_tokens,
            "cachedTokens": cached_tokens,
            "cacheWriteTokens": cache_write_tokens,
            "reasoningTokens": reasoning_tokens,
            "estimated": estimated,
            "cost": cost,
            "providerCost": provider_cost,
            "tier": tier,
            "attempts": attempts,
            "startedAtMs": started_at_ms,
            "durationMs": duration_ms,
            "waitedMs": waited_ms,
            "fromStore": from_store,
            "requestId": request_id,
        })
    }
}

impl ToJson for RunMetadata {
    fn to_json(&self) -> Value {
        // Taken apart, so that no field can be left out.
        let Self {
            run_id,
            strategy,
            total_tasks,
            completed_tasks,
            failed_tasks,
            skipped_tasks,
            cancelled_tasks,
            from_store_tasks,
            total_tokens,
            prompt_tokens,
            completion_tokens,
            total_cost,
            processing_time_ms,
            critical_path_ms,
            sequential_time_ms,
            max_concurrency,
            attempts,
            retries,
            hedges,
        } = self;
        json!({
            "runId": run_id,
            "strategy": strategy,
            "totalTasks": total_tasks,
            "completedTasks": completed_tasks,
            "failedTasks": failed_tasks,
            "skippedTasks": skipped_tasks,
            "cancelledTasks": cancelled_tasks,
            "fromStoreTasks": from_store_tasks,
            "totalTokens": total_tokens,
            "promptTokens": prompt_tokens,
            "completionTokens": completion_tokens,
            "totalCost": total_cost,
            "processingTimeMs": processing_time_ms,
            "criticalPathMs": critical_path_ms,
            "sequentialTimeMs": sequential_time_ms,
            "maxConcurrency": max_concurrency,
            "attempts": attempts,
            "retries": retries,
            "hedges": hedges,
        })
    }
}

impl ToJson for Snapshot {
    fn to_json(&self) -> Value {
        let mut snapshot = self.metadata.to_json();
        snapshot.set("running", self.running.to_json());
        snapshot.set("pools", self.pools.clone());
        snapshot
    }
}

impl ToJson for RunResult {
    fn to_json(&self) -> Value {
        let mut fields = Map::new();
        fields.add("results", &self.results);
        fields.extend(self.outcome.clone());
        fields.add("metadata", &self.metadata);
        fields.into()
    }
}

impl ToJson for RunFailure {
    fn to_json(&self) -> Value {
        let mut fields = self.failure.fields();
        fields.add_some("cause", &self.cause);
        fields.add("results", &self.results);
        fields.add("metadata", &self.metadata);
        fields.into()
    }
}
