//! Server-sent events: a long stream, in pieces as the network gives them.

use criterion::{Criterion, Throughput};
use parallelization_agent::model::sse::SseParser;

const EVENTS: usize = 10_000;
/// What Node and browsers often hand over at once.
const PIECE: usize = 16 * 1024;

pub fn benches(criterion: &mut Criterion) {
    let event = r#"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"m","choices":[{"index":0,"delta":{"content":" moth"}}]}"#;
    let stream = format!("{event}\n\n").repeat(EVENTS);
    let mut group = criterion.benchmark_group("server-sent events");
    group.throughput(Throughput::Bytes(stream.len() as u64)).sample_size(30);
    for (name, piece) in [("in large pieces", PIECE), ("one by one", event.len() + 2)] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut parser = SseParser::default();
                let mut seen = 0;
                for bytes in stream.as_bytes().chunks(piece) {
                    parser
                        .feed(bytes, |_| {
                            seen += 1;
                            Ok(())
                        })
                        .unwrap();
                }
                assert_eq!(seen, EVENTS);
            });
        });
    }
    group.finish();
}
