//! One exchange with a simulated server that answers with a fixture.

use std::cell::RefCell;

use parallelization_agent::error::Failure;
use parallelization_agent::model::completion::{Completion, Delta};
use parallelization_agent::model::exchange::exchange;
use parallelization_agent::model::message::{Message, Role};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::usage::{Told, Usage};
use parallelization_agent::model::worker::{Secret, Worker};
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};

pub const PROVIDERS: [Provider; 4] =
    [Provider::OpenAi, Provider::OpenAiResponses, Provider::Anthropic, Provider::Gemini];

/// A key that looks like nobody's, so that only its own worker can know it.
pub const KEY: &str = "canary/0123456789+abcdef";

pub fn worker(provider: Provider) -> Worker {
    Worker { api_key: Some(Secret::new(KEY)), ..Worker::of(provider) }
}

/// A file of this format; none where the format has no such thing.
pub fn fixture(provider: Provider, name: &str) -> Option<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wire/fixtures");
    std::fs::read_to_string(format!("{folder}/{}/{name}", provider.name())).ok()
}

/// What one exchange came to, and the pieces of text that were shown on the way.
pub struct Exchanged {
    pub outcome: Result<Completion, Failure>,
    pub shown: Vec<String>,
    /// What the server said that it took.
    pub told: Option<Usage>,
}

pub fn ask(worker: &Worker, stream: bool, reply: Reply) -> Exchanged {
    let world = Simulation::new(1, move |_, _| reply.clone());
    let shown = RefCell::new(Vec::new());
    let on_delta = |delta: &Delta| {
        if delta.voids_text {
            shown.borrow_mut().clear();
        }
        if !delta.text.is_empty() {
            shown.borrow_mut().push(delta.text.clone());
        }
    };
    let messages = [Message::text(Role::User, "Hello")];
    let told = Told::default();
    let answer = world.run(exchange(&world, worker, &messages, stream, &on_delta, &told)).unwrap();
    Exchanged { outcome: answer.outcome, shown: shown.into_inner(), told: told.get() }
}

pub fn whole(provider: Provider, status: u16, body: &str) -> Exchanged {
    ask(&worker(provider), false, Reply::new(status, 1.0, body))
}

/// A stream in pieces of `size` bytes, wherever that cuts.
pub fn streamed(provider: Provider, stream: &str, size: usize) -> Exchanged {
    let pieces = stream.as_bytes().chunks(size).map(|piece| (1.0, Piece::Bytes(piece.to_vec())));
    let mut reply = Reply::new(200, 1.0, "");
    reply.headers = vec![("content-type".into(), "text/event-stream".into())];
    reply.body = pieces.collect();
    ask(&worker(provider), true, reply)
}
