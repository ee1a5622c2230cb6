//! Reads the arguments of `mapReduce`.

use super::documents::read_documents;
use crate::api::job::{Work, work};
use crate::api::reading::{Reading, spec};
use crate::strategy::map_reduce::{MapReduce, map_reduce};

pub(super) const OPTIONS: &[&str] = &["map", "reduce", "fanIn", "chunkTokens", "contextTokens"];

/// How many results one reduce may take when nobody says.
const FAN_IN: usize = 8;

/// How much text one call is shown when nobody says: what small models can take, with room for the answer.
const CHUNK_TOKENS: f64 = 4000.0;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    let documents = read_documents(&reading.argument(0, "documents"), "document");
    let map = reading.worker("map", &spec(&reading.option("map")));
    let reduce = reading.options.aggregate.as_ref().map(|aggregate| {
        spec(&reading.option("reduce")).over(aggregate).resolve(reading.platform, reading.issues)
    });
    let fan_in = reading.option("fanIn").whole(2.0..=1000.0, "a whole number from 2 to 1000");
    let chunk_tokens = reading.option("chunkTokens").whole(16.0..=1e9, "a whole number from 16 up");
    let context = reading.option("contextTokens");
    let context_tokens = context.whole(256.0..=1e9, "a whole number from 256 up").map(|tokens| tokens as u64);
    let mut input = MapReduce {
        documents: documents?,
        map,
        reduce,
        fan_in: fan_in.map_or(FAN_IN, |count| count as usize),
        chunk_tokens: chunk_tokens.unwrap_or(CHUNK_TOKENS) as u64,
        reduce_tokens: chunk_tokens.unwrap_or(CHUNK_TOKENS) as u64,
    };
    if let Some(tokens) = context_tokens
        && !input.fit_into(tokens)
    {
        context.wrong("The instructions leave no room for documents. Raise `contextTokens` or shorten them.");
    }
    Some(("mapReduce", work(|run| async move { map_reduce(&run, input).await })))
}
