//! One run: what a strategy holds. Keeps the table of tasks, the deadline and the account, and ends as its policy says.

pub mod evicted;
pub mod ledger;
mod outcome;

use std::cell::{Cell, OnceCell, Ref, RefCell, RefMut};
use std::fmt;
use std::future::Future;
use std::rc::Rc;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::{Either, LocalBoxFuture, Shared, pending, select};

use self::evicted::{Forgotten, place};
use super::account::Account;
use super::agent::Agent;
use super::call::cache_warmup::Prefixes;
use super::call::hedge::Latencies;
use super::progress::Progress;
use super::settings::{Concurrency, Policy};
use super::task::{Task, TaskKey};
use super::trace::Tracer;
use crate::error::{Code, Failure};
use crate::host::number;
use crate::json;
use crate::model::usage::Usage;
use crate::report::Status;
use crate::report::TaskResult;

/// When a run has to be over.
#[derive(Clone)]
pub(super) struct Deadline {
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

/// Takes the result of one task.
pub type TakeResult = Box<dyn Fn(&TaskResult)>;

/// One run. Dropping its future cancels all that is under way.
pub struct Run {
    pub(super) agent: Rc<Agent>,
    pub(super) policy: Policy,
    pub(super) deadline: RefCell<Option<Deadline>>,
    pub(super) progress: Progress,
    pub(super) id: Rc<str>,
    pub(super) strategy: &'static str,
    pub(super) started_ms: f64,
    pub(super) tasks: RefCell<Vec<Task>>,
    pub(super) account: RefCell<Account>,
    pub(super) used_by: RefCell<Vec<(&'static str, Rc<str>, Usage)>>,
    pub(super) peak: Cell<usize>,
    pub(super) latencies: Latencies,
    pub(super) prefixes: Prefixes,
    pub(super) forgotten: RefCell<Forgotten>,
    pub(super) forgetful: Cell<bool>,
    pub(super) listed: Cell<usize>,
    expected: Cell<usize>,
    pub(super) lost: Cell<usize>,
    pub(super) from_store: Cell<usize>,
    all_added: Cell<bool>,
    /// Whether a call waits for it.
    pub(super) ahead: Cell<bool>,
    pub(super) in_flight: Cell<usize>,
    pub(super) vouched: Cell<bool>,
    /// Whether it was told that something is not kept.
    pub(super) told_unkept: Cell<bool>,
    /// How it ended, once it has.
    pub(super) ended: RefCell<Option<Result<(), Failure>>>,
    stop: RefCell<Option<oneshot::Sender<Failure>>>,
    pub(super) taker: OnceCell<TakeResult>,
    pub(super) tracer: OnceCell<Rc<dyn Tracer>>,
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Run").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Run {
    /// A run that has not begun. What is sent through the receiver ends it.
    pub fn new(
        agent: Rc<Agent>,
        policy: Policy,
        id: Rc<str>,
        thread_id: Rc<str>,
        strategy: &'static str,
    ) -> (Rc<Self>, oneshot::Receiver<Failure>) {
        let started_ms = agent.platform.now_ms();
        let deadline = policy.deadline_ms.map(|after_ms| Deadline {
            at_ms: started_ms + after_ms,
            over: agent.platform.sleep(after_ms).shared(),
            after_ms,
        });
        if let Some(deadline) = &deadline {
            // A timer runs from when it is first asked: now, and not with the first call.
            let _ = deadline.over.clone().now_or_never();
        }
        let (stop, stopped) = oneshot::channel();
        let run = Self {
            progress: Progress::new(Rc::clone(&id), thread_id, strategy, agent.has_prices(), started_ms),
            agent,
            policy,
            deadline: RefCell::new(deadline),
            id,
            strategy,
            started_ms,
            tasks: RefCell::default(),
            account: RefCell::default(),
            used_by: RefCell::default(),
            peak: Cell::new(0),
            latencies: Latencies::default(),
            prefixes: Prefixes::default(),
            lost: Cell::new(0),
            from_store: Cell::new(0),
            all_added: Cell::new(false),
            ahead: Cell::new(false),
            forgotten: RefCell::default(),
            forgetful: Cell::new(false),
            listed: Cell::new(0),
            expected: Cell::new(0),
            in_flight: Cell::new(0),
            vouched: Cell::new(false),
            told_unkept: Cell::new(false),
            ended: RefCell::default(),
            stop: RefCell::new(Some(stop)),
            taker: OnceCell::new(),
            tracer: OnceCell::new(),
        };
        (Rc::new(run), stopped)
    }

    /// Has its calls go before those of other runs, since one of these waits for it.
    pub fn go_ahead(&self) {
        self.ahead.set(true);
    }

    /// Has the results handed out one by one at the end, in their order, and none in what `drive` gives: all of them together
    /// would take up as much memory as everything else about a run.
    pub fn hand_results_to(&self, taker: TakeResult) {
        // The first one counts.
        let _ = self.taker.set(taker);
    }

    /// Ends the run; the first reason counts.
    pub fn stop(&self, failure: Failure) {
        if let Some(stop) = self.stop.borrow_mut().take() {
            // The receiver is gone only when the run is over.
            let _ = stop.send(failure);
        }
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.stop.borrow().is_none()
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

    /// Holds a call for ever once the run is over: nothing is sent between its end and its being dropped.
    pub(super) async fn unless_over(&self) {
        if self.is_over() {
            pending().await
        }
    }

    /// Enters a phase of the strategy.
    pub fn step(&self, name: &'static str, status: &'static str) {
        self.enter(Some(name));
        self.progress.status(status);
    }

    pub(super) fn enter(&self, step: Option<&'static str>) {
        self.progress.step(step, &self.tasks.borrow(), &self.account.borrow(), self.now_ms());
    }

    /// Adds a task, one row of the results.
    pub fn add_task(&self, id: Rc<str>, kind: Rc<str>, dependencies: Rc<[usize]>) -> TaskKey {
        let position = Some(self.listed.replace(self.listed.get() + 1)).filter(|_| !self.forgetful.get());
        self.progress.standing.total.set(self.total());
        self.add(Task { id, kind, dependencies, position, ..Task::default() })
    }

    /// Says how many tasks there will be, where they are added only when there is room for them.
    pub fn expect_tasks(&self, count: usize) {
        self.expected.set(count);
        self.progress.standing.total.set(self.total());
    }

    pub(super) fn total(&self) -> usize {
        self.expected.get().max(self.listed.get())
    }

    /// How many tasks are worth having at hand, so that calls never wait for one to be added.
    #[must_use]
    pub fn most_at_hand(&self) -> usize {
        const FEW: usize = 1024;
        match self.agent.limits.concurrency {
            Concurrency::Fixed(most) => most.saturating_mul(2).max(FEW),
            Concurrency::Auto => FEW,
        }
    }

    /// Says that there will be no more tasks than were added: from now on, a `quorum` that is out of reach ends the run.
    pub fn all_added(&self) {
        self.all_added.set(true);
        self.check_quorum();
    }

    pub(super) fn check_quorum(&self) {
        let Some(quorum) = self.policy.quorum.filter(|_| self.all_added.get() && !self.vouched.get()) else {
            return;
        };
        let total = self.total();
        let possible = total - self.lost.get();
        if possible < quorum {
            let message = format!(
                "Only {possible} of {total} tasks can still complete, and `quorum` asks for {quorum}."
            );
            self.stop(Failure::new(Code::QuorumNotMet, message));
        }
    }

    /// Adds a call of the strategy's own, such as a summary; it counts in the account and is no task.
    pub fn add_role(&self, id: &str, kind: &str, needs: &[TaskKey]) -> TaskKey {
        let dependencies = needs.iter().map(|need| need.0).collect();
        self.add(Task { id: id.into(), kind: kind.into(), dependencies, ..Task::default() })
    }

    fn add(&self, task: Task) -> TaskKey {
        let mut tasks = self.tasks.borrow_mut();
        let key = TaskKey(tasks.len() + self.forgotten.borrow().rows);
        tasks.push(Task { row: key.0, ..task });
        if let Some(task) = tasks.last().filter(|task| task.position.is_some()) {
            self.progress.added(task, &tasks, self.now_ms());
        }
        self.progress.stands(&self.account.borrow());
        key
    }

    /// Writes off a task that cannot run.
    pub fn skip(&self, key: TaskKey, status: Status, failure: Failure) {
        self.close(key, status, failure);
    }

    /// The run has a result, however many tasks completed.
    pub fn vouch(&self) {
        self.vouched.set(true);
    }

    /// Where a task stands, and what it failed with.
    #[must_use]
    pub fn outcome(&self, key: TaskKey) -> (Status, Option<Failure>) {
        self.of_task(key, |task| (task.status, task.failure.clone())).unwrap_or_default()
    }

    /// The answer of a task.
    #[must_use]
    pub fn text(&self, key: TaskKey) -> Option<Rc<str>> {
        self.of_task(key, |task| task.text.clone()).flatten()
    }

    /// The answer of a task as data, where its worker has a schema.
    #[must_use]
    pub fn data(&self, key: TaskKey) -> Option<Rc<json::Value>> {
        self.of_task(key, |task| task.data.clone()).flatten()
    }

    /// The tokens that a task used so far.
    #[must_use]
    pub fn tokens(&self, key: TaskKey) -> u64 {
        self.of_task(key, |task| task.account.usage.total()).unwrap_or_default()
    }

    /// A number from 0 up to 1.
    #[must_use]
    pub fn random(&self) -> f64 {
        self.agent.platform.random()
    }

    pub(super) fn attempts(&self, key: TaskKey) -> u32 {
        self.of_task(key, |task| task.account.attempts).unwrap_or_default()
    }

    pub(super) fn now_ms(&self) -> f64 {
        self.agent.platform.now_ms()
    }

    pub(super) fn deadline(&self) -> Option<Deadline> {
        self.deadline.borrow().clone()
    }

    pub(super) fn task_id(&self, key: TaskKey) -> Rc<str> {
        self.of_task(key, |task| Rc::clone(&task.id)).unwrap_or_default()
    }

    pub(super) fn of_task<T>(&self, key: TaskKey, look: impl FnOnce(&Task) -> T) -> Option<T> {
        self.row(key).map(|task| look(&task))
    }

    pub(super) fn with_task(&self, key: TaskKey, change: impl FnOnce(&mut Task)) {
        if let Some(mut task) = self.row_mut(key) {
            change(&mut task);
        }
    }

    #[inline(never)]
    fn row(&self, key: TaskKey) -> Option<Ref<'_, Task>> {
        Ref::filter_map(self.tasks.borrow(), |tasks| tasks.get(place(tasks, key)?)).ok()
    }

    #[inline(never)]
    fn row_mut(&self, key: TaskKey) -> Option<RefMut<'_, Task>> {
        RefMut::filter_map(self.tasks.borrow_mut(), |tasks| {
            let place = place(tasks, key)?;
            tasks.get_mut(place)
        })
        .ok()
    }
}
