//! Tasks whose results were handed over and are not kept: they leave the table, and only their sums stay. So there is room
//! for a batch without end.

use super::Run;
use crate::engine::task::{Task, TaskKey};
use crate::report::Status;

/// What stays of them.
#[derive(Debug, Default)]
pub(in crate::engine) struct Forgotten {
    /// How many have left the table, and how many are still to be swept out.
    pub rows: usize,
    empty: usize,
    pub longest_ms: f64,
    pub sequential_ms: f64,
    /// The first that failed, since it may be why the run fails.
    pub culprit: Option<Task>,
}

impl Forgotten {
    fn take_in(&mut self, task: Task) {
        let took_ms = task.work_ms();
        self.empty += 1;
        self.sequential_ms += took_ms;
        self.longest_ms = self.longest_ms.max(took_ms);
        if !matches!(task.status, Status::Completed | Status::Cancelled) {
            self.culprit.get_or_insert(task);
        }
    }

    /// Sweeps the table once half of it is empty: to close each gap at once would move all others each time.
    fn sweep(&mut self, tasks: &mut Vec<Task>) {
        if self.empty * 2 > tasks.len() {
            tasks.retain(|task| !task.forgotten);
            self.rows += std::mem::take(&mut self.empty);
        }
    }
}

impl Run {
    /// From now on tasks are counted and not listed: they have no place in the results, nor in the table that readers see.
    pub fn keep_no_results(&self) {
        self.forgetful.set(true);
    }

    /// Drops a task that is over.
    pub fn forget(&self, key: TaskKey) {
        let mut tasks = self.tasks.borrow_mut();
        if let Some(place) = place(&tasks, key) {
            let mut forgotten = self.forgotten.borrow_mut();
            if let Some(task) = tasks.get_mut(place) {
                let empty =
                    Task { row: task.row, status: Status::Completed, forgotten: true, ..Task::default() };
                forgotten.take_in(std::mem::replace(task, empty));
            }
            forgotten.sweep(&mut tasks);
        }
    }
}

/// Where a task stands in a table that others may have left.
pub(in crate::engine) fn place(tasks: &[Task], key: TaskKey) -> Option<usize> {
    match tasks.get(key.index()) {
        Some(task) if task.row == key.index() => Some(key.index()),
        _ => tasks.binary_search_by_key(&key.index(), |task| task.row).ok(),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::engine::agent::Agent;
    use crate::engine::settings::{Limits, Policy};
    use crate::error::{Code, Failure};
    use crate::platform::sim::{Reply, Simulation};

    #[test]
    fn a_task_that_is_forgotten_leaves_nothing_but_its_part_of_the_sums() {
        let world = Simulation::new(1, |_, _| Reply::broken(0.0));
        let agent = Agent::new(Rc::new(world), Limits::default(), None);
        let (run, _stopped) = Run::new(agent, Policy::default(), "run".into(), "thread".into(), "batch");
        run.keep_no_results();
        let add = |name: &str| run.add_task(name.into(), "item".into(), [].into());
        let slow = add("slow");
        for index in 0..1000 {
            let key = add(&format!("quick {index}"));
            run.skip(key, Status::Failed, Failure::new(Code::ApiError, "no"));
            assert_eq!(run.outcome(key).0, Status::Failed);
            run.forget(key);
            assert!(run.tasks.borrow().len() <= 2, "the slow one alone is there, and an empty row at most");
        }
        assert_eq!(&*run.task_id(slow), "slow");
        let metadata = run.snapshot().metadata;
        assert_eq!((metadata.total_tasks, metadata.failed_tasks), (1001, 1000));
    }
}
