//! Runs a strategy until its result, an abort, or a failure that ends the run. Then closes what is
//! open and adds everything up.

use std::future::Future;
use std::pin::pin;
use std::rc::Rc;

use futures::channel::oneshot;
use futures::future::{Either, select};

use super::Run;
use super::ledger::UsedBy;
use crate::engine::graph::Graph;
use crate::engine::progress::{End, Sink};
use crate::engine::settings::OnError;
use crate::engine::task::{Task, TaskKey};
use crate::error::{Code, Failure};
use crate::event::ModelUsage;
use crate::json::Map;
use crate::model::call_settings::Tier;
use crate::report::Status;
use crate::report::{RunFailure, RunMetadata, RunResult, Snapshot, TaskMetadata, TaskResult};

impl Run {
    /// Runs `strategy` to its end.
    ///
    /// # Errors
    /// When the caller aborts, when no task completes, when too few do, or when one fails under
    /// `onError: 'throw'`.
    pub async fn run_to_end(
        self: Rc<Self>,
        strategy: impl Future<Output = Result<Map, Failure>>,
        stopped: oneshot::Receiver<Failure>,
    ) -> Result<RunResult, Box<RunFailure>> {
        let outcome = {
            let strategy = pin!(strategy);
            match select(stopped, strategy).await {
                Either::Left((Ok(failure), _)) => Err(failure),
                // The sender lives in this run.
                Either::Left((Err(_), strategy)) => strategy.await,
                // The last task may have stopped the run in the very moment in which the strategy
                // came to its end.
                Either::Right((outcome, mut stopped)) => match stopped.try_recv() {
                    Ok(Some(failure)) => Err(failure),
                    _ => outcome,
                },
            }
        };
        // The strategy is dropped by now: every request is cancelled, and its share in the account.
        self.end(outcome)
    }

    fn end(&self, outcome: Result<Map, Failure>) -> Result<RunResult, Box<RunFailure>> {
        let cut_off = match &outcome {
            Err(failure) if failure.code == Code::Aborted => failure.clone(),
            _ => Failure::new(Code::Aborted, "The run ended before this task did."),
        };
        self.close_open_tasks(&cut_off);
        self.enter(None);
        let results = self.results();
        let metadata = self.metadata();
        let verdict = outcome.and_then(|outcome| self.judge(&metadata).map(|()| outcome));
        match verdict {
            Ok(outcome) => {
                self.progress.status("complete");
                let result = RunResult { results, outcome, metadata };
                // Where results are handed out one by one, the taker puts them into the event.
                let listed = Some(&result).filter(|_| self.taker.get().is_none());
                self.progress.finished(&End::Success(listed));
                self.ending.close(Ok(()));
                Ok(result)
            }
            Err(failure) => {
                let aborted = failure.code == Code::Aborted;
                self.progress.status(if aborted { "cancelled" } else { "failed" });
                let (failure, cause) = self.explain(failure);
                self.with_end(&Err(failure.clone()), |end| self.progress.finished(end));
                self.ending.close(Err(failure.clone()));
                Err(Box::new(RunFailure { failure, cause, results, metadata }))
            }
        }
    }

    /// Replays the state of the run to `listener`, and sends all later events to `sink`. After the
    /// end of the run, its end is replayed too.
    pub fn listen(&self, listener: &Sink, sink: Sink) {
        self.progress.replay(listener, &self.table.rows(), &self.ledger.account(), self.now_ms());
        match &*self.ending.verdict() {
            None => self.progress.follow(sink),
            Some(ended) => self.with_end(ended, |end| self.progress.tell_end(&**listener, end)),
        }
    }

    fn with_end(&self, ended: &Result<(), Failure>, tell: impl FnOnce(&End<'_>)) {
        let used_by = self.ledger.used_by();
        let usage = || used_by.iter().map(model_usage).collect();
        tell(&match ended {
            Ok(()) => End::Success(None),
            Err(failure) if failure.code == Code::Aborted => End::Cancelled,
            Err(failure) => End::Error(failure, &usage),
        });
    }

    fn close_open_tasks(&self, failure: &Failure) {
        let rows = self.table.rows();
        let open: Vec<TaskKey> =
            rows.iter().filter(|task| !task.status.is_final()).map(|task| TaskKey(task.row)).collect();
        drop(rows);
        for key in open {
            self.close(key, Status::Cancelled, failure.clone());
        }
        let counters = &self.progress.counters;
        counters.cancelled.set(counters.cancelled.get() + self.table.missing());
    }

    /// Whether enough tasks completed.
    fn judge(&self, metadata: &RunMetadata) -> Result<(), Failure> {
        let (done, total) = (metadata.completed_tasks, metadata.total_tasks);
        if self.ending.has_result() {
            return Ok(());
        }
        if done == 0 && total > 0 {
            let late = metadata.cancelled_tasks > 0 && metadata.failed_tasks == 0;
            let partial = self.table.rows().iter().any(|task| task.partial.is_some());
            return Err(match self.deadline() {
                // What was written until then is something.
                Some(_) if late && partial && self.policy.quorum.is_none() => return Ok(()),
                Some(deadline) if late => deadline.exceeded(),
                _ => Failure::new(Code::RunFailed, format!("None of {total} tasks completed.")),
            });
        }
        match self.policy.quorum {
            Some(quorum) if done < quorum => Err(Failure::new(
                Code::QuorumNotMet,
                format!("{done} of {total} tasks completed, and `quorum` asks for {quorum}."),
            )),
            _ => Ok(()),
        }
    }

    /// Names the first task that failed, since a caller wants to know why.
    fn explain(&self, failure: Failure) -> (Failure, Option<Failure>) {
        let (tasks, evicted) = (self.table.rows(), self.table.evicted());
        let rows = || evicted.first_failure.iter().chain(tasks.iter());
        let lost = |task: &&Task| {
            let cause = task.failure.as_ref().map(|cause| cause.code);
            task.status == Status::Failed
                || task.status == Status::Skipped && cause != Some(Code::DependencyFailed)
        };
        let is_thrown = |task: &&Task| task.failure.as_ref() == Some(&failure);
        let thrown = rows().filter(lost).find(is_thrown).filter(|_| self.policy.on_error == OnError::Throw);
        let summed_up = matches!(failure.code, Code::RunFailed | Code::QuorumNotMet);
        let first = || rows().filter(lost).min_by(|a, b| f64::total_cmp(&end(a), &end(b)));
        let culprit = thrown.or_else(|| first().filter(|_| summed_up));
        let Some((task, cause)) = culprit.and_then(|task| Some((task, task.failure.as_ref()?))) else {
            return (failure, None);
        };
        let thrown = thrown.is_some();
        let prefix = if thrown { String::new() } else { format!("{} ", failure.message) };
        let code = if thrown { Code::RunFailed } else { failure.code };
        let message = format!("{prefix}Task `{}` failed: {}", task.id, cause.message);
        let mut failure = cause.clone();
        failure.code = code;
        failure.message = message;
        (failure, Some(cause.clone()))
    }

    /// The result of a task so far.
    #[must_use]
    pub fn result(&self, key: TaskKey) -> Option<TaskResult> {
        let (now, has_prices) = (self.now_ms(), self.agent.has_prices());
        self.of_task(key, |task| result(task, now, self.started_ms, has_prices))
    }

    fn results(&self) -> Vec<TaskResult> {
        let now = self.now_ms();
        let has_prices = self.agent.has_prices();
        let tasks = self.table.rows();
        let mut listed: Vec<&Task> = tasks.iter().filter(|task| task.position.is_some()).collect();
        listed.sort_by_key(|task| task.position);
        let results = listed.into_iter().map(|task| result(task, now, self.started_ms, has_prices));
        match self.taker.get() {
            None => results.collect(),
            Some(take) => {
                results.for_each(|result| take(&result));
                Vec::new()
            }
        }
    }

    /// The sums so far, and the tasks under way.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let at_work = |task: &&Task| task.status == Status::Running;
        let running = self.table.rows().iter().filter(at_work).map(|task| Rc::clone(&task.id)).collect();
        Snapshot { metadata: self.metadata(), running, pools: self.agent.status().pools() }
    }

    fn metadata(&self) -> RunMetadata {
        let now = self.now_ms();
        let tasks = self.table.rows();
        let evicted = self.table.evicted();
        let counters = &self.progress.counters;
        let work = |index: usize| tasks.get(index).map_or(0.0, Task::work_ms);
        let graph =
            Graph::new(tasks.iter().map(|task| task.dependencies.to_vec()).collect()).unwrap_or_default();
        let account = self.ledger.account();
        RunMetadata {
            run_id: Rc::clone(&self.id),
            strategy: self.strategy,
            total_tasks: self.table.total(),
            completed_tasks: counters.completed.get(),
            failed_tasks: counters.failed.get(),
            skipped_tasks: counters.skipped.get(),
            cancelled_tasks: counters.cancelled.get(),
            from_store_tasks: self.ledger.from_store.get(),
            total_tokens: account.usage.total(),
            prompt_tokens: account.usage.prompt_tokens,
            completion_tokens: account.usage.completion_tokens,
            total_cost: account.total_cost(self.agent.has_prices()),
            processing_time_ms: now - self.started_ms,
            critical_path_ms: graph.critical_path(work).max(evicted.longest_ms),
            sequential_time_ms: evicted.sequential_ms + (0..tasks.len()).map(work).sum::<f64>(),
            max_concurrency: self.ledger.peak(),
            attempts: account.attempts,
            retries: account.retries,
            hedges: account.hedges,
        }
    }
}

fn end(task: &Task) -> f64 {
    task.ended_at_ms.unwrap_or(f64::INFINITY)
}

fn result(task: &Task, now_ms: f64, run_started_ms: f64, has_prices: bool) -> TaskResult {
    let account = &task.account;
    TaskResult {
        task_id: Rc::clone(&task.id),
        status: task.status,
        result: task.text.clone().or_else(|| task.partial.as_deref().map(Rc::from)),
        reasoning: task.reasoning.clone(),
        extras: task.extras.clone(),
        data: task.data.clone(),
        steps: task.steps.clone(),
        error: task.failure.clone(),
        metadata: TaskMetadata {
            kind: Rc::clone(&task.kind),
            model: task.model.clone(),
            provider: task.provider,
            finish_reason: task.finish_reason.clone(),
            tokens: account.usage.total(),
            prompt_tokens: account.usage.prompt_tokens,
            completion_tokens: account.usage.completion_tokens,
            cached_tokens: account.usage.cached_tokens,
            cache_write_tokens: account.usage.cache_write_tokens,
            reasoning_tokens: account.usage.reasoning_tokens,
            estimated: account.usage.estimated,
            cost: account.total_cost(has_prices),
            provider_cost: account.usage.provider_cost,
            tier: account.usage.tier.map(Tier::name),
            attempts: account.attempts,
            started_at_ms: task.started_at_ms.map(|at| at - run_started_ms),
            duration_ms: task.duration_ms(now_ms),
            waited_ms: task.waited_ms(now_ms),
            from_store: task.from_store,
            request_id: task.request_id.clone(),
        },
    }
}

fn model_usage(used: &UsedBy) -> ModelUsage<'_> {
    let UsedBy { provider, model, usage } = used;
    ModelUsage {
        provider,
        model,
        input_tokens: usage.prompt_tokens,
        output_tokens: usage.completion_tokens,
        total_tokens: usage.total(),
        reasoning_tokens: usage.reasoning_tokens,
        cached_input_tokens: usage.cached_tokens,
        cache_write_input_tokens: usage.cache_write_tokens,
    }
}
