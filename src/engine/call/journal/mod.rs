//! The journal: every answer, and every result of a tool, is kept in the caller's store, under a
//! hash of what determines it, and is not asked for again. A store that fails costs a warning and a
//! fresh call, never the run.

mod codec;

use std::future::Future;
use std::rc::Rc;

use futures::future::{Either, LocalBoxFuture, select};

use self::codec::Asker;
use crate::engine::request::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::store::{Claimed, Store, StoreError};
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::host::number;
use crate::json::{Value, json};
use crate::model::message::ToolCall;
use crate::model::worker::Worker;

/// Why answers of a function are not kept.
const UNNAMED_FUNCTION: &str = "A function that answers for a model, or gives its key, is not known again: its answers are kept where `storeNamespace` says whose they are, given with the function.";

/// Why nothing of a run is kept.
const UNNAMED_CALLER: &str = "The run has a key or headers other than its agent's: its answers are kept where `storeNamespace` says whose they are.";

/// How long a store may take; beyond that it counts as failed.
const PATIENCE_MS: f64 = 10_000.0;

impl Run {
    /// The answer that is stored, or a fresh one, which then is stored too.
    pub(super) async fn journaled(
        &self,
        task: TaskKey,
        call: &Call,
        ask: impl AsyncFnOnce() -> Result<Answered, Failure>,
    ) -> Result<Answered, Failure> {
        let Some(store) = self.agent.store.clone() else { return ask().await };
        let id = self.task_id(task);
        // An answer is kept under the worker that gave it: it is not another's, should others stand
        // behind the same one.
        let others = self.policy.fallbacks.iter().map(|worker| Rc::new(worker.in_place_of(&call.worker)));
        // Of the caller's own worker alone: two who wait for each other's would wait for ever.
        let mut claim = None;
        let workers =
            [Rc::clone(&call.worker)].into_iter().chain(others).flat_map(|worker| worker.each_deployment());
        for (index, worker) in workers.enumerate() {
            let Some(asker) = self.asker(task, &worker) else { continue };
            let key = asker.key_of_answer(&id, call);
            let claimed = if index == 0 { store.claim(&key) } else { None };
            let found = match claimed {
                Some(Claimed { value, claim: until_kept }) => {
                    claim = Some(until_kept);
                    // Another may be asking.
                    self.stored(value, self.policy.timeout_ms, task, codec::completion).await
                }
                None => self.stored(store.get(&key), PATIENCE_MS, task, codec::completion).await,
            };
            match found {
                Ok(Some(completion)) => {
                    self.begin(task);
                    return Ok(Answered { completion, worker, from_store: true });
                }
                Ok(None) => {}
                Err(_) => break,
            }
        }
        let answered = ask().await?;
        if let Some(asker) = self.asker(task, &answered.worker) {
            let key = asker.key_of_answer(&id, call);
            self.keep(&*store, task, &key, &codec::of_completion(&answered.completion)).await;
        }
        drop(claim);
        Ok(answered)
    }

    /// The owner of the answers of `worker`, if the store may have them. If not, listeners are told
    /// once.
    fn asker<'a>(&'a self, task: TaskKey, worker: &'a Worker) -> Option<Asker<'a>> {
        let keeping = &self.policy.keeping;
        let is_named = worker.complete.is_none() && worker.key_source.is_none();
        if keeping.answers && (is_named || keeping.functions) {
            return Some(Asker { namespace: keeping.namespace.as_deref(), worker });
        }
        if !self.told_unkept.replace(true) {
            let reason = if keeping.answers { UNNAMED_FUNCTION } else { UNNAMED_CALLER };
            self.note(task, "off", Some(&StoreError(reason.into())));
        }
        None
    }

    /// The result of a tool that is stored, or what `execute` gives now, which then is stored too,
    /// unless it failed. `index` is the position of the tool's call in the answer to `call`.
    pub(super) async fn journaled_tool(
        &self,
        task: TaskKey,
        call: &Call,
        (index, tool_call): (usize, &ToolCall),
        execute: impl Future<Output = Result<Value, String>>,
    ) -> Result<Value, String> {
        let store = self.agent.store.clone();
        let Some((store, asker)) = store.and_then(|store| Some((store, self.asker(task, &call.worker)?)))
        else {
            return execute.await;
        };
        let key = asker.key_of_result(&self.task_id(task), call, index, tool_call);
        if let Ok(Some(result)) = self.stored(store.get(&key), PATIENCE_MS, task, codec::result).await {
            return Ok(result);
        }
        let result = execute.await?;
        self.keep(&*store, task, &key, &codec::of_result(&result)).await;
        Ok(result)
    }

    async fn stored<T>(
        &self,
        value: LocalBoxFuture<'static, Result<Option<String>, StoreError>>,
        patience_ms: f64,
        task: TaskKey,
        decode: fn(&str) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let found = self.in_time(value, patience_ms).await;
        let found = found.and_then(|value| value.as_deref().map(decode).transpose());
        match &found {
            Ok(Some(_)) => self.note(task, "hit", None),
            Ok(None) => {}
            Err(error) => self.note(task, "unreadable", Some(error)),
        }
        found
    }

    async fn keep(&self, store: &dyn Store, task: TaskKey, key: &str, value: &str) {
        if let Err(error) = self.in_time(store.set(key, value), PATIENCE_MS).await {
            self.note(task, "unwritable", Some(&error));
        }
    }

    async fn in_time<T>(
        &self,
        answer: LocalBoxFuture<'static, Result<T, StoreError>>,
        patience_ms: f64,
    ) -> Result<T, StoreError> {
        match select(answer, self.agent.platform.sleep(patience_ms)).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => {
                let patience_s = number::text(patience_ms / 1000.0);
                Err(StoreError(format!("The store did not answer within {patience_s} s.")))
            }
        }
    }

    fn note(&self, task: TaskKey, status: &str, error: Option<&StoreError>) {
        self.progress.custom("journal", &|| {
            json!({ "taskId": self.task_id(task), "status": status, "message": error.map(ToString::to_string) })
        });
    }
}
