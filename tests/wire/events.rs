//! Server-sent events are the same however their bytes are split.

use parallelization_agent::error::Failure;
use parallelization_agent::model::sse::{SseEvent, SseParser};
use proptest::collection::vec;
use proptest::prelude::*;

fn parse<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Vec<SseEvent>, Failure> {
    let mut parser = SseParser::default();
    let mut events = Vec::new();
    for piece in pieces {
        parser.feed(piece, |event| {
            events.push(event);
            Ok(())
        })?;
    }
    Ok(events)
}

fn event(name: &str, data: &str) -> SseEvent {
    SseEvent { name: name.into(), data: data.into() }
}

/// How the HTML standard reads a whole stream, in the plainest way: all line ends made alike, then
/// line by line.
fn reference(stream: &str) -> Vec<SseEvent> {
    let text = stream.strip_prefix('\u{feff}').unwrap_or(stream).replace("\r\n", "\n").replace('\r', "\n");
    let mut lines: Vec<&str> = text.split('\n').collect();
    // What follows the last line end is no line yet.
    lines.pop();
    let mut events = Vec::new();
    let (mut name, mut data) = (String::new(), Vec::new());
    for line in lines {
        if line.is_empty() {
            if !data.is_empty() {
                events.push(event(&name, &data.join("\n")));
            }
            (name, data) = (String::new(), Vec::new());
        } else if let Some(value) = line.strip_prefix("data:") {
            data.push(value.strip_prefix(' ').unwrap_or(value));
        } else if line == "data" {
            data.push("");
        } else if let Some(value) = line.strip_prefix("event:") {
            name = value.strip_prefix(' ').unwrap_or(value).into();
        } else if line == "event" {
            name = String::new();
        }
    }
    events
}

fn streams() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        4 => "data: ?[a-zé日☀️{}\": ]{0,12}",
        1 => "event: ?[a-z_]{0,8}",
        1 => Just(String::from("data")),
        1 => Just(String::from("event")),
        1 => ":[ -~]{0,8}",
        1 => "(id|retry|other|datax): ?[0-9]{0,4}",
        1 => "\u{feff}data:[a-z]{0,3}",
        4 => Just(String::new()),
    ];
    let end = prop_oneof![Just("\n"), Just("\r"), Just("\r\n")];
    let tail = prop_oneof![3 => Just(String::new()), 1 => "data: [a-zé]{0,5}"];
    (any::<bool>(), vec((line, end), 0..24), tail).prop_map(|(mark, lines, tail)| {
        let body: String = lines.into_iter().flat_map(|(line, end)| [line, end.to_string()]).collect();
        format!("{}{body}{tail}", if mark { "\u{feff}" } else { "" })
    })
}

proptest! {
    #[test]
    fn any_split_of_any_stream_gives_the_events_of_the_standard(
        stream in streams(),
        cuts in vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let bytes = stream.as_bytes();
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]);
        prop_assert_eq!(parse(pieces).unwrap(), reference(&stream));
        prop_assert_eq!(parse(bytes.chunks(1)).unwrap(), reference(&stream));
    }

    #[test]
    fn bytes_that_mean_nothing_are_read_alike_in_any_split(bytes in vec(any::<u8>(), 0..200), size in 1usize..9) {
        prop_assert_eq!(parse([&bytes[..]]).unwrap(), parse(bytes.chunks(size)).unwrap());
    }
}

#[test]
fn fields_comments_and_the_byte_order_mark_are_read_as_the_standard_says() {
    let stream = "\u{feff}data: first\r\n: comment\r\ndata:second\rdata:  third\n\revent: done\nid: 7\ndata\n\nevent: alone\n\ndata: half";
    let events = parse([stream.as_bytes()]).unwrap();
    assert_eq!(events, [event("", "first\nsecond\n third"), event("done", "")]);
}

#[test]
fn an_event_without_end_does_not_fill_the_memory() {
    let piece = [b'x'; 64 * 1024];
    let endless = || std::iter::repeat_n(&piece[..], 1_000);
    assert!(parse(endless()).is_err());
    let lines = std::iter::repeat_n(
        &b"data: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"[..],
        200_000,
    );
    assert!(parse(lines).is_err());
}
