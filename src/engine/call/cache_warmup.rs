//! Cache warm-up: of calls that begin with the same long text one goes first, and the others when
//! its answer begins. A provider's prompt cache can be read only from then on; sent together, all
//! would pay in full.

use std::hash::{Hash as _, Hasher as _};

use siphasher::sip128::{Hasher128 as _, SipHasher};

use crate::engine::limits::cache_gates::WarmUp;
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::error::Failure;
use crate::model::completion::Completion;
use crate::model::message::{Content, Role};
use crate::model::provider::Provider;
use crate::model::worker::Worker;

/// What providers cache at the least: 1,024 tokens, of four bytes
/// (platform.openai.com/docs/guides/prompt-caching,
/// platform.claude.com/docs/en/build-with-claude/prompt-caching).
const CACHED: usize = 1_024 * 4;

/// From here on a wait for the first piece of a stream is worth it even where `warmPrefix` is not
/// set.
const WORTH_IT: usize = 4 * CACHED;

impl Run {
    /// Asks once the provider may have the beginning of the call in its cache.
    pub(super) async fn after_warm_up(
        &self,
        call: &Call,
        worker: &Worker,
        ask: impl AsyncFnOnce(&WarmUp) -> Result<Completion, Failure>,
    ) -> Result<Completion, Failure> {
        let warm_up = match self.prefix(call, worker) {
            Some(prefix) => self.cache_gates.pass(prefix).await,
            None => WarmUp::default(),
        };
        ask(&warm_up).await
    }

    /// A hash of the text that a call begins with, where that is long enough: a worker's
    /// instructions and tools, and what a pattern shows to several calls.
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
            add(tool.written().as_bytes());
        }
        if length < least {
            return None;
        }
        worker.pool().hash(&mut hasher);
        Some(hasher.finish128().as_u128())
    }
}
