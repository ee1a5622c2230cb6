//! A graph of 100,000 tasks: whether it has cycles, and what goes first.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use parallelization_agent::engine::graph::Graph;
use parallelization_agent::platform::sim::Random;

const TASKS: usize = 100_000;

pub fn benches(criterion: &mut Criterion) {
    let dependencies = dependencies();
    let mut group = criterion.benchmark_group("graph of 100,000 tasks");
    group.throughput(Throughput::Elements(TASKS as u64)).sample_size(20);
    group.bench_function("validation", |bencher| {
        bencher.iter_with_setup(|| dependencies.clone(), |dependencies| Graph::new(dependencies).unwrap());
    });
    let graph = Graph::new(dependencies.clone()).unwrap();
    group.bench_function("paths behind each", |bencher| {
        bencher.iter(|| black_box(graph.paths_behind(|_| 1.0)));
    });
    group.finish();
}

/// Each task needs up to three of the fifty before it.
fn dependencies() -> Vec<Vec<usize>> {
    let mut random = Random::new(1);
    (0..TASKS)
        .map(|task| {
            let reach = task.min(50);
            let needs = random.below(4).min(reach);
            (0..needs).map(|_| task - 1 - random.below(reach)).collect()
        })
        .collect()
}
