//! Fallbacks: where a worker fails for good, the next one is asked. A call that left the first one
//! because no call got through goes back to it once one does, unless it was sent by then: a small
//! fallback does not keep what was meant for the first.

use std::rc::Rc;

use super::parts::Place;
use crate::engine::limits::limiter::PoolId;
use crate::engine::request::{Answered, Call};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::json::json;
use crate::model::completion::Completion;
use crate::model::worker::Worker;

/// How often a call goes back. Others find out as well whether the first worker is there.
const RETURNS: u32 = 2;

impl Run {
    /// Asks the worker, then each fallback, until one answers.
    pub(super) async fn first_that_answers(
        &self,
        task: TaskKey,
        call: &Call,
        ask: impl AsyncFn(&Rc<Worker>, &Place) -> Result<(Completion, Rc<Worker>), Failure>,
    ) -> Result<Answered, Failure> {
        let fallbacks = &self.policy.fallbacks;
        let worker_at = |index: usize| match index.checked_sub(1).and_then(|index| fallbacks.get(index)) {
            Some(worker) => Rc::new(worker.in_place_of(&call.worker)),
            None => Rc::clone(&call.worker),
        };
        let (mut index, mut returns) = (0, 0);
        let mut place = Place { is_last: fallbacks.is_empty(), ..Place::default() };
        loop {
            let failure = match ask(&worker_at(index), &place).await {
                Ok((completion, worker)) => return Ok(Answered { completion, worker, from_store: false }),
                Err(failure) => failure,
            };
            let way_back = place.way_back.take();
            if way_back.is_none() && place.is_last || failure.code == Code::BudgetExceeded {
                return Err(failure);
            }
            let may_return = index == 0 && returns < RETURNS;
            let first = if may_return { self.left(&call.worker, &place) } else { place.first };
            if way_back.is_some() {
                (index, returns) = (0, returns + 1);
                place = Place { way_back: way_back.into(), ..Place::default() };
            } else {
                index += 1;
                place = Place { is_last: index == fallbacks.len(), first, ..Place::default() };
            }
            self.text_discarded(task);
            self.progress.custom(
                "fallback",
                &|| json!({ "taskId": self.task_id(task), "code": failure.code, "model": worker_at(index).model }),
            );
        }
    }

    /// The pool of a worker where no call gets through any more, if this one may go back to it: a
    /// number of retries that the caller names holds, and of several deployments another is asked.
    fn left(&self, worker: &Worker, place: &Place) -> Option<PoolId> {
        let limiter = &self.agent.limiter;
        let pool = limiter.pool(&worker.pool());
        let has_closed = limiter.with_pool(pool, |pool| pool.has_closed(self.now_ms()));
        let may_be_sent = self.policy.max_retries.is_none() || !place.is_sent.get();
        (has_closed.unwrap_or_default() && may_be_sent && worker.deployments.is_empty()).then_some(pool)
    }
}
