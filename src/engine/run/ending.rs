//! How and when a run ends: its deadline, what stopped it, its quorum, its verdict.

use std::cell::{Cell, Ref, RefCell};
use std::future::Future;
use std::pin::pin;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{Either, LocalBoxFuture, Shared, pending, select};

use super::Run;
use crate::error::{Code, Failure};
use crate::host::number;
use crate::platform::Platform;

/// When a run has to be over.
#[derive(Clone)]
pub(in crate::engine) struct Deadline {
    pub at_ms: f64,
    /// One timer, shared by all calls.
    pub over: Shared<LocalBoxFuture<'static, ()>>,
    after_ms: f64,
}

impl Deadline {
    pub fn exceeded(&self) -> Failure {
        Failure::new(
            Code::DeadlineExceeded,
            format!("The run reached its `deadlineMs` ({}).", number::text(self.after_ms)),
        )
    }
}

/// What decides how a run ends.
pub(super) struct Ending {
    deadline: RefCell<Option<Deadline>>,
    stop: RefCell<Option<oneshot::Sender<Failure>>>,
    /// There will be no more tasks than were added.
    all_added: Cell<bool>,
    /// Tasks that did not complete and never will.
    lost: Cell<usize>,
    /// The run has a result, however many tasks completed.
    has_result: Cell<bool>,
    /// How it ended, once it has.
    verdict: RefCell<Option<Result<(), Failure>>>,
}

impl Ending {
    /// The ending of a run that begins now. A failure sent to the receiver ends the run.
    pub fn new(platform: &dyn Platform, deadline_ms: Option<f64>) -> (Self, oneshot::Receiver<Failure>) {
        let deadline = deadline_ms.map(|after_ms| Deadline {
            at_ms: platform.now_ms() + after_ms,
            over: platform.sleep(after_ms).shared(),
            after_ms,
        });
        if let Some(deadline) = &deadline {
            // A timer runs from when it is first asked: now, and not with the first call.
            let _ = deadline.over.clone().now_or_never();
        }
        let (stop, stopped) = oneshot::channel();
        let ending = Self {
            deadline: RefCell::new(deadline),
            stop: RefCell::new(Some(stop)),
            all_added: Cell::new(false),
            lost: Cell::new(0),
            has_result: Cell::new(false),
            verdict: RefCell::default(),
        };
        (ending, stopped)
    }

    pub fn note_lost(&self) {
        self.lost.set(self.lost.get() + 1);
    }

    pub fn has_result(&self) -> bool {
        self.has_result.get()
    }

    /// How the run ended, once it has.
    pub fn verdict(&self) -> Ref<'_, Option<Result<(), Failure>>> {
        self.verdict.borrow()
    }

    /// The run is over. Its timer ends, even if the run is still held.
    pub fn close(&self, verdict: Result<(), Failure>) {
        self.deadline.take();
        self.verdict.replace(Some(verdict));
    }
}

impl Run {
    /// Ends the run; the first reason counts.
    pub fn stop(&self, failure: Failure) {
        if let Some(stop) = self.ending.stop.borrow_mut().take() {
            // The receiver is gone only when the run is over.
            let _ = stop.send(failure);
        }
    }

    pub(in crate::engine) fn is_stopped(&self) -> bool {
        self.ending.stop.borrow().is_none()
    }

    pub(in crate::engine) fn deadline(&self) -> Option<Deadline> {
        self.ending.deadline.borrow().clone()
    }

    /// Whether the run has been stopped, or its time is up.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let late = || self.deadline().is_some_and(|deadline| self.now_ms() >= deadline.at_ms);
        self.is_stopped() || late()
    }

    /// Waits for `answer`, and not beyond the deadline.
    ///
    /// # Errors
    /// When the deadline comes first.
    pub async fn before_deadline<T>(&self, answer: impl Future<Output = T> + Unpin) -> Result<T, Failure> {
        let Some(deadline) = self.deadline() else { return Ok(answer.await) };
        match select(answer, deadline.over.clone()).await {
            Either::Left((answer, _)) => Ok(answer),
            Either::Right(_) => Err(deadline.exceeded()),
        }
    }

    /// Begins nothing after the deadline, and waits no longer than it.
    ///
    /// # Errors
    /// When the deadline comes first.
    pub(in crate::engine) async fn before_its_deadline<T>(
        &self,
        ask: impl AsyncFnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        if let Some(deadline) = self.deadline().filter(|deadline| self.now_ms() >= deadline.at_ms) {
            return Err(deadline.exceeded());
        }
        self.before_deadline(pin!(ask())).await?
    }

    /// Holds a call for ever once the run is over: nothing is sent between its end and its being
    /// dropped.
    pub(in crate::engine) async fn unless_over(&self) {
        if self.is_over() {
            pending().await
        }
    }

    /// Says that there will be no more tasks than were added: from now on, a `quorum` that is out
    /// of reach ends the run.
    pub fn all_added(&self) {
        self.ending.all_added.set(true);
        self.check_quorum();
    }

    pub(super) fn check_quorum(&self) {
        let ending = &self.ending;
        let Some(quorum) = self.policy.quorum.filter(|_| ending.all_added.get() && !ending.has_result())
        else {
            return;
        };
        let total = self.table.total();
        let possible = total - ending.lost.get();
        if possible < quorum {
            let message = format!(
                "Only {possible} of {total} tasks can still complete, and `quorum` asks for {quorum}."
            );
            self.stop(Failure::new(Code::QuorumNotMet, message));
        }
    }

    /// The run has a result, however many tasks completed.
    pub fn mark_successful(&self) {
        self.ending.has_result.set(true);
    }
}
