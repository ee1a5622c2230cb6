//! Server-sent events, piece by piece, as the HTML standard reads them (§9.2.6 "Interpreting an event stream").

use crate::error::{Code, Failure};

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
            self.line.extend_from_slice(head);
            if let Some(event) = self.end_line() {
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

    fn end_line(&mut self) -> Option<SseEvent> {
        let bytes = std::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(&bytes);
        let mut line = text.as_ref();
        if !self.past_start {
            self.past_start = true;
            line = line.strip_prefix('\u{feff}').unwrap_or(line);
        }
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            return std::mem::take(&mut self.has_data).then_some(event);
        }
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "data" => {
                if self.has_data {
                    self.event.data.push('\n');
                }
                self.has_data = true;
                self.event.data.push_str(value);
            }
            "event" => value.clone_into(&mut self.event.name),
            _ => {}
        }
        None
    }
}
