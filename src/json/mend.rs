//! Makes JSON of text that is almost JSON: what models write, and what JavaScript takes.

use std::fmt::Write;

/// How deep brackets are followed: `serde_json` goes no deeper.
const DEEPEST: usize = 128;

/// What stands outside of strings in JSON, brackets and `/` of comments aside.
const BETWEEN: &str = " \t\r\n,:+-.0123456789Eaeflnrstu";

/// The start of a text, up to where its first bracket is closed, or to what cannot be JSON; and
/// that without small mistakes: a comma too many, comments, control characters in strings.
pub(super) fn mend_start(text: &str) -> (usize, String) {
    let mut mended = String::new();
    let (mut at, mut depth) = (0, 0);
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        at += match first {
            '"' => string(rest, &mut mended),
            '/' if comment(rest) > 0 => {
                mended.push(' ');
                comment(rest)
            }
            _ => {
                if matches!(first, '}' | ']') {
                    drop_comma(&mut mended);
                }
                mended.push(first);
                first.len_utf8()
            }
        };
        match first {
            '{' | '[' if depth < DEEPEST => depth += 1,
            '}' | ']' if depth > 1 => depth -= 1,
            '"' | '/' => {}
            between if BETWEEN.contains(between) => {}
            _ => break,
        }
    }
    (at, mended)
}

/// How long the comment is that a text begins with.
fn comment(text: &str) -> usize {
    match text.get(..2) {
        Some("//") => text.find('\n').unwrap_or(text.len()),
        Some("/*") => text.find("*/").map_or(text.len(), |end| end + 2),
        // It breaks off.
        None if text == "/" => 1,
        _ => 0,
    }
}

/// Takes back a comma after a value.
fn drop_comma(mended: &mut String) {
    if let Some(before) = mended.trim_end().strip_suffix(',')
        && !before.trim_end().ends_with(['[', '{', ',', ':'])
    {
        mended.truncate(before.len());
    }
}

/// Copies the string that a text begins with, and tells how long it is.
fn string(text: &str, mended: &mut String) -> usize {
    let mut escaped = true;
    for (at, letter) in text.char_indices() {
        match letter {
            '\0'..' ' if !escaped => {
                // Writing to a string does not fail.
                let _ = write!(mended, "\\u{:04x}", u32::from(letter));
            }
            _ => mended.push(letter),
        }
        if letter == '"' && !escaped {
            return at + 1;
        }
        // The first letter is the quote that opens it.
        escaped = letter == '\\' && !escaped;
    }
    text.len()
}

/// A text of JSON with half a surrogate pair in it, which JavaScript takes and UTF-8 has nothing
/// for.
pub(super) fn without_lone_surrogates(text: &str) -> Option<String> {
    let mut mended = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('\\') {
        let (before, escape) = rest.split_at(start);
        mended.push_str(before);
        let length = match (surrogate(escape), escape.get(6..).and_then(surrogate)) {
            (Some(0xD800..0xDC00), Some(0xDC00..)) => 12,
            (Some(_), _) => {
                mended.push_str("\\ufffd");
                rest = escape.get(6..)?;
                continue;
            }
            _ => 1 + escape.chars().nth(1)?.len_utf8(),
        };
        mended.push_str(escape.get(..length)?);
        rest = escape.get(length..)?;
    }
    mended.push_str(rest);
    (mended != text).then_some(mended)
}

/// The half of a pair that an escape stands for.
fn surrogate(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok().filter(|code| (0xD800..0xE000).contains(code))
}
