//! What must hold in every run, in thousands of random worlds: see `laws/` for the laws in words.
//!
//! `SEEDS=1000000 cargo test --profile simulation --test simulation -- invariants` runs a million
//! worlds, and `SEED=17 cargo test --test simulation -- invariants` runs the seventeenth alone.

mod events;
mod laws;
mod replies;
mod scenario;
mod server;
mod store;
mod tools;

use std::panic::catch_unwind;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use scenario::{Trace, run_scenario};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

fn check(seed: u64) {
    let trace = run_scenario(seed);
    laws::check(&trace);
    if seed.is_multiple_of(16) {
        assert_eq!(fingerprint(&trace), fingerprint(&run_scenario(seed)), "the same seed gives the same run");
    }
}

fn fingerprint(trace: &Trace) -> String {
    let sent: Vec<_> =
        trace.log.iter().map(|exchange| (exchange.sent_at_ms, &exchange.request.body)).collect();
    let events: Vec<_> = trace.runs.iter().map(|run| (&run.events, &run.heard_late)).collect();
    format!("{sent:?} {events:?}")
}

#[test]
fn every_law_holds_in_every_random_world() {
    if let Some(seed) = number("SEED") {
        check(seed);
        return;
    }
    let count = number("SEEDS").unwrap_or(9_000);
    let next = AtomicU64::new(0);
    let failed = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while failed.lock().unwrap().len() < 3 {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= count {
                        return;
                    }
                    if catch_unwind(|| check(seed)).is_err() {
                        failed.lock().unwrap().push(seed);
                    }
                }
            });
        }
    });
    let failed = failed.into_inner().unwrap();
    let command = |seed: &u64| format!("SEED={seed} cargo test --test simulation -- invariants");
    let commands: Vec<String> = failed.iter().map(command).collect();
    assert!(failed.is_empty(), "replay with\n{}", commands.join("\n"));
}
