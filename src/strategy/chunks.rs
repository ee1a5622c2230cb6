//! Cuts a long text into chunks by tokens: between paragraphs where that can be, else between
//! sentences, else between words.

use crate::model::usage::tokens_of;

/// Chunks of at most `most` estimated tokens, each with the last `overlap` tokens of the one before
/// it in front, cut at a sentence where that can be. A text that fits is one chunk, as it is.
#[must_use]
pub fn chunks(text: &str, most: u64, overlap: u64) -> Vec<String> {
    if tokens_of(text.len()) <= most {
        return vec![text.into()];
    }
    let room = bytes(most.saturating_sub(overlap).max(1));
    let mut chunks: Vec<String> = Vec::new();
    let mut current = String::new();
    for piece in pieces(text, room, 0) {
        if !current.is_empty() && current.len() + piece.len() > room {
            chunks.push(std::mem::take(&mut current));
        }
        current.push_str(piece);
    }
    chunks.push(current);
    chunks.retain(|chunk| !chunk.trim().is_empty());
    if overlap == 0 {
        return chunks;
    }
    let tails: Vec<String> = chunks.iter().map(|chunk| tail(chunk, bytes(overlap)).into()).collect();
    let first = chunks.first().cloned();
    let others = tails.iter().zip(chunks.iter().skip(1)).map(|(before, chunk)| format!("{before}{chunk}"));
    first.into_iter().chain(others).collect()
}

fn bytes(tokens: u64) -> usize {
    usize::try_from(tokens).unwrap_or(usize::MAX).saturating_mul(4)
}

/// Where a text may be cut, the best places first.
const CUTS: [fn(&str) -> Option<usize>; 4] = [paragraph, line, sentence, word];

/// Chunks that each fit into `room`, cut at the best places that make them fit. Joined, they are
/// the text.
fn pieces(text: &str, room: usize, level: usize) -> Vec<&str> {
    if text.len() <= room {
        return vec![text];
    }
    let Some(cut) = CUTS.get(level) else { return by_length(text, room) };
    let mut all = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = match cut(rest).and_then(|at| rest.split_at_checked(at)) {
            Some((piece, after)) => (piece, after),
            None => (rest, ""),
        };
        all.extend(pieces(piece, room, level + 1));
        rest = after;
    }
    all
}

/// Past the next blank line.
fn paragraph(text: &str) -> Option<usize> {
    text.find("\n\n").map(|at| at + 2)
}

/// Past the next end of a line.
fn line(text: &str) -> Option<usize> {
    text.find('\n').map(|at| at + 1)
}

/// Past the next end of a sentence: its mark with a space behind it, or one of the marks that need
/// none.
fn sentence(text: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        match c {
            '.' | '!' | '?' if next.is_some_and(char::is_whitespace) => return Some(at + 2),
            '。' | '！' | '？' => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

/// Past the next space.
fn word(text: &str) -> Option<usize> {
    text.char_indices().find(|(_, c)| c.is_whitespace()).map(|(at, c)| at + c.len_utf8())
}

fn by_length(text: &str, room: usize) -> Vec<&str> {
    let mut all = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        // At least one character, however narrow the room.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let at = (first..=room.max(first).min(rest.len())).rev().find(|&at| rest.is_char_boundary(at));
        let (piece, after) = rest.split_at_checked(at.unwrap_or(rest.len())).unwrap_or((rest, ""));
        all.push(piece);
        rest = after;
    }
    all
}

/// The last sentences, or words, of at most `room` bytes.
fn tail(text: &str, room: usize) -> &str {
    let start = (text.len().saturating_sub(room)..=text.len()).find(|&at| text.is_char_boundary(at));
    let last = start.and_then(|start| text.get(start..)).unwrap_or_default();
    let cut = sentence(last).or_else(|| word(last)).unwrap_or(0);
    last.get(cut..).filter(|rest| !rest.trim().is_empty()).unwrap_or(last)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_best_place_to_cut_is_taken() {
        let text = "One two. Three four.\n\nFive six. Seven.";
        assert_eq!(chunks(text, 6, 0), ["One two. Three four.\n\n", "Five six. Seven."]);
        assert_eq!(chunks(text, 4, 0), ["One two. ", "Three four.\n\n", "Five six. Seven."]);
        assert_eq!(chunks("abcdefghij", 1, 0), ["abcd", "efgh", "ij"]);
    }

    #[test]
    fn an_overlap_repeats_the_sentence_before() {
        let text = "First thing here. Second one. Third thing there. Fourth one.";
        let all = chunks(text, 12, 5);
        assert!(all[1].starts_with("First thing here. Second one. "), "{all:?}");
    }

    proptest! {
        /// Without overlap nothing is lost or doubled but blank chunks, and no chunk is longer than
        /// asked, save for single characters that are.
        #[test]
        fn chunks_are_the_text_in_pieces_that_fit(text in "[a-zé。.!\n ]{0,400}", most in 1u64..40, overlap in 0u64..5) {
            let strip = |text: &str| text.split_whitespace().collect::<String>();
            prop_assert_eq!(strip(&chunks(&text, most, 0).concat()), strip(&text));
            for chunk in chunks(&text, most, overlap) {
                prop_assert!(tokens_of(chunk.len()) <= most.max(overlap + 1), "{:?}", chunk);
            }
        }
    }
}
