//! One run: what a strategy holds. [`table`] has its tasks, [`ledger`] what it spends, [`ending`]
//! how it ends, [`lifecycle`] what happens to a task, [`outcome`] what the caller gets.

mod ending;
mod ledger;
mod lifecycle;
mod outcome;
mod table;

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::rc::Rc;

use futures::channel::oneshot;

use self::ending::Ending;
use self::ledger::Ledger;
use self::table::Table;
use super::account::Account;
use super::agent::Agent;
use super::limits::cache_gates::CacheGates;
use super::limits::latencies::Latencies;
use super::progress::Progress;
use super::settings::{Concurrency, Policy};
use super::task::{Task, TaskKey};
use super::trace::Tracer;
use crate::error::Failure;
use crate::json;
use crate::report::{Status, TaskResult};

/// Takes the result of one task.
pub type TakeResult = Box<dyn Fn(&TaskResult)>;

/// One run. Dropping its future cancels all that is under way.
pub struct Run {
    pub(in crate::engine) agent: Rc<Agent>,
    pub(in crate::engine) policy: Policy,
    pub(in crate::engine) progress: Progress,
    pub(in crate::engine) id: Rc<str>,
    pub(in crate::engine) strategy: &'static str,
    pub(in crate::engine) latencies: Latencies,
    pub(in crate::engine) cache_gates: CacheGates,
    pub(in crate::engine) tracer: OnceCell<Rc<dyn Tracer>>,
    /// Whether a call of another run waits for this one: then its calls go first.
    pub(in crate::engine) ahead: Cell<bool>,
    /// Whether listeners know that something is not kept in the store.
    pub(in crate::engine) told_unkept: Cell<bool>,
    started_ms: f64,
    table: Table,
    ledger: Ledger,
    ending: Ending,
    taker: OnceCell<TakeResult>,
}

impl fmt::Debug for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Run").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Run {
    /// A run that has not begun. A failure sent to the receiver ends it.
    pub fn new(
        agent: Rc<Agent>,
        policy: Policy,
        id: Rc<str>,
        thread_id: Rc<str>,
        strategy: &'static str,
    ) -> (Rc<Self>, oneshot::Receiver<Failure>) {
        let started_ms = agent.platform.now_ms();
        let (ending, stopped) = Ending::new(&*agent.platform, policy.deadline_ms);
        let run = Self {
            progress: Progress::new(Rc::clone(&id), thread_id, strategy, agent.has_prices(), started_ms),
            agent,
            policy,
            id,
            strategy,
            latencies: Latencies::default(),
            cache_gates: CacheGates::default(),
            tracer: OnceCell::new(),
            ahead: Cell::new(false),
            told_unkept: Cell::new(false),
            started_ms,
            table: Table::default(),
            ledger: Ledger::default(),
            ending,
            taker: OnceCell::new(),
        };
        (Rc::new(run), stopped)
    }

    /// Sets the tracer of the run.
    pub fn watch(&self, tracer: Rc<dyn Tracer>) {
        // A run has one tracer, given before it begins.
        let _ = self.tracer.set(tracer);
    }

    /// Has its calls go before those of other runs, since one of these waits for it.
    pub fn go_ahead(&self) {
        self.ahead.set(true);
    }

    /// Has the results handed out one by one at the end, in their order, and none in what `drive`
    /// gives: all of them together would take up as much memory as everything else about a run.
    pub fn hand_results_to(&self, taker: TakeResult) {
        // The first one counts.
        let _ = self.taker.set(taker);
    }

    /// Enters a phase of the strategy.
    pub fn step(&self, name: &'static str, status: &'static str) {
        self.enter(Some(name));
        self.progress.status(status);
    }

    pub(in crate::engine) fn enter(&self, step: Option<&'static str>) {
        self.progress.step(step, &self.table.rows(), &self.ledger.account(), self.now_ms());
    }

    /// Adds a task, one row of the results.
    pub fn add_task(&self, id: Rc<str>, kind: Rc<str>, dependencies: Rc<[usize]>) -> TaskKey {
        let position = self.table.next_position();
        self.progress.counters.total.set(self.table.total());
        self.add(Task { id, kind, dependencies, position, ..Task::default() })
    }

    /// Says how many tasks there will be, where they are added only when there is room for them.
    pub fn expect_tasks(&self, count: usize) {
        self.table.expect(count);
        self.progress.counters.total.set(self.table.total());
    }

    /// From now on tasks are counted and not listed: they are neither in the results nor in the
    /// table that listeners see.
    pub fn keep_no_results(&self) {
        self.table.drop_results();
    }

    /// Drops a task that is over, where results are not kept.
    pub fn evict(&self, key: TaskKey) {
        self.table.evict(key);
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

    /// Adds a call of the strategy's own, such as a summary; it counts in the account and is no
    /// task.
    pub fn add_auxiliary(&self, id: &str, kind: &str, needs: &[TaskKey]) -> TaskKey {
        let dependencies = needs.iter().map(|need| need.0).collect();
        self.add(Task { id: id.into(), kind: kind.into(), dependencies, ..Task::default() })
    }

    fn add(&self, task: Task) -> TaskKey {
        let key = self.table.add(task);
        if let Some(task) = self.table.row(key).filter(|task| task.position.is_some()) {
            self.progress.added(&task, &self.table.rows(), self.now_ms());
        }
        self.progress.emit_counters(&self.ledger.account());
        key
    }

    /// Marks a task that cannot run as skipped.
    pub fn skip(&self, key: TaskKey, status: Status, failure: Failure) {
        self.close(key, status, failure);
    }

    /// The status of a task, and its failure.
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

    pub(in crate::engine) fn attempts(&self, key: TaskKey) -> u32 {
        self.of_task(key, |task| task.account.attempts).unwrap_or_default()
    }

    pub(in crate::engine) fn now_ms(&self) -> f64 {
        self.agent.platform.now_ms()
    }

    /// What the run spent so far.
    pub(in crate::engine) fn account(&self) -> Account {
        self.ledger.account()
    }

    pub(in crate::engine) fn task_id(&self, key: TaskKey) -> Rc<str> {
        self.of_task(key, |task| Rc::clone(&task.id)).unwrap_or_default()
    }

    pub(in crate::engine) fn of_task<T>(&self, key: TaskKey, look: impl FnOnce(&Task) -> T) -> Option<T> {
        self.table.row(key).map(|task| look(&task))
    }

    pub(in crate::engine) fn with_task(&self, key: TaskKey, change: impl FnOnce(&mut Task)) {
        if let Some(mut task) = self.table.row_mut(key) {
            change(&mut task);
        }
    }
}
