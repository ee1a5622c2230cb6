//! Server-sent events: any bytes give the same events, or the same failure, however they are split.

#![no_main]

use libfuzzer_sys::fuzz_target;
use parallelization_agent::error::Failure;
use parallelization_agent::model::sse::{SseEvent, SseParser};

/// The events, and how it ended.
fn parse<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> (Vec<SseEvent>, Result<(), Failure>) {
    let mut parser = SseParser::default();
    let mut events = Vec::new();
    for piece in pieces {
        let fed = parser.feed(piece, |event| {
            events.push(event);
            Ok(())
        });
        if fed.is_err() {
            return (events, fed);
        }
    }
    (events, Ok(()))
}

fuzz_target!(|input: (u8, Vec<u8>)| {
    let (size, bytes) = input;
    let whole = parse([&bytes[..]].into_iter());
    assert_eq!(parse(bytes.chunks(usize::from(size).max(1))), whole);
    assert_eq!(parse(bytes.chunks(1)), whole);
});
