//! The limiter: calls that queue up, are let through as many at a time as may, and leave.

use std::rc::Rc;

use criterion::{Criterion, Throughput};
use futures::future::join_all;
use parallelization_agent::engine::limits::limiter::{Limiter, Patience};
use parallelization_agent::engine::settings::{Concurrency, Limits, Period, RateLimit, Unit};
use parallelization_agent::model::pool_key::PoolKey;
use parallelization_agent::model::rate_limit::RateLimits;
use parallelization_agent::platform::sim::{Reply, Simulation};

const CALLS: u32 = 10_000;

pub fn benches(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("limiter");
    group.throughput(Throughput::Elements(CALLS.into())).sample_size(20);
    let per_minute = |unit, amount| RateLimit { unit, amount, period: Period::Minute };
    let rates = vec![per_minute(Unit::Requests, 1e9), per_minute(Unit::Tokens, 1e12)];
    let paced = Limits { rates, ..limits() };
    for (name, limits) in [("64 at a time", limits()), ("64 at a time, and paced", paced)] {
        group.bench_function(name, |bencher| bencher.iter(|| pass(limits.clone())));
    }
    group.finish();
}

fn limits() -> Limits {
    Limits { concurrency: Concurrency::Fixed(64), ..Limits::default() }
}

fn pass(limits: Limits) {
    let world = Simulation::new(1, |_, _| Reply::new(200, 0.0, ""));
    let limiter = Limiter::new(Rc::new(world.clone()), limits);
    let pool = limiter.pool(&PoolKey { model: "a model".into(), ..PoolKey::default() });
    let call = |path: u32| {
        let limiter = &limiter;
        async move {
            let key = limiter.queue_key(path, false);
            let permit = limiter.acquire(pool, key, 100.0, Patience::default()).await.unwrap();
            permit.settle(90.0, &RateLimits::default());
            permit.answered();
        }
    };
    world.run(join_all((0..CALLS).map(|index| call(index % 16)))).unwrap();
}
