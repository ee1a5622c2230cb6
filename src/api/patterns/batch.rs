//! Reads the arguments of `batch`.

use super::documents::read_documents;
use crate::api::job::{Work, work};
use crate::api::reading::Reading;
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::batch::batch;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let inputs = read_documents(&reading.argument(0, "inputs"), "input");
    let worker = reading.worker("item", &WorkerSpec::default());
    let inputs = inputs?;
    Some(("batch", work(|run| async move { batch(&run, &inputs, &worker).await })))
}
