//! The prefix leader: of calls that begin with the same long text one goes first, and the others when its answer begins. A
//! provider's prompt cache can be read only from then on; sent together, all would pay in full.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::Hasher as _;

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::Shared;
use siphasher::sip128::{Hasher128 as _, SipHasher};

use super::Call;
use crate::engine::run::Run;
use crate::model::message::{Content, Role};
use crate::model::provider::Provider;
use crate::model::worker::Worker;

/// What providers cache at the least: 1,024 tokens, of four bytes
/// (platform.openai.com/docs/guides/prompt-caching, platform.claude.com/docs/en/build-with-claude/prompt-caching).
const CACHED: usize = 1_024 * 4;

/// From here on a wait for the first piece of a stream is worth it without anybody's asking for it.
const WORTH_IT: usize = 4 * CACHED;

/// The prefixes that somebody leads, or led, each with a gate that opens when the answer begins.
pub(in crate::engine) type Prefixes = RefCell<HashMap<u128, Shared<oneshot::Receiver<()>>>>;

/// The lead. Letting go of it opens the gate, whatever became of the call: nobody waits for more than one attempt.
pub(in crate::engine) type Lead = Cell<Option<oneshot::Sender<()>>>;

impl Run {
    /// Waits until the provider may have the prefix of the call in its cache; the first that comes leads.
    pub(in crate::engine) async fn follow_prefix(&self, call: &Call, worker: &Worker) -> Lead {
        let Some(prefix) = self.prefix(call, worker) else { return Lead::default() };
        let gate = {
            let mut prefixes = self.prefixes.borrow_mut();
            match prefixes.get(&prefix) {
                Some(gate) => gate.clone(),
                None => {
                    let (lead, gate) = oneshot::channel();
                    prefixes.insert(prefix, gate.shared());
                    return Cell::new(Some(lead));
                }
            }
        };
        // It is never sent anything: it opens when the lead is let go.
        let _ = gate.await;
        Lead::default()
    }

    /// What stands for the text that a call begins with, where that is long enough: a worker's instructions and tools, and
    /// what a pattern shows to several.
    fn prefix(&self, call: &Call, worker: &Worker) -> Option<u128> {
        let on_its_own =
            self.policy.stream && !matches!(worker.provider, Provider::Anthropic | Provider::Custom);
        let least = match worker.warm_prefix {
            Some(true) => CACHED,
            None if on_its_own => WORTH_IT,
            _ => return None,
        };
        let mut hasher = SipHasher::new();
        let mut length = 0;
        let mut add = |bytes: &[u8]| {
            hasher.write(bytes);
            hasher.write_u8(0xff);
            length += bytes.len();
        };
        for message in &call.messages {
            let (Content::Text(text), system) = (&message.content, message.role == Role::System) else {
                break;
            };
            add(text.as_bytes().get(..if system { text.len() } else { message.shared }).unwrap_or_default());
            if !system {
                break;
            }
        }
        for tool in &*worker.tools {
            add(tool.name.as_bytes());
            add(tool.description.as_bytes());
            add(tool.parameters.to_string().as_bytes());
        }
        if length < least {
            return None;
        }
        hasher.write(worker.pool().as_bytes());
        Some(hasher.finish128().as_u128())
    }
}
