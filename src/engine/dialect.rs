//! How a server is told of a schema: in the provider's own way, until it turns out that this server, though it speaks the
//! provider's format, knows no such thing. Then in words.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::error::{Code, Failure};
use crate::model::format::format_of;
use crate::model::worker::Worker;

/// Which servers took a schema that was told in their provider's own way; by model and address.
#[derive(Debug, Default)]
pub(super) struct Dialects {
    known: RefCell<HashMap<String, bool>>,
}

impl Dialects {
    /// The worker to ask in place of this one, if its server is known to refuse schemas.
    pub fn spoken(&self, worker: &Worker) -> Option<Box<Worker>> {
        let refuses = is_native(worker) && self.known.borrow().get(&worker.pool()) == Some(&false);
        refuses.then(|| Box::new(worker.in_words()))
    }

    /// The server answered.
    pub fn answered(&self, worker: &Worker) {
        if is_native(worker) {
            self.known.borrow_mut().insert(worker.pool(), true);
        }
    }

    /// Whether it may be the schema that the server refused: then it is told in words from now on. Servers say in many
    /// ways that they know no such field; one that took a schema before means something else.
    pub fn refused(&self, worker: &Worker, failure: &Failure) -> bool {
        let refusal = failure.code == Code::ApiError && matches!(failure.status, Some(400 | 422));
        if !refusal || failure.transient || worker.schema.is_none() {
            return false;
        }
        let mut known = self.known.borrow_mut();
        if is_native(worker) {
            return !*known.entry(worker.pool()).or_insert(false);
        }
        // It refuses words as well: the schema was not to blame.
        known.retain(|pool, takes| *takes || *pool != worker.pool());
        false
    }
}

/// Whether a schema is sent in the provider's own way.
fn is_native(worker: &Worker) -> bool {
    worker.schema.is_some()
        && format_of(worker.provider).is_some_and(|format| format.native_schema(worker).is_some())
}
