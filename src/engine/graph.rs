//! The graph of tasks: finds cycles, says what waits for what, and how much work is still behind
//! each task. It knows indices only.

use std::collections::VecDeque;

/// A graph without cycles.
#[derive(Debug, Default)]
pub struct Graph {
    dependencies: Vec<Vec<usize>>,
    dependents: Vec<Vec<usize>>,
    /// Every task, after those that it depends on.
    order: Vec<usize>,
}

impl Graph {
    /// Takes the indices that each task depends on. The error names each cycle once, along its
    /// dependencies.
    ///
    /// # Errors
    /// When tasks wait for each other in a circle.
    pub fn new(dependencies: Vec<Vec<usize>>) -> Result<Self, Vec<Vec<usize>>> {
        let mut dependents = vec![Vec::new(); dependencies.len()];
        for (task, needs) in dependencies.iter().enumerate() {
            for &need in needs {
                if let Some(list) = dependents.get_mut(need) {
                    list.push(task);
                }
            }
        }
        let mut open: Vec<usize> = dependencies.iter().map(Vec::len).collect();
        let mut ready: VecDeque<usize> = (0..open.len()).filter(|&task| open.get(task) == Some(&0)).collect();
        let mut order = Vec::with_capacity(dependencies.len());
        while let Some(task) = ready.pop_front() {
            order.push(task);
            for &next in dependents.get(task).into_iter().flatten() {
                if let Some(count) = open.get_mut(next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push_back(next);
                    }
                }
            }
        }
        if order.len() < dependencies.len() {
            return Err(cycles(&dependencies, &open));
        }
        Ok(Self { dependencies, dependents, order })
    }

    /// What a task waits for.
    #[must_use]
    pub fn dependencies(&self, task: usize) -> &[usize] {
        self.dependencies.get(task).map_or(&[], Vec::as_slice)
    }

    /// What waits for a task.
    #[must_use]
    pub fn dependents(&self, task: usize) -> &[usize] {
        self.dependents.get(task).map_or(&[], Vec::as_slice)
    }

    /// For each task the weight of the heaviest path that starts with it: what goes first when
    /// there is a choice (Graham, "Bounds on multiprocessing timing anomalies", 1969, and Coffman's
    /// critical-path rule).
    #[must_use]
    pub fn paths_behind(&self, weight: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut paths = vec![0.0; self.order.len()];
        for &task in self.order.iter().rev() {
            let next = self.dependents(task).iter();
            let behind = next.filter_map(|&next| paths.get(next).copied()).fold(0.0, f64::max);
            if let Some(path) = paths.get_mut(task) {
                *path = behind + weight(task);
            }
        }
        paths
    }

    /// The weight of the heaviest path of all: with durations, the least time that the run could
    /// have taken.
    #[must_use]
    pub fn critical_path(&self, weight: impl Fn(usize) -> f64) -> f64 {
        self.paths_behind(weight).into_iter().fold(0.0, f64::max)
    }
}

/// Follows dependencies among the tasks that could not be ordered, until it meets a task again. The
/// tasks since then are a cycle.
fn cycles(dependencies: &[Vec<usize>], open: &[usize]) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let stuck = |task: usize| open.get(task).is_some_and(|&count| count > 0);
    let mut seen_by = vec![UNSEEN; dependencies.len()];
    let mut cycles = Vec::new();
    for start in (0..dependencies.len()).filter(|&task| stuck(task)) {
        let mut path = Vec::new();
        let mut current = Some(start);
        while let Some(task) = current {
            match seen_by.get_mut(task) {
                Some(seen) if *seen == UNSEEN => *seen = start,
                Some(seen) if *seen == start => {
                    let from = path.iter().position(|&step| step == task).unwrap_or(0);
                    cycles.push(path.split_off(from));
                    break;
                }
                _ => break,
            }
            path.push(task);
            current = dependencies.get(task).into_iter().flatten().copied().find(|&need| stuck(need));
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cycle_is_named_along_its_dependencies() {
        let graph = |list: &[&[usize]]| Graph::new(list.iter().map(|needs| needs.to_vec()).collect());
        assert_eq!(graph(&[&[1], &[2], &[0], &[]]).unwrap_err(), [vec![0, 1, 2]]);
        assert_eq!(graph(&[&[1], &[0], &[3], &[2], &[0]]).unwrap_err(), [vec![0, 1], vec![2, 3]]);
        assert!(graph(&[&[], &[0], &[0, 1]]).is_ok());
    }

    #[test]
    fn a_path_counts_the_task_and_everything_behind_it() {
        let graph = Graph::new(vec![vec![], vec![0], vec![1], vec![0]]).unwrap();
        assert_eq!(graph.paths_behind(|_| 1.0), [3.0, 2.0, 1.0, 1.0]);
        assert_eq!(graph.critical_path(|task| if task == 3 { 9.0 } else { 2.0 }), 11.0);
    }
}
