//! One attempt: a request, its time-outs, and its place in the account. Dropped early, it is counted all the same.

use std::cell::Cell;

use futures::future::{Either, select};
use futures::pin_mut;

use super::call::Call;
use super::run::Run;
use super::task::TaskKey;
use crate::error::{Code, Failure};
use crate::model::completion::Completion;
use crate::model::exchange::{Answer, exchange};
use crate::model::usage::{Usage, prompt_bytes};
use crate::model::worker::Worker;

/// Counts one request from the moment it is sent.
pub(super) struct Meter<'a> {
    run: &'a Run,
    task: TaskKey,
    worker: &'a Worker,
    prompt_bytes: usize,
    received_bytes: Cell<usize>,
    sent_at_ms: f64,
    progress_at_ms: Cell<f64>,
    settled: Cell<bool>,
}

impl<'a> Meter<'a> {
    fn start(run: &'a Run, task: TaskKey, worker: &'a Worker, call: &Call) -> Self {
        let now = run.now_ms();
        run.attempt_started(task);
        Self {
            run,
            task,
            worker,
            prompt_bytes: prompt_bytes(&call.messages),
            received_bytes: Cell::new(0),
            sent_at_ms: now,
            progress_at_ms: Cell::new(now),
            settled: Cell::new(false),
        }
    }

    fn received(&self, text: &str) {
        self.received_bytes.set(self.received_bytes.get() + text.len());
        self.progress_at_ms.set(self.run.now_ms());
        if !text.is_empty() {
            self.run.text_came(self.task, text);
        }
    }

    fn estimate(&self) -> Usage {
        Usage::estimate(self.prompt_bytes, self.received_bytes.get())
    }

    /// What the attempt used: what the server says; nothing where it refused; else an estimate.
    fn usage_of(&self, outcome: &Result<Completion, Failure>) -> Usage {
        match outcome {
            Ok(Completion { usage: Some(usage), .. }) => *usage,
            Ok(completion) => Usage::estimate(self.prompt_bytes, completion.text.len()),
            // An error within a stream comes after the server has read the prompt.
            Err(_) if self.received_bytes.get() > 0 => self.estimate(),
            Err(failure) if failure.status.is_some() || failure.code == Code::Network => Usage::default(),
            Err(_) => self.estimate(),
        }
    }

    fn settle(&self, usage: Usage) {
        if !self.settled.replace(true) {
            self.run.attempt_ended(self.task, self.worker, usage, self.run.now_ms() - self.sent_at_ms);
        }
    }
}

impl Drop for Meter<'_> {
    /// An attempt that is dropped was aborted after it was sent: the server has read the prompt.
    fn drop(&mut self) {
        self.settle(self.estimate());
    }
}

/// What an attempt came to, and what it used.
pub(super) struct Attempted {
    pub answer: Answer,
    pub usage: Usage,
}

impl Run {
    /// Sends the call once.
    pub(super) async fn attempt(&self, task: TaskKey, call: &Call, worker: &Worker) -> Attempted {
        let meter = Meter::start(self, task, worker, call);
        let on_delta = |text: &str| meter.received(text);
        let asked = exchange(&*self.agent.platform, worker, &call.messages, self.policy.stream, &on_delta);
        let overdue = self.overdue(&meter);
        let answer = {
            pin_mut!(asked, overdue);
            match select(asked, overdue).await {
                Either::Left((answer, _)) => answer,
                Either::Right((failure, _)) => Err(failure).into(),
            }
        };
        let usage = meter.usage_of(&answer.outcome);
        meter.settle(usage);
        Attempted { answer, usage }
    }

    /// Resolves when the attempt has taken too long in all, or between two pieces of its stream. One timer serves both:
    /// a piece only notes when it came.
    async fn overdue(&self, meter: &Meter<'_>) -> Failure {
        let whole = self.policy.timeout_ms;
        let idle = if self.policy.stream { self.policy.idle_timeout_ms } else { whole };
        loop {
            let now = self.now_ms();
            let since_sent = now - meter.sent_at_ms;
            let since_piece = now - meter.progress_at_ms.get();
            if since_sent >= whole {
                return Failure::transient(
                    Code::Timeout,
                    format!("The attempt took longer than `timeoutMs` ({whole})."),
                );
            }
            // Until the first piece the model may be thinking: that is for `timeoutMs` alone.
            let begun = meter.progress_at_ms.get() > meter.sent_at_ms;
            if begun && since_piece >= idle {
                return Failure::transient(
                    Code::Timeout,
                    format!("The stream stood still for longer than `idleTimeoutMs` ({idle})."),
                );
            }
            let idle_left = if begun { idle - since_piece } else { idle };
            self.agent.platform.sleep((whole - since_sent).min(idle_left)).await;
        }
    }
}
