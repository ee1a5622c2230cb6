//! Answers of servers in each format: whatever the bytes, there is a completion or a typed failure,
//! the same in any split, and what was shown on the way is the text in the end.

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use parallelization_agent::error::Failure;
use parallelization_agent::model::completion::{Completion, Delta};
use parallelization_agent::model::exchange::exchange;
use parallelization_agent::model::message::{Message, Role};
use parallelization_agent::model::provider::Provider;
use parallelization_agent::model::usage::Told;
use parallelization_agent::model::worker::{Secret, Worker};
use parallelization_agent::platform::sim::{Piece, Reply, Simulation};

fn ask(
    provider: Provider,
    stream: bool,
    status: u16,
    pieces: &[&[u8]],
) -> (Result<Completion, Failure>, String) {
    let mut reply = Reply::new(status, 1.0, "");
    if stream {
        reply.headers = vec![("content-type".into(), "text/event-stream".into())];
    }
    reply.body = pieces.iter().map(|piece| (1.0, Piece::Bytes(piece.to_vec()))).collect();
    let world = Simulation::new(1, move |_, _| reply.clone());
    let shown = RefCell::new(String::new());
    let worker = Worker { api_key: Some(Secret::new("a-key-of-no-known-form")), ..Worker::of(provider) };
    let messages = [Message::text(Role::User, "Hello")];
    let on_delta = |delta: &Delta| {
        let mut shown = shown.borrow_mut();
        if delta.voids_text {
            shown.clear();
        }
        shown.push_str(&delta.text);
    };
    let answer = world.run(exchange(&world, &worker, &messages, stream, &on_delta, &Told::default()));
    let Some(answer) = answer else { panic!("the exchange hangs") };
    (answer.outcome, shown.into_inner())
}

fuzz_target!(|bytes: &[u8]| {
    let size = 1 + bytes.len() % 13;
    let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
    for provider in [Provider::OpenAi, Provider::OpenAiResponses, Provider::Anthropic, Provider::Gemini] {
        let streamed = ask(provider, true, 200, &[bytes]);
        assert_eq!(ask(provider, true, 200, &pieces), streamed);
        if let (Ok(completion), shown) = &streamed {
            assert_eq!(&completion.text, shown);
        }
        for status in [200, 429] {
            if let Err(failure) = ask(provider, false, status, &[bytes]).0 {
                assert!(!failure.message.is_empty());
            }
        }
    }
});
