//! Gates of calls that begin with the same long text: the first call warms the provider's prompt
//! cache, the others wait for it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::Shared;

/// The first call of a prefix. Letting go of it opens the gate, whatever became of the call: nobody
/// waits for more than one attempt.
pub(in crate::engine) type WarmUp = Cell<Option<oneshot::Sender<()>>>;

/// The prefixes that a call warms, or warmed, each with a gate that opens when its answer begins.
#[derive(Default)]
pub(in crate::engine) struct CacheGates(RefCell<HashMap<u128, Shared<oneshot::Receiver<()>>>>);

impl CacheGates {
    /// Waits until the prefix may be in the provider's cache; the first call that comes warms it.
    pub async fn pass(&self, prefix: u128) -> WarmUp {
        let gate = {
            let mut gates = self.0.borrow_mut();
            match gates.get(&prefix) {
                Some(gate) => gate.clone(),
                None => {
                    let (opens, gate) = oneshot::channel();
                    gates.insert(prefix, gate.shared());
                    return Cell::new(Some(opens));
                }
            }
        };
        // It is never sent anything: it opens when the other end is dropped.
        let _ = gate.await;
        WarmUp::default()
    }
}
