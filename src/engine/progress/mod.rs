//! Reports how a run goes to its listeners, as AG-UI events. Builds nothing while there are none.
//!
//! A run is reported in three ways: its state (`counters`), a table with a row for each task
//! (`table`), and what each task says (`messages`). A late subscriber gets all three as they are by
//! then.

mod counters;
mod messages;
mod table;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::rc::Rc;

use self::counters::Counters;
use super::account::Account;
use super::task::Task;
use crate::error::Failure;
use crate::event::{Event, ModelUsage, Outcome};
use crate::json::{Value, json};
use crate::report::RunResult;

/// Where events go.
pub type Sink = Rc<dyn Fn(&Event<'_>)>;

type Tell<'a> = &'a dyn Fn(&Event<'_>);

/// The reporting side of one run.
pub struct Progress {
    sink: RefCell<Option<Sink>>,
    run_id: Rc<str>,
    thread_id: Rc<str>,
    strategy: &'static str,
    has_prices: bool,
    started_ms: f64,
    status: Cell<&'static str>,
    step: Cell<Option<&'static str>>,
    /// Whether there is something to patch: the first step has begun.
    shown: Cell<bool>,
    pub(super) counters: Counters,
}

impl fmt::Debug for Progress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Progress").field("run_id", &self.run_id).finish_non_exhaustive()
    }
}

impl Progress {
    pub(super) fn new(
        run_id: Rc<str>,
        thread_id: Rc<str>,
        strategy: &'static str,
        has_prices: bool,
        started_ms: f64,
    ) -> Self {
        Self {
            sink: RefCell::new(None),
            run_id,
            thread_id,
            strategy,
            has_prices,
            started_ms,
            status: Cell::new("starting"),
            step: Cell::new(None),
            shown: Cell::new(false),
            counters: Counters::default(),
        }
    }

    /// Replays the state of the run to `sink`, as if it had just begun.
    pub(super) fn replay(&self, sink: &Sink, tasks: &[Task], account: &Account, now_ms: f64) {
        // Patches go by what was told last, which has to be the same for all.
        self.emit_counters(account);
        let tell = &**sink;
        tell(&Event::RunStarted { thread_id: &self.thread_id, run_id: &self.run_id });
        if !self.shown.get() {
            return;
        }
        self.show(tell, tasks, account, now_ms);
        if let Some(step_name) = self.step.get() {
            tell(&Event::StepStarted { step_name });
        }
        for task in tasks.iter().filter(|task| task.started_at_ms.is_some()) {
            self.replay_task(tell, task, tasks);
        }
    }

    /// Sends everything to `sink` that happens from now on.
    pub(super) fn follow(&self, sink: Sink) {
        self.sink.replace(Some(sink));
    }

    fn show(&self, tell: Tell<'_>, tasks: &[Task], account: &Account, now_ms: f64) {
        self.tell_state(tell, account);
        self.tell_table(tell, tasks, now_ms);
    }

    #[inline(never)]
    fn send(&self, send: &dyn Fn(Tell<'_>)) {
        let sink = self.sink.borrow().clone();
        if let Some(sink) = sink {
            send(&*sink);
        }
    }

    /// The run enters a phase of its strategy; the one before it is over. The first phase shows the
    /// table: by then the strategy has added the tasks that it knows of.
    pub(super) fn step(&self, name: Option<&'static str>, tasks: &[Task], account: &Account, now_ms: f64) {
        if !self.shown.replace(true) {
            self.send(&|tell| self.show(tell, tasks, account, now_ms));
        }
        if let Some(step_name) = self.step.replace(name) {
            self.send(&|tell| tell(&Event::StepFinished { step_name }));
        }
        if let Some(step_name) = name {
            self.send(&|tell| tell(&Event::StepStarted { step_name }));
        }
    }

    /// Something that AG-UI has no event for.
    pub(super) fn custom(&self, name: &'static str, value: &dyn Fn() -> Value) {
        self.send(&|tell| tell(&Event::Custom { name, value: value() }));
    }

    /// The last event of a run. Everything else is closed by now.
    pub(super) fn finished(&self, end: &End<'_>) {
        self.send(&|tell| self.tell_end(tell, end));
        self.sink.replace(None);
    }

    pub(super) fn tell_end(&self, tell: Tell<'_>, end: &End<'_>) {
        let (thread_id, run_id) = (&*self.thread_id, &*self.run_id);
        tell(&match end {
            End::Success(result) => {
                Event::RunFinished { thread_id, run_id, result: *result, outcome: Outcome::Success }
            }
            End::Cancelled => {
                Event::RunFinished { thread_id, run_id, result: None, outcome: Outcome::Cancelled }
            }
            End::Error(failure, usage) => {
                Event::RunError { message: &failure.message, code: failure.code.name(), usage: usage() }
            }
        });
    }
}

/// How a run ends.
pub(super) enum End<'a> {
    /// With a result, which a late subscriber does not get again.
    Success(Option<&'a RunResult>),
    /// By its caller.
    Cancelled,
    /// With an error.
    Error(&'a Failure, &'a dyn Fn() -> Vec<ModelUsage<'a>>),
}

fn replace(path: String, value: Value) -> Value {
    json!({ "op": "replace", "path": path, "value": value })
}
