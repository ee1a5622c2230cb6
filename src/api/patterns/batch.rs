//! Reads the arguments of `batch`.

use super::documents::read_documents;
use crate::api::input::Input;
use crate::api::job::{Work, work};
use crate::api::reading::Reading;
use crate::api::worker_spec::WorkerSpec;
use crate::strategy::batch::{Batch, Inputs, batch};

pub(super) const OPTIONS: &[&str] = &["window", "onResult", "keepResults"];

/// How many pulled inputs are on their way at once when nobody says.
const WINDOW: usize = 64;

/// The inputs are an array, or the `next` of an iterator. A function behind them takes the results, for a stream of them.
pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let list = reading.argument(0, "inputs");
    let inputs = match list.value() {
        Input::Live(_) => list.function().map(|next| Inputs::Pulled((reading.function)(next))),
        _ => read_documents(&list, "input").map(Inputs::All),
    };
    let window = reading.option("window").whole(1.0..=100_000.0, "a whole number from 1 to 100000");
    let on_result = reading.option("onResult").function().map(|take| (reading.function)(take));
    let stream = reading.argument(1, "results").function().map(|take| (reading.function)(take));
    let keeps = reading.option("keepResults").boolean();
    let input = Batch {
        inputs: inputs?,
        worker: reading.worker("item", &WorkerSpec::default()),
        window: window.map_or(WINDOW, |window| window as usize),
        on_result,
        // Whoever reads them one by one may never come to an end.
        keeps: keeps.unwrap_or(stream.is_none()),
        stream,
    };
    Some(("batch", work(|run| async move { batch(&run, &input).await })))
}
