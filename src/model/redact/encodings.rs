//! The forms that a key takes on its way through servers: in addresses, in JSON, in HTML, in
//! base64, in hex, in capitals, and cut in two.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The secret itself, and whatever else would give it away.
pub(in crate::model) fn encodings_of(secret: &str) -> Vec<String> {
    let quoted = secret.replace('\\', r"\\").replace('"', r#"\""#);
    let slashed = quoted.replace('/', r"\/");
    let hex = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![secret.to_string(), in_address(secret), quoted, slashed, hex];
    for before in 0..3 {
        let digits = base64(secret, before);
        forms.push(digits.replace('+', "-").replace('/', "_"));
        forms.push(digits);
    }
    forms.sort();
    forms.dedup();
    forms
}

/// The text with single characters put back that were written as numbers or by name: in HTML, in
/// addresses, in JSON. None where there are none.
pub(in crate::model) fn decoded(text: &str) -> Option<String> {
    if !text.contains(['&', '%', '\\']) {
        return None;
    }
    let mut plain = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (character, length) = escape(rest).unwrap_or((first, first.len_utf8()));
        plain.push(character);
        rest = rest.get(length..).unwrap_or_default();
    }
    (plain != text).then_some(plain)
}

/// The character that an escape at the start of the text stands for, and how long that is.
fn escape(text: &str) -> Option<(char, usize)> {
    const NAMES: [(&str, char); 6] =
        [("amp", '&'), ("lt", '<'), ("gt", '>'), ("quot", '"'), ("apos", '\''), ("sol", '/')];
    let number = |digits: &str, radix| char::from_u32(u32::from_str_radix(digits, radix).ok()?);
    if let Some(digits) = text.strip_prefix('%').and_then(|rest| rest.get(..2)) {
        return Some((number(digits, 16).filter(char::is_ascii)?, 3));
    }
    if let Some(digits) = text.strip_prefix("\\u").and_then(|rest| rest.get(..4)) {
        return Some((number(digits, 16)?, 6));
    }
    let (name, _) = text.strip_prefix('&')?.split_once(';').filter(|(name, _)| name.len() <= 8)?;
    let character = match name.strip_prefix('#') {
        Some(digits) => match digits.strip_prefix(['x', 'X']) {
            Some(digits) => number(digits, 16)?,
            None => number(digits, 10)?,
        },
        None => NAMES.iter().find(|(known, _)| *known == name)?.1,
    };
    Some((character, name.len() + 2))
}

/// `text` with every part redacted that is one of `form` as well and has at least `least` bytes, in
/// letters of whatever case.
pub(in crate::model) fn redact_parts(text: &str, form: &str, least: usize, by: &str) -> String {
    let (low, form) = (text.to_ascii_lowercase(), form.to_ascii_lowercase());
    // A part of so many bytes has a whole block of the text in it, wherever it begins.
    let block = least.div_ceil(2).max(1);
    let mut kept = String::new();
    let mut from = 0;
    for at in (0..low.len()).step_by(block) {
        let Some(known) = low.get(at..at + block).filter(|_| at >= from) else { continue };
        let grown =
            form.match_indices(known).map(|(position, _)| grown(&low, &form, (at, position, block), from));
        let Some((start, end)) = grown.max_by_key(|(start, end)| end - start) else { continue };
        if end - start >= least
            && let Some(before) = text.get(from..start)
        {
            kept.push_str(before);
            kept.push_str(by);
            from = end;
        }
    }
    kept.push_str(text.get(from..).unwrap_or_default());
    kept
}

/// How far the two stay the same around a block that they share: in `text`, and not before `from`.
fn grown(
    text: &str,
    form: &str,
    (at, position, block): (usize, usize, usize),
    from: usize,
) -> (usize, usize) {
    let same =
        |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(one, other)| one == other).count();
    let (head, tail) = (text.get(from..at).unwrap_or_default(), text.get(at + block..).unwrap_or_default());
    let before = form.get(..position).unwrap_or_default();
    let after = form.get(position + block..).unwrap_or_default();
    let back = same(&mut head.bytes().rev().zip(before.bytes().rev()));
    let on = same(&mut tail.bytes().zip(after.bytes()));
    let (mut start, mut end) = (at - back, at + block + on);
    // Half a character is none.
    while !text.is_char_boundary(start) {
        start += 1;
    }
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (start, end)
}

fn in_address(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// The digits that belong to the text alone, where as many bytes as `before`, in threes, come
/// before it.
fn base64(text: &str, before: usize) -> String {
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(text.bytes()).collect();
    let mut digits = String::new();
    for three in bytes.chunks_exact(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        let digit = |shift: usize| DIGITS.get(bits >> shift & 63).map(|digit| char::from(*digit));
        digits.extend([18, 12, 6, 0].into_iter().filter_map(digit));
    }
    let shared = if before == 0 { 0 } else { before + 1 };
    digits.split_off(shared.min(digits.len()))
}

/// Reads base64: what a header of the kind `Basic` holds. Nothing if it is none.
pub(in crate::model) fn unbase64(digits: &str) -> Option<String> {
    let (mut bits, mut count, mut bytes) = (0, 0, Vec::new());
    for digit in digits.trim_end_matches('=').bytes() {
        bits = (bits << 6 | DIGITS.iter().position(|other| *other == digit)?) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_struck_out_where_they_are_long_enough() {
        let redacted = |text: &str| redact_parts(text, "abcdefghij-0123456789", 10, "*");
        for (text, expected) in [
            ("abcdefghij-0123456789", "*"),
            ("see ABCDEFGHIJ-0123456789!", "see *!"),
            ("abcdefghij…", "*…"),
            ("é xabcdefghij-0y -0123456789", "é x*y *"),
            ("abcdefghi and 123456789", "abcdefghi and 123456789"),
            ("", ""),
        ] {
            assert_eq!(redacted(text), expected);
        }
    }

    #[test]
    fn escapes_are_read_back() {
        for (text, expected) in [
            ("a&amp;b &#47;&#x2F;&sol; %2f \\u002f", Some("a&b /// / /")),
            ("100 % & more; \\ &nonsense; %zz %ff &#xd800; \\ud800", None),
            ("plain", None),
        ] {
            assert_eq!(decoded(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn base64_is_known_by_the_digits_that_are_the_secrets_own() {
        // Of `sk-secret`, then of `:sk-secret` and `u:sk-secret`.
        for (before, digits, whole) in [
            (0, "c2stc2VjcmV0", "c2stc2VjcmV0"),
            (1, "NrLXNlY3Jl", "OnNrLXNlY3JldA=="),
            (2, "zay1zZWNyZX", "dTpzay1zZWNyZXQ="),
        ] {
            let own = base64("sk-secret", before);
            assert!(whole.contains(&own) && own.len() >= 9, "{own} is not in {whole}");
            assert!(digits.starts_with(&own) || own.starts_with(digits), "{own}");
        }
        assert_eq!(unbase64("dTpzay1zZWNyZXQ=").as_deref(), Some("u:sk-secret"));
        assert_eq!(unbase64("no base64!"), None);
    }
}
