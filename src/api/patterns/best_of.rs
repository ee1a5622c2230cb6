//! Reads the arguments of `bestOf`.

use crate::api::job::{Work, work};
use crate::api::reading::Reading;
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::best_of::{BestOf, best_of};

pub(super) const OPTIONS: &[&str] = &["picker"];

/// How many answers to pick from when nobody says.
const CANDIDATES: usize = 3;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input = reading.text(0, "input");
    let count = reading.argument(1, "n").whole(1.0..=1000.0, "a whole number from 1 to 1000");
    let input = BestOf {
        worker: reading.worker("candidate", &WorkerSpec::default()),
        picker: reading.role("picker"),
        input: input?,
        count: count.map_or(CANDIDATES, |count| count as usize),
    };
    Some(("bestOf", work(|run| async move { best_of(&run, &input).await })))
}
