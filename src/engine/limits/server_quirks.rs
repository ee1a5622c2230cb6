//! Remembers which fields of a request a server refused, by model and address, so that it is sent
//! them once and never again. A server that names what it refuses is believed; one that does not is
//! tried without the likeliest field, and what does not help is forgotten.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::model::formats::format_of;
use crate::model::pool_key::PoolKey;
use crate::model::provider::Provider;
use crate::model::quirks::Quirks;
use crate::model::suspects::Suspects;
use crate::model::worker::Worker;

/// What is known of all servers.
#[derive(Debug, Default)]
pub(in crate::engine) struct ServerQuirks {
    known: RefCell<HashMap<PoolKey, Known>>,
}

/// What is known of one.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    /// Refused, and told so.
    refused: Quirks,
    /// Left out on suspicion.
    guessed: Quirks,
    /// Left out since calls go to Responses, and told so.
    lost: Quirks,
    /// Whether it took a schema once: then it means something else by a refusal that names nothing.
    takes_schema: bool,
}

/// How many servers are remembered: whoever asks a new model each time must not fill the memory.
const MOST: usize = 1_000;

impl ServerQuirks {
    /// The worker to ask in place of this one, if anything is known of its server.
    pub fn worker_for(&self, worker: &Worker) -> Option<Box<Worker>> {
        let known = self.known.borrow();
        if known.is_empty() {
            return None;
        }
        let known = known.get(&worker.pool())?;
        let quirks = known.refused.and(known.guessed);
        // A body of the caller's own is one for the format that it was written in.
        let moves = quirks.is_responses() && worker.settings.body.is_none();
        let provider = if moves { Provider::OpenAiResponses } else { worker.provider };
        (!quirks.is_empty()).then(|| Box::new(Worker { quirks, provider, ..worker.clone() }))
    }

    /// The server answered: what was left out is what it had refused.
    pub fn answered(&self, worker: &Worker) {
        let takes_schema = is_native(worker);
        if takes_schema || !worker.quirks.is_empty() {
            self.change(worker, |known| {
                known.takes_schema |= takes_schema;
                known.refused = known.refused.and(known.guessed);
                known.guessed = Quirks::default();
            });
        }
    }

    /// The server refused a request. Returns the fields that are left out from now on and were not
    /// before: then the call is worth another try. Returns none where the request itself must be
    /// wrong.
    pub fn refused(&self, worker: &Worker, suspects: &Suspects) -> Quirks {
        if *suspects == Suspects::default() {
            return Quirks::default();
        }
        self.change(worker, |known| {
            let named = suspects.named.without(worker.quirks);
            known.refused = known.refused.and(named);
            // With what other calls have found out meanwhile.
            let news = known.refused.and(known.guessed).without(worker.quirks);
            if !news.is_empty() {
                return news;
            }
            let schema =
                suspects.schema.without(if known.takes_schema { suspects.schema } else { worker.quirks });
            let guesses = [schema, suspects.stream_options.without(worker.quirks)];
            let guess = guesses.into_iter().find(|guess| !guess.is_empty()).unwrap_or_default();
            known.guessed = if guess.is_empty() {
                known.guessed.without(worker.quirks)
            } else {
                known.guessed.and(guess)
            };
            guess
        })
    }

    /// The options that this worker loses by being asked in Responses, and that no other has lost
    /// there before.
    pub fn lost(&self, worker: &Worker) -> Quirks {
        let lost = worker.lost_in_responses();
        if worker.provider != Provider::OpenAiResponses || lost.is_empty() {
            return Quirks::default();
        }
        self.change(worker, |known| {
            let news = lost.without(known.lost);
            known.lost = known.lost.and(lost);
            news
        })
    }

    /// An answer did not fit the schema that the server took: from now on the prompt tells it too.
    pub fn ignored_schema(&self, worker: &Worker) {
        if is_native(worker) {
            self.change(worker, |known| known.refused = known.refused.and(Quirks::schema_ignored()));
        }
    }

    fn change<T>(&self, worker: &Worker, change: impl FnOnce(&mut Known) -> T) -> T {
        let mut known = self.known.borrow_mut();
        if known.len() >= MOST {
            known.clear();
        }
        change(known.entry(worker.pool()).or_default())
    }
}

/// Whether a schema is sent in the provider's own way.
fn is_native(worker: &Worker) -> bool {
    worker.schema.is_some() && format_of(worker.provider).is_some_and(|format| format.takes_schema(worker))
}
