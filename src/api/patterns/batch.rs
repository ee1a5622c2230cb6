//! Reads the arguments of `batch`.

use super::documents::read_documents;
use crate::api::input::Input;
use crate::api::numbers::Numbers;
use crate::api::reading::Reading;
use crate::api::work::{Work, work};
use crate::strategy::batch::{Batch, Inputs, batch};

pub(super) const OPTIONS: &[&str] = &["window", "onResult", "keepResults"];

/// How many pulled inputs are under way at once by default.
const WINDOW: usize = 64;

/// The inputs are an array, or the `next` of an iterator. A function behind them takes the results,
/// for a stream of them.
pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    const INPUTS: Numbers = Numbers::whole(1.0, 1e5, "a whole number from 1 to 100000");
    let list = reading.argument(0, "inputs");
    let inputs = match list.value() {
        Input::JsHandle(_) => Inputs::Pulled(reading.function(list)?),
        _ => Inputs::All(read_documents(list, "input")),
    };
    let stream = reading.function(reading.argument(1, "results"));
    let input = Batch {
        inputs,
        window: reading.count("window", &INPUTS, WINDOW),
        on_result: reading.listener(reading.option("onResult")),
        // Results that are read one by one may have no end.
        keeps: reading.option("keepResults").boolean().unwrap_or(stream.is_none()),
        stream,
        worker: reading.plain_worker("item"),
    };
    Some(("batch", work(|run| async move { batch(&run, &input).await })))
}
