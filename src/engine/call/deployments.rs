//! Several deployments as one model: a call goes where there is room. One that refuses or fails
//! cools down, and the call goes to the next; each has limits and counts of its own.

use std::rc::Rc;

use super::parts::{Persistence, Place};
use super::retry::MOST_ROUNDS;
use crate::engine::run::Run;
use crate::engine::settings::Policy;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::json::json;
use crate::model::completion::Completion;
use crate::model::worker::Worker;
use crate::platform::address::host_of;

/// How long a deployment that failed is not asked, as in LiteLLM's router. A longer wait that a
/// refusal asks for is kept.
const COOL_MS: f64 = 5_000.0;

/// How long a call waits at one that is paused while another is open.
const PATIENCE_MS: f64 = 1_000.0;

impl Run {
    /// Asks the worker, or its deployments one after another. Gives the answer and the one that
    /// gave it.
    pub(super) async fn where_there_is_room(
        &self,
        task: TaskKey,
        worker: &Rc<Worker>,
        place: &Place,
        ask: impl AsyncFn(&Rc<Worker>, Persistence<'_>) -> Result<Completion, Failure>,
    ) -> Result<(Completion, Rc<Worker>), Failure> {
        let wait_ms = self.policy.max_wait_ms;
        let retries = self.policy.max_retries.unwrap_or(Policy::RETRIES);
        let all = worker.each_deployment();
        if let [only] = &all[..] {
            let completion = ask(only, Persistence { retries, wait_ms, place }).await?;
            return Ok((completion, Rc::clone(only)));
        }
        let mut left: Vec<&Rc<Worker>> = all.iter().collect();
        let (mut round, mut is_hopeless) = (0, true);
        loop {
            let (index, opens_in_ms) = self.roomiest(&left);
            // Where all of them are paused, the one that opens first is waited for.
            let patience = if opens_in_ms > 0.0 { wait_ms } else { wait_ms.min(PATIENCE_MS) };
            let deployment = left.remove(index);
            let failure = match ask(deployment, Persistence { retries: 0, wait_ms: patience, place }).await {
                Ok(completion) => return Ok((completion, Rc::clone(deployment))),
                Err(failure) => failure,
            };
            if !is_of_deployment(&failure) || place.way_back.borrow().is_some() {
                return Err(failure);
            }
            if failure.code != Code::RateLimited {
                self.agent.limiter.pause(&deployment.pool(), COOL_MS);
            }
            is_hopeless &= !failure.transient && failure.code != Code::RateLimited;
            if left.is_empty() {
                round += 1;
                let is_refusal = failure.code == Code::RateLimited && failure.status.is_some();
                let most = if is_refusal { MOST_ROUNDS } else { retries };
                if is_hopeless || retries == 0 || round > most {
                    return Err(failure);
                }
                (left, is_hopeless) = (all.iter().collect(), true);
            }
            self.count_retry(task);
            self.retrying(task, &failure, 0.0);
            self.progress.custom("deployment", &|| {
                json!({
                    "taskId": self.task_id(task),
                    "code": failure.code,
                    "model": deployment.model,
                    "host": host_of(&deployment.base_url),
                })
            });
        }
    }

    /// The deployment that opens first, and in how long it opens. Of several, the one with the
    /// fewest calls.
    fn roomiest(&self, deployments: &[&Rc<Worker>]) -> (usize, f64) {
        // One time for all: it goes on between two looks, and the first would always open first.
        let now = self.now_ms();
        let load = |deployment: &&Rc<Worker>| {
            let (opens_at_ms, calls) = self.agent.limiter.load(&deployment.pool(), now);
            ((opens_at_ms - now).max(0.0), calls)
        };
        let loads = deployments.iter().map(load).enumerate();
        let least = loads.min_by(|(_, (a, x)), (_, (b, y))| a.total_cmp(b).then(x.cmp(y)));
        least.map_or((0, 0.0), |(index, (opens_in_ms, _))| (index, opens_in_ms))
    }
}

/// Whether another deployment may do better: not where the request itself is at fault, or the run.
fn is_of_deployment(failure: &Failure) -> bool {
    match failure.code {
        Code::RateLimited
        | Code::QuotaExceeded
        | Code::Timeout
        | Code::Network
        | Code::BadResponse
        | Code::Truncated
        | Code::CallbackFailed => true,
        // A wrong key is one deployment's, also where its server says so under 400.
        Code::ApiError => failure.option.is_some() || !matches!(failure.status, Some(400 | 413 | 422)),
        _ => false,
    }
}
