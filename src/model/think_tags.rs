//! Models that write what they think into their text: `<think>…</think>` before the answer. Takes
//! the two apart, in whole texts and in streams, wherever the pieces of a stream cut.
//!
//! Tags: DeepSeek-R1, QwQ and Qwen3 (`<think>`), Gemini by OpenAI's format (`<thought>`), Magistral
//! (`[THINK]`). Templates that open the tag themselves leave a lone `</think>` in the answer.

use super::completion::Delta;
use crate::json;

const TAGS: &[(&str, &str)] = &[("<think>", LONE), ("<thought>", "</thought>"), ("[THINK]", "[/THINK]")];

/// The tag that may close what was never opened.
const LONE: &str = "</think>";

/// Takes a text apart as it comes.
#[derive(Debug, Default)]
pub(super) struct ThinkTags {
    state: State,
    /// What is not told yet: it may be the beginning of a tag.
    held: String,
    /// What was told as text while a lone closing tag may still come.
    told: String,
    found: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// Before the first word, where a tag may open.
    #[default]
    Start,
    /// Within thoughts that end with this tag.
    Thinking(&'static str),
    /// In the answer, which may yet turn out to be thoughts.
    Answer,
    /// In the answer, behind its thoughts.
    Rest,
}

impl ThinkTags {
    /// Takes in a piece of text and gives what is known of it.
    pub fn feed(&mut self, text: &str) -> Delta {
        self.held.push_str(text);
        let mut delta = Delta::default();
        while self.step(&mut delta) {}
        delta
    }

    /// Takes in a piece of text that is known to be nothing else, with no tag near it; else false.
    pub fn passes(&mut self, text: &str) -> bool {
        let is_answer = matches!(self.state, State::Answer);
        let passes = self.held.is_empty()
            && match self.state {
                State::Answer => !text.contains('<'),
                State::Rest => true,
                State::Start | State::Thinking(_) => text.is_empty(),
            };
        if passes && is_answer {
            self.told.push_str(text);
        }
        passes
    }

    /// What is left at the end of the text.
    pub fn finish(&mut self) -> Delta {
        let held = std::mem::take(&mut self.held);
        match self.state {
            State::Thinking(_) => Delta { reasoning: held, ..Delta::default() },
            State::Start if self.found => Delta::text(held.trim_start()),
            _ => Delta::text(held),
        }
    }

    /// Goes one tag further; false where the next piece has to come first.
    fn step(&mut self, delta: &mut Delta) -> bool {
        match self.state {
            State::Start => {
                let rest = self.held.trim_start();
                if let Some((open, close)) = TAGS.iter().find(|(open, _)| rest.starts_with(open)) {
                    self.held = rest.get(open.len()..).unwrap_or_default().into();
                    self.state = State::Thinking(close);
                    self.found = true;
                    return true;
                }
                if TAGS.iter().any(|(open, _)| open.starts_with(rest)) {
                    return false;
                }
                if self.found {
                    self.held = rest.into();
                }
                self.state = if self.found { State::Rest } else { State::Answer };
                true
            }
            State::Thinking(close) => match self.held.split_once(close) {
                Some((thought, rest)) => {
                    delta.reasoning.push_str(thought);
                    self.held = rest.into();
                    self.state = State::Start;
                    true
                }
                None => {
                    delta.reasoning.push_str(&self.certain(close));
                    false
                }
            },
            State::Answer => match self.held.split_once(LONE) {
                Some((before, after)) => {
                    self.told.push_str(before);
                    delta.text.push_str(before);
                    self.held = after.into();
                    if !closes_thoughts(&self.told) {
                        self.told.push_str(LONE);
                        delta.text.push_str(LONE);
                        return true;
                    }
                    delta.text.clear();
                    delta.voids_text = true;
                    delta.reasoning = std::mem::take(&mut self.told);
                    self.found = true;
                    self.state = State::Start;
                    true
                }
                None => {
                    let certain = self.certain(LONE);
                    self.told.push_str(&certain);
                    delta.text.push_str(&certain);
                    false
                }
            },
            State::Rest => {
                delta.text.push_str(&std::mem::take(&mut self.held));
                false
            }
        }
    }

    /// Takes all that is held but an end that may be the beginning of `tag`.
    fn certain(&mut self, tag: &str) -> String {
        let bytes = tag.len().min(self.held.len() + 1);
        let open = (1..bytes)
            .rev()
            .find(|&length| tag.get(..length).is_some_and(|start| self.held.ends_with(start)));
        let rest = self.held.split_off(self.held.len() - open.unwrap_or(0));
        std::mem::replace(&mut self.held, rest)
    }
}

/// Whether a closing tag behind `text` means it. One that is spoken of stands in quotes, in a piece
/// of code or in the string of an answer in JSON, or its opening tag does before it.
fn closes_thoughts(text: &str) -> bool {
    let quoted = text.ends_with(['`', '"', '\'']) || text.contains("<think>");
    let in_code = text.matches("```").count() % 2 == 1;
    let start = text.trim_start();
    let in_json = start.starts_with(['{', '[']) && json::parse(start).is_err_and(|error| error.is_eof());
    !quoted && !in_code && !in_json
}

/// A text taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub reasoning: String,
    pub answer: String,
    /// Whether the thoughts came to an end: else there is no answer.
    pub is_closed: bool,
}

/// Takes a whole text apart. None where it has no thoughts.
pub(super) fn split(text: &str) -> Option<Split> {
    let start = text.trim_start();
    if !text.contains(LONE) && !TAGS.iter().any(|(open, _)| start.starts_with(open)) {
        return None;
    }
    let mut tags = ThinkTags::default();
    let mut parts = tags.feed(text);
    let rest = tags.finish();
    parts.text.push_str(&rest.text);
    parts.reasoning.push_str(&rest.reasoning);
    tags.found.then(|| Split {
        reasoning: parts.reasoning.trim().into(),
        answer: parts.text,
        is_closed: !matches!(tags.state, State::Thinking(_)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fed in pieces of every size, the parts are those of the whole.
    fn parts(text: &str) -> Option<(String, String)> {
        let whole = split(text).map(|split| (split.reasoning, split.answer));
        for size in 1..=text.len().min(9) {
            let mut tags = ThinkTags::default();
            let (mut reasoning, mut shown) = (String::new(), String::new());
            let mut take = |delta: Delta| {
                if delta.voids_text {
                    shown.clear();
                }
                reasoning.push_str(&delta.reasoning);
                shown.push_str(&delta.text);
            };
            let mut rest = text;
            while !rest.is_empty() {
                let end = (size..).find(|end| *end >= rest.len() || rest.is_char_boundary(*end)).unwrap();
                let (piece, after) = rest.split_at(end.min(rest.len()));
                take(tags.feed(piece));
                rest = after;
            }
            take(tags.finish());
            match &whole {
                Some((thought, answer)) => {
                    assert_eq!((reasoning.trim(), &shown), (&**thought, answer), "{text} by {size}")
                }
                None => assert_eq!((&*reasoning, &*shown), ("", text), "{text} by {size}"),
            }
        }
        whole
    }

    #[test]
    fn thoughts_before_an_answer_are_taken_out_of_it() {
        let found = |thought: &str, answer: &str| Some((thought.to_string(), answer.to_string()));
        for (text, expected) in [
            ("<think>\nLet me see.\n</think>\n\nYes", found("Let me see.", "Yes")),
            ("\n <think>a</think>Yes", found("a", "Yes")),
            ("<think></think>\nYes", found("", "Yes")),
            ("<think>a < b </thin </think> x", found("a < b </thin", "x")),
            ("<think>a</think>\n<think>b</think> Yes", found("ab", "Yes")),
            ("<think>a</think>\n<b>Yes</b>", found("a", "<b>Yes</b>")),
            ("<think>never closed", found("never closed", "")),
            ("<think>never closed </th", found("never closed </th", "")),
            ("<thought>ü</thought>Grüße", found("ü", "Grüße")),
            ("[THINK]a[/THINK]Yes", found("a", "Yes")),
            ("<thought>a</think></thought>Yes", found("a</think>", "Yes")),
            ("It was opened before me.\n</think>\n\nYes", found("It was opened before me.", "Yes")),
            ("Perhaps {\"a\": 1}</think>{\"a\": 2}", found("Perhaps {\"a\": 1}", "{\"a\": 2}")),
            ("a</think>Yes, and </think> again", found("a", "Yes, and </think> again")),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn thoughts_that_no_answer_follows_are_known_by_their_end() {
        for (text, is_closed) in [
            ("<think>a", false),
            ("<think>a</think><think>b", false),
            ("<think>", false),
            ("<think>a</think>", true),
            ("a</think>", true),
        ] {
            assert_eq!(split(text).map(|split| split.is_closed), Some(is_closed), "{text}");
        }
    }

    #[test]
    fn an_answer_that_speaks_of_the_tags_is_left_as_it_is() {
        for text in [
            "",
            "Yes",
            "  a < b",
            "<thin ice",
            "<thinking>",
            "Put it between <think> and </think>.",
            "Close it with `</think>`.",
            "```\n</think>\n```",
            "{\"tag\": \"a </think> b\"}",
            "It ends <",
            " <thi",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
    }
}
