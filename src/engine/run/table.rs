//! The table of a run: a row for each task, and for each call that a strategy makes of its own.
//! Where results are not kept, rows whose results were handed over are evicted, and only their sums
//! stay: so there is room for a batch without end.

use std::cell::{Cell, Ref, RefCell, RefMut};

use crate::engine::task::{Task, TaskKey};
use crate::report::Status;

/// The rows of a run.
#[derive(Default)]
pub(super) struct Table {
    rows: RefCell<Vec<Task>>,
    evicted: RefCell<Evicted>,
    /// Tasks are counted and not listed.
    drops_results: Cell<bool>,
    /// How many tasks were added, and how many there will be at the least.
    listed: Cell<usize>,
    expected: Cell<usize>,
}

/// The sums of rows that were evicted.
#[derive(Debug, Default)]
pub(super) struct Evicted {
    /// How many rows were removed, and how many are still to be.
    rows: usize,
    empty: usize,
    pub longest_ms: f64,
    pub sequential_ms: f64,
    /// The first that failed, since it may be why the run fails.
    pub first_failure: Option<Task>,
}

impl Evicted {
    fn absorb(&mut self, task: Task) {
        let took_ms = task.work_ms();
        self.empty += 1;
        self.sequential_ms += took_ms;
        self.longest_ms = self.longest_ms.max(took_ms);
        if !matches!(task.status, Status::Completed | Status::Cancelled) {
            self.first_failure.get_or_insert(task);
        }
    }

    /// Sweeps the table once half of it is empty: to close each gap at once would move all others
    /// each time.
    fn sweep(&mut self, rows: &mut Vec<Task>) {
        if self.empty * 2 > rows.len() {
            rows.retain(|task| !task.evicted);
            self.rows += std::mem::take(&mut self.empty);
        }
    }
}

impl Table {
    /// From now on tasks are counted and not listed: they are neither in the results nor in the
    /// table that listeners see.
    pub fn drop_results(&self) {
        self.drops_results.set(true);
    }

    /// The position of the next task among the results; none where results are dropped.
    pub fn next_position(&self) -> Option<usize> {
        let position = self.listed.replace(self.listed.get() + 1);
        (!self.drops_results.get()).then_some(position)
    }

    /// Says how many tasks there will be.
    pub fn expect(&self, count: usize) {
        self.expected.set(count);
    }

    /// How many tasks there are, or will be.
    pub fn total(&self) -> usize {
        self.expected.get().max(self.listed.get())
    }

    /// How many tasks were never added, though they were expected.
    pub fn missing(&self) -> usize {
        self.total() - self.listed.get()
    }

    /// Whether a row is a task; else it is a call of the strategy's own.
    pub fn is_task(&self, task: &Task) -> bool {
        task.position.is_some() || self.drops_results.get()
    }

    /// Adds a row.
    pub fn add(&self, task: Task) -> TaskKey {
        let mut rows = self.rows.borrow_mut();
        let key = TaskKey(rows.len() + self.evicted.borrow().rows);
        rows.push(Task { row: key.0, ..task });
        key
    }

    /// All rows that were not evicted.
    pub fn rows(&self) -> Ref<'_, Vec<Task>> {
        self.rows.borrow()
    }

    /// What stays of the others.
    pub fn evicted(&self) -> Ref<'_, Evicted> {
        self.evicted.borrow()
    }

    /// Drops the row of a task that is over.
    pub fn evict(&self, key: TaskKey) {
        let mut rows = self.rows.borrow_mut();
        let mut evicted = self.evicted.borrow_mut();
        if let Some(task) = index(&rows, key).and_then(|index| rows.get_mut(index)) {
            let empty = Task { row: task.row, status: Status::Completed, evicted: true, ..Task::default() };
            evicted.absorb(std::mem::replace(task, empty));
        }
        evicted.sweep(&mut rows);
    }

    /// One row.
    pub fn row(&self, key: TaskKey) -> Option<Ref<'_, Task>> {
        Ref::filter_map(self.rows.borrow(), |rows| rows.get(index(rows, key)?)).ok()
    }

    /// One row, to change it.
    pub fn row_mut(&self, key: TaskKey) -> Option<RefMut<'_, Task>> {
        RefMut::filter_map(self.rows.borrow_mut(), |rows| {
            let index = index(rows, key)?;
            rows.get_mut(index)
        })
        .ok()
    }
}

/// The index of a row, in a table from which others were evicted.
fn index(rows: &[Task], key: TaskKey) -> Option<usize> {
    match rows.get(key.index()) {
        Some(task) if task.row == key.index() => Some(key.index()),
        _ => rows.binary_search_by_key(&key.index(), |task| task.row).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_is_evicted_leaves_nothing_but_its_part_of_the_sums() {
        let table = Table::default();
        table.drop_results();
        let add = |status| {
            table.next_position();
            table.add(Task { status, worked_ms: 2.0, ..Task::default() })
        };
        let slow = add(Status::Running);
        for _ in 0..1000 {
            table.evict(add(Status::Failed));
            assert!(table.rows().len() <= 2, "the slow one alone is there, and an empty row at most");
        }
        assert_eq!(table.row(slow).map(|task| task.status), Some(Status::Running));
        assert_eq!((table.total(), table.evicted().sequential_ms), (1001, 2000.0));
        assert_eq!(table.evicted().first_failure.as_ref().map(|task| task.row), Some(1));
    }
}
