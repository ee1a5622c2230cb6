//! Server-sent events, piece by piece, as the HTML standard reads them (§9.2.6 "Interpreting an
//! event stream"), and what some servers put among them when they fail: a field named `error`
//! (llama.cpp), or an object without any field.

use crate::error::{Code, Failure};
use crate::json;

/// The data with which OpenAI's format, and gateways to others, end a stream.
pub const DONE: &str = "[DONE]";

/// One event of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SseEvent {
    /// The `event:` field; empty when there was none.
    pub name: String,
    /// The `data:` lines, joined by newlines.
    pub data: String,
}

/// The longest event that is taken in: a stream without line ends must not fill the memory.
const LONGEST: usize = 8 * 1024 * 1024;

/// Takes bytes in as they come, however they are split, and gives whole events out.
#[derive(Debug, Default)]
pub struct SseParser {
    /// The bytes of a line that has not ended yet. Bytes, since a piece may end within a character.
    line: Vec<u8>,
    event: SseEvent,
    has_data: bool,
    /// The event so far is an object that stands there without a field.
    bare: bool,
    /// A `\r` ended the last line: a `\n` right after it belongs to it.
    after_return: bool,
    past_start: bool,
}

impl SseParser {
    /// Reads the next piece and hands each event that it completes to `each`.
    pub fn feed(
        &mut self,
        bytes: &[u8],
        mut each: impl FnMut(SseEvent) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut rest = bytes;
        while let Some(end) = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')) {
            let (head, tail) = rest.split_at(end);
            let newline = tail.first() == Some(&b'\n');
            rest = tail.get(1..).unwrap_or_default();
            if newline && self.after_return && head.is_empty() && self.line.is_empty() {
                self.after_return = false;
                continue;
            }
            self.after_return = !newline;
            // Most lines come in one piece.
            let event = if self.line.is_empty() {
                self.end_line(head)
            } else {
                self.line.extend_from_slice(head);
                let line = std::mem::take(&mut self.line);
                self.end_line(&line)
            };
            if let Some(event) = event {
                each(event)?;
            }
        }
        if !rest.is_empty() {
            self.after_return = false;
        }
        self.line.extend_from_slice(rest);
        if self.line.len() + self.event.data.len() > LONGEST {
            return Err(Failure::new(Code::BadResponse, "The stream holds an event of over 8 MiB."));
        }
        Ok(())
    }

    /// The event that the end of the stream cuts off, if its data is whole: some servers leave the
    /// last line end out.
    pub fn finish(mut self) -> Option<SseEvent> {
        let line = std::mem::take(&mut self.line);
        let last = self.end_line(&line).or_else(|| self.end_event())?;
        let data = last.data.trim();
        let whole = data == DONE || (data.starts_with(['{', '[']) && json::parse(data).is_ok());
        whole.then_some(last)
    }

    fn end_event(&mut self) -> Option<SseEvent> {
        self.bare = false;
        let event = std::mem::take(&mut self.event);
        std::mem::take(&mut self.has_data).then_some(event)
    }

    fn add_data(&mut self, data: &str) {
        if self.has_data {
            self.event.data.push('\n');
        }
        self.has_data = true;
        self.event.data.push_str(data);
    }

    fn end_line(&mut self, bytes: &[u8]) -> Option<SseEvent> {
        let text = String::from_utf8_lossy(bytes);
        let mut line = text.as_ref();
        if !self.past_start {
            self.past_start = true;
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            return self.end_event();
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        if matches!(field, "data" | "event" | "error") {
            let before = if self.bare { self.end_event() } else { None };
            match field {
                "event" => value.clone_into(&mut self.event.name),
                field => {
                    if field == "error" {
                        self.event.name = field.into();
                    }
                    self.add_data(value);
                }
            }
            return before;
        }
        if self.bare || (line.starts_with('{') && !self.has_data) {
            // Printed on one line, or on many, of which the last is a bracket alone.
            let first = !std::mem::replace(&mut self.bare, true);
            self.add_data(line);
            if (first && json::parse(line).is_ok()) || line == "}" {
                return self.end_event();
            }
        }
        None
    }
}

/// How the lines of a stream of events may begin.
const FIELDS: &[&str] = &["data:", "event:", "id:", "retry:", "error:", ":"];

/// Whether a body is a stream of events, by its first bytes: what its server calls it is often
/// wrong. None where they do not tell yet.
#[must_use]
pub fn is_event_stream(start: &[u8]) -> Option<bool> {
    let start = start.strip_prefix("\u{feff}".as_bytes()).unwrap_or(start).trim_ascii_start();
    if FIELDS.iter().any(|field| start.starts_with(field.as_bytes())) {
        return Some(true);
    }
    let may_become_one = FIELDS.iter().any(|field| field.as_bytes().starts_with(start))
        || "\u{feff}".as_bytes().starts_with(start);
    (!may_become_one).then_some(false)
}
