//! Reads the arguments of `mapReduce`.

use super::documents::read_documents;
use crate::api::numbers::{CHUNK, Numbers};
use crate::api::reading::{Reading, spec};
use crate::api::work::{Work, work};
use crate::strategy::map_reduce::{MapReduce, map_reduce};

pub(super) const OPTIONS: &[&str] = &["map", "reduce", "fanIn", "chunkTokens", "contextTokens"];

/// How many results one reduce may take by default.
const FAN_IN: usize = 8;

/// How much text one call is shown by default: what small models can take, with room for the
/// answer.
const CHUNK_TOKENS: usize = 4000;

pub(super) fn read(reading: &Reading<'_>) -> Option<(&'static str, Work)> {
    const RESULTS: Numbers = Numbers::whole(2.0, 1000.0, "a whole number from 2 to 1000");
    const CONTEXT: Numbers = Numbers::whole(256.0, 1e9, "a whole number from 256 up");
    let documents = read_documents(reading.argument(0, "documents"), "document");
    let map = reading.worker("map", &spec(reading.option("map")));
    let reduce = reading.options.aggregate.as_ref().map(|aggregate| {
        spec(reading.option("reduce")).over(aggregate).resolve(reading.platform, reading.issues)
    });
    let fan_in = reading.count("fanIn", &RESULTS, FAN_IN);
    let chunk_tokens = reading.count("chunkTokens", &CHUNK, CHUNK_TOKENS) as u64;
    let mut input = MapReduce { documents, map, reduce, fan_in, chunk_tokens, reduce_tokens: chunk_tokens };
    let context = reading.option("contextTokens");
    if let Some(tokens) = context.number(&CONTEXT)
        && !input.fit_into(tokens as u64)
    {
        context.wrong("The instructions leave no room for documents. Raise `contextTokens` or shorten them.");
    }
    Some(("mapReduce", work(|run| async move { map_reduce(&run, input).await })))
}
