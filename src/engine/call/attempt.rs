//! One attempt: a request and its time-outs. An attempt that is dropped early is counted in the
//! account all the same.

use std::cell::Cell;
use std::pin::pin;

use futures::future::{Either, select};
use futures::pin_mut;

use super::parts::{Admission, AttemptOutcome, AttemptRequest, Leg};
use crate::engine::limits::cache_gates::WarmUp;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::host::number;
use crate::model::answer::Answer;
use crate::model::completion::{Completion, Delta};
use crate::model::exchange::exchange;
use crate::model::usage::{Told, Usage};
use crate::model::worker::Worker;
use crate::platform::late::set_late;

/// Counts one request from the moment it is sent.
pub(super) struct Meter<'a> {
    run: &'a Run,
    task: TaskKey,
    worker: &'a Worker,
    leg: Leg,
    warm_up: &'a WarmUp,
    prompt_bytes: usize,
    received_bytes: Cell<usize>,
    told: Told,
    sent_at_ms: f64,
    progress_at_ms: Cell<Option<f64>>,
    settled: Cell<bool>,
}

impl<'a> Meter<'a> {
    fn start(run: &'a Run, request: &AttemptRequest<'a>, leg: Leg) -> Self {
        let now = run.now_ms();
        run.attempt_started(request.task);
        Self {
            run,
            task: request.task,
            worker: request.worker,
            leg,
            warm_up: request.warm_up,
            prompt_bytes: request.prompt_bytes,
            received_bytes: Cell::new(0),
            told: Told::default(),
            sent_at_ms: now,
            progress_at_ms: Cell::new(None),
            settled: Cell::new(false),
        }
    }

    fn received(&self, delta: &Delta) {
        let bytes = delta.text.len() + delta.reasoning.len();
        self.received_bytes.set(self.received_bytes.get() + bytes);
        // Before the model writes, it may be thinking where nobody sees it: that is for `timeoutMs`
        // alone.
        if delta.is_written() || self.progress_at_ms.get().is_some() {
            self.progress_at_ms.set(Some(self.run.now_ms()));
        }
        drop(self.warm_up.take());
        if self.leg == Leg::Primary {
            if delta.voids_text {
                self.run.text_discarded(self.task);
            }
            if !delta.reasoning.is_empty() {
                self.run.thought_came(self.task, &delta.reasoning);
            }
            if !delta.text.is_empty() {
                self.run.text_came(self.task, &delta.text);
            }
        }
    }

    fn estimate(&self, written_bytes: usize) -> Usage {
        Usage::estimate(self.prompt_bytes, written_bytes)
    }

    /// What the attempt used: as the server says, with an estimate of what it has not said. Nothing
    /// is guessed of an attempt that was refused, or did not reach the server.
    fn usage_of(&self, answer: &Answer) -> Usage {
        let received = self.received_bytes.get();
        let is_free = |failure: &Failure| match failure.code {
            Code::ApiError | Code::RateLimited | Code::QuotaExceeded => received == 0,
            Code::Network => received == 0 && !failure.accepted,
            _ => false,
        };
        self.told.or(match &answer.outcome {
            Ok(Completion { text, reasoning, .. }) => self.estimate(text.len() + reasoning.len()),
            Err(failure) if is_free(failure) => Usage::default(),
            Err(_) => self.estimate(received),
        })
    }

    fn settle(&self, usage: Usage) -> f64 {
        let took_ms = self.run.now_ms() - self.sent_at_ms;
        if !self.settled.replace(true) {
            self.run.attempt_ended(self.task, self.worker, usage, took_ms);
        }
        took_ms
    }
}

impl Drop for Meter<'_> {
    /// Where an attempt is dropped after it was sent, the server has read the prompt.
    fn drop(&mut self) {
        self.settle(self.told.or(self.estimate(self.received_bytes.get())));
        drop(self.warm_up.take());
    }
}

impl Run {
    /// Sends the call once.
    pub(super) async fn attempt(
        &self,
        request: &AttemptRequest<'_>,
        admission: Admission,
        leg: Leg,
    ) -> AttemptOutcome {
        self.traced_attempt(request, leg == Leg::Hedge, pin!(self.send_once(request, admission, leg))).await
    }

    async fn send_once(
        &self,
        request: &AttemptRequest<'_>,
        admission: Admission,
        leg: Leg,
    ) -> AttemptOutcome {
        let Admission { permit, reservation } = admission;
        let meter = Meter::start(self, request, leg);
        permit.sent(reservation.amount.tokens);
        let on_delta = |delta: &Delta| meter.received(delta);
        let (platform, messages) = (&*self.agent.platform, &request.call.messages);
        let asked = exchange(platform, request.worker, messages, self.policy.stream, &on_delta, &meter.told);
        let overdue = self.overdue(&meter);
        let answer = {
            pin_mut!(asked, overdue);
            match select(asked, overdue).await {
                Either::Left((answer, _)) => answer,
                Either::Right((failure, _)) => {
                    set_late(true);
                    Err(failure).into()
                }
            }
        };
        set_late(false);
        let usage = meter.usage_of(&answer);
        let took_ms = meter.settle(usage);
        permit.settle(usage.total() as f64, &answer.limits);
        drop(reservation);
        if answer.outcome.is_ok() {
            permit.answered();
            permit.note_length(usage.completion_tokens);
            self.agent.retry_budget.success();
            if self.policy.hedge.is_some() {
                self.latencies.add(took_ms);
            }
        }
        AttemptOutcome { answer, permit, leg, took_ms, is_adapted: false }
    }

    /// Resolves when the attempt has taken too long in all, or between two pieces of its stream.
    /// One timer serves both: each piece only notes its time.
    async fn overdue(&self, meter: &Meter<'_>) -> Failure {
        let whole = self.policy.timeout_ms;
        let idle = if self.policy.stream { self.policy.idle_timeout_ms } else { whole };
        let first = self.policy.first_token_timeout_ms.filter(|_| self.policy.stream);
        loop {
            let now = self.now_ms();
            let since_sent = now - meter.sent_at_ms;
            let progress_at_ms = meter.progress_at_ms.get();
            let first_left = first.map_or(f64::INFINITY, |first| first - since_sent);
            let idle_left = progress_at_ms.map_or(first_left, |at| at + idle - now);
            if since_sent >= whole {
                return Failure::transient(
                    Code::Timeout,
                    format!("The attempt took longer than `timeoutMs` ({}).", number::text(whole)),
                );
            }
            if idle_left <= 0.0 && progress_at_ms.is_none() {
                return Failure::transient(
                    Code::Timeout,
                    format!(
                        "Nothing came within `firstTokenTimeoutMs` ({}).",
                        number::text(first.unwrap_or_default())
                    ),
                );
            }
            if idle_left <= 0.0 {
                return Failure::transient(
                    Code::Timeout,
                    format!(
                        "The stream stood still for longer than `idleTimeoutMs` ({}).",
                        number::text(idle)
                    ),
                );
            }
            self.agent.platform.sleep((whole - since_sent).min(idle_left).min(idle)).await;
        }
    }
}
