//! Reads the body of an answer: JSON or a stream of events, whatever its server calls it, and the
//! body of a refusal. Finds the errors that stand in it.

use futures::future::{Either, select};
use futures::pin_mut;

use super::completion::{Completion, Delta};
use super::failure::{Refusal, in_band, in_words, plain_words};
use super::format::{Format, StreamReader};
use super::redact::Peer;
use super::sse::{DONE, SseEvent, SseParser, is_event_stream};
use super::usage::Told;
use crate::error::{Code, Failure};
use crate::json::{self, Value};
use crate::platform::{Platform, Response, too_long};

/// Whom an answer comes from, and how that can be told.
pub(super) struct Asked<'a> {
    pub format: &'a dyn Format,
    pub peer: &'a Peer<'a>,
    pub url: &'a str,
    pub platform: &'a dyn Platform,
    /// How long an answer may be, in bytes.
    pub most: usize,
    /// Whether its body is kept.
    pub raw: bool,
    pub told: &'a Told,
}

/// The body of a refusal, or what comes of it in a second: the status says enough, and must not
/// wait for a body that hangs, nor be lost with one that breaks off.
pub(super) async fn refusal(response: &mut dyn Response, platform: &dyn Platform) -> Refusal {
    const PATIENCE_MS: f64 = 1_000.0;
    const MOST: usize = 64 * 1024;
    let mut body = Vec::new();
    {
        let read = async {
            while let Ok(Some(piece)) = response.chunk().await {
                body.extend(piece);
                if body.len() > MOST {
                    break;
                }
            }
        };
        pin_mut!(read);
        select(read, platform.sleep(PATIENCE_MS)).await;
    }
    Refusal::read(&String::from_utf8_lossy(&body))
}

/// Reads a whole body; or the events of a stream, which some servers send unasked.
pub(super) fn whole(text: &str, asked: &Asked<'_>) -> Result<Completion, Failure> {
    if is_event_stream(text.as_bytes()) == Some(true) {
        let mut events = Events::new(asked);
        events.feed(text.as_bytes(), &mut |_| {})?;
        return events.finish(&mut |_| {});
    }
    let text = text.trim_start_matches('\u{feff}');
    let body: Value = json::parse(text).map_err(|error| not_json(text, &error, asked.peer))?;
    let outcome = match in_band(&body, false, (asked.peer, asked.url), asked.platform) {
        Some(failure) => Err(failure),
        None => asked.format.completion(&body),
    };
    let mut completion = outcome.inspect_err(|_| asked.told.tell(asked.format.usage(&body), true))?;
    completion.extras.raw = asked.raw.then_some(body);
    Ok(completion)
}

/// Reads a stream of events; or a whole body, which some servers send all the same.
pub(super) async fn streamed(
    response: &mut dyn Response,
    asked: &Asked<'_>,
    on_delta: &mut dyn FnMut(Delta),
) -> Result<Completion, Failure> {
    let mut start = Vec::new();
    let mut known = None;
    // Blanks without an end begin neither.
    while known != Some(true)
        && let Some(piece) = response.chunk().await?
    {
        start.extend(piece);
        known = known.or_else(|| is_event_stream(&start));
        if known != Some(true) && start.len() > asked.most {
            return Err(too_long(asked.most));
        }
    }
    if known == Some(false) || start.trim_ascii().is_empty() {
        return whole(&String::from_utf8_lossy(&start), asked);
    }
    let mut events = Events::new(asked);
    events.feed(&start, on_delta)?;
    while !events.are_done()
        && let Some(piece) = next_piece(response, events.say_why(), asked.platform).await?
    {
        events.feed(&piece, on_delta)?;
    }
    events.finish(on_delta)
}

/// What comes next. Behind the reason to stop there is nothing left but counts: an answer is not
/// lost with a connection that breaks then, or that nobody closes.
async fn next_piece(
    response: &mut dyn Response,
    is_ending: bool,
    platform: &dyn Platform,
) -> Result<Option<Vec<u8>>, Failure> {
    const COUNTS_MS: f64 = 2_000.0;
    let piece = response.chunk();
    if !is_ending {
        return piece.await;
    }
    match select(piece, platform.sleep(COUNTS_MS)).await {
        Either::Left((Ok(piece), _)) => Ok(piece),
        _ => Ok(None),
    }
}

/// The events of one answer.
struct Events<'a> {
    parser: SseParser,
    reader: Box<dyn StreamReader>,
    asked: &'a Asked<'a>,
    /// Bytes of the answer so far.
    size: usize,
    /// The events, where they are kept.
    raw: Vec<Value>,
}

impl<'a> Events<'a> {
    fn new(asked: &'a Asked<'a>) -> Self {
        let reader = asked.format.stream();
        Self { parser: SseParser::default(), reader, asked, size: 0, raw: Vec::new() }
    }

    fn feed(&mut self, bytes: &[u8], on_delta: &mut dyn FnMut(Delta)) -> Result<(), Failure> {
        let (reader, asked) = (&mut *self.reader, self.asked);
        let (size, raw) = (&mut self.size, &mut self.raw);
        self.parser.feed(bytes, |event| feed_event(reader, &event, (size, raw), asked, on_delta))
    }

    fn are_done(&self) -> bool {
        self.reader.is_done()
    }

    fn say_why(&self) -> bool {
        self.reader.says_why()
    }

    fn finish(mut self, on_delta: &mut dyn FnMut(Delta)) -> Result<Completion, Failure> {
        if let Some(event) = self.parser.finish() {
            let so_far = (&mut self.size, &mut self.raw);
            feed_event(&mut *self.reader, &event, so_far, self.asked, on_delta)?;
        }
        let mut completion = self.reader.finish()?;
        completion.extras.raw = self.asked.raw.then_some(self.raw.into());
        Ok(completion)
    }
}

fn feed_event(
    reader: &mut dyn StreamReader,
    event: &SseEvent,
    (size, raw): (&mut usize, &mut Vec<Value>),
    asked: &Asked<'_>,
    on_delta: &mut dyn FnMut(Delta),
) -> Result<(), Failure> {
    // What follows the end belongs to nobody: gateways add events of another format.
    if reader.is_done() || event.data.trim().is_empty() {
        return Ok(());
    }
    let alike = if event.name == "error" { None } else { reader.alike(event) };
    let delta = match alike {
        Some(delta) => delta,
        None => match told_by(event, asked) {
            Some(failure) => return Err(failure),
            None => {
                let outcome = reader.event(event);
                asked.told.tell(reader.usage(), reader.says_why());
                outcome?
            }
        },
    };
    *size += added(event, &delta);
    if *size > asked.most {
        return Err(too_long(asked.most));
    }
    if asked.raw && event.data.trim() != DONE {
        raw.push(json::parse(&event.data).unwrap_or_default());
    }
    on_delta(delta);
    Ok(())
}

/// What an event adds to an answer, in bytes. What is not in the delta, such as a piece of a tool
/// call, is known roughly: most of a small event is its wrapping, and most of a large one is not.
fn added(event: &SseEvent, delta: &Delta) -> usize {
    const WRAPPING: usize = 1024;
    let told = delta.text.len() + delta.reasoning.len();
    let large = event.data.len().saturating_sub(WRAPPING);
    large.max(if told > 0 { told } else { event.data.len() / 16 })
}

/// The error that an event tells of.
fn told_by(event: &SseEvent, asked: &Asked<'_>) -> Option<Failure> {
    // A word search first: parsing each event twice would double the work of a stream.
    let data = event.data.trim();
    let named = event.name == "error";
    if !named && !may_be_error(data) {
        return None;
    }
    let (whom, platform) = ((asked.peer, asked.url), asked.platform);
    if let Ok(body) = json::parse(data)
        && !body.is_string()
    {
        let failure = in_band(&body, named, whom, platform)?;
        asked.told.tell(asked.format.usage(&body), true);
        return Some(failure);
    }
    let words = data.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("error"));
    (named || words).then(|| in_words(data, whom, platform))
}

/// Whether a word stands in an event that one of an error would have. A look at each pair of bytes
/// takes a quarter of the time of a search for each word.
fn may_be_error(data: &str) -> bool {
    const SIGNS: &[&[u8]] = &[b"rror", b"\"base_resp\"", b"\"detail\"", b"\"msg\"", b"\"message\":"];
    let bytes = data.as_bytes();
    bytes.windows(2).enumerate().any(|(at, pair)| {
        matches!(pair, b"rr" | [b'"', b'b' | b'd' | b'm'])
            && SIGNS.iter().any(|sign| bytes.get(at..).is_some_and(|rest| rest.starts_with(sign)))
    })
}

fn not_json(text: &str, error: &json::Error, peer: &Peer<'_>) -> Failure {
    let host = peer.host;
    let start = text.trim_start();
    if start.is_empty() {
        return Failure::transient(Code::Truncated, format!("{host} answered with an empty body."));
    }
    if start.starts_with('{') && error.is_eof() {
        return Failure::transient(Code::Truncated, format!("{host} broke off in the middle of its answer."));
    }
    let what = match start.starts_with('<') {
        true => "a web page".into(),
        false => format!("something that is no JSON ({})", plain_words(start, peer)),
    };
    Failure::transient(
        Code::BadResponse,
        format!(
            "{host} answered with {what} instead of a completion. Check that `baseURL` is the address of the API."
        ),
    )
}
