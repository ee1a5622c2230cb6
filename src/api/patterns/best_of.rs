//! Reads the arguments of `bestOf`.

use crate::api::numbers::CALLS;
use crate::api::reading::Reading;
use crate::api::work::{Work, work};
use crate::strategy::best_of::{BestOf, best_of};

pub(super) const OPTIONS: &[&str] = &["picker"];

/// How many answers there are to pick from by default.
const CANDIDATES: usize = 3;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let input = BestOf {
        input: reading.text(0, "input"),
        count: reading.argument(1, "n").number(&CALLS).map_or(CANDIDATES, |count| count as usize),
        worker: reading.plain_worker("candidate"),
        picker: reading.role("picker"),
    };
    Some(("bestOf", work(|run| async move { best_of(&run, &input).await })))
}
