//! When two answers are the same: case, white space, punctuation and the spelling of numbers do not
//! count.

use crate::host::lowercase::lower;

const NUMBERS: [&str; 21] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
    "twenty",
];

/// The form in which answers are compared.
#[must_use]
pub fn normalized(answer: &str) -> String {
    let text: Vec<char> = lower(answer).chars().collect();
    let digit =
        |index: Option<usize>| index.and_then(|index| text.get(index)).is_some_and(char::is_ascii_digit);
    let mut plain = String::new();
    for (index, &c) in text.iter().enumerate() {
        let (before, after) = (digit(index.checked_sub(1)), digit(Some(index + 1)));
        let starts = plain.is_empty() || plain.ends_with(' ');
        match c {
            // What is part of a number changes its value.
            '.' if after && (before || starts) => plain.push('.'),
            '-' | '−' | '–' if after && starts => plain.push('-'),
            ',' if before && groups_thousands(&text, index) => {}
            '\'' | '’' | '‘' => {}
            c if c.is_ascii_alphanumeric() || is_symbol(c) => plain.push(c),
            _ => plain.push(' '),
        }
    }
    let words: Vec<String> = plain.split_whitespace().map(number).collect();
    if words.is_empty() { lower(answer.trim()) } else { words.join(" ") }
}

/// A comma before exactly three digits.
fn groups_thousands(text: &[char], comma: usize) -> bool {
    let digits = text.iter().skip(comma + 1).take_while(|c| c.is_ascii_digit()).count();
    digits == 3
}

/// Signs that mean something beside a number or a word: `5 %` is not `5 €`, and `c++` is not `c`.
fn is_symbol(c: char) -> bool {
    matches!(c, '%' | '+' | '=' | '<' | '>' | '/' | '^' | '#' | '&' | '@' | '$' | '°')
        || !c.is_ascii() && !c.is_whitespace() && !is_quote(c)
}

fn is_quote(c: char) -> bool {
    matches!(
        c,
        '“' | '”'
            | '„'
            | '«'
            | '»'
            | '…'
            | '–'
            | '—'
            | '−'
            | '。'
            | '、'
            | '，'
            | '！'
            | '？'
            | '¿'
            | '¡'
    )
}

/// `seven` as `7`, and `4.50` as `4.5`.
fn number(word: &str) -> String {
    if let Some(value) = NUMBERS.iter().position(|name| *name == word) {
        return value.to_string();
    }
    let decimal = word.contains('.') && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-'));
    if !decimal || word.matches('.').count() > 1 {
        return word.into();
    }
    let trimmed = word.trim_end_matches('0').trim_end_matches('.');
    trimmed.strip_prefix('.').map_or_else(|| trimmed.into(), |fraction| format!("0.{fraction}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_answer_in_other_words_is_one() {
        let same = |a: &str, b: &str| assert_eq!(normalized(a), normalized(b), "{a} and {b}");
        same(" Paris.", "**paris**");
        same("Forty-two!", "forty two");
        same("seven", "7");
        same("1,000", "1000");
        same("4.50", "4.5");
        same("42.0", "42");
        same("Don't", "dont");
        same("−3", "-3");
        same("“Yes”", "yes");
    }

    #[test]
    fn what_changes_the_meaning_is_kept() {
        let apart = |a: &str, b: &str| assert_ne!(normalized(a), normalized(b), "{a} and {b}");
        apart("-5", "5");
        apart("3.5", "35");
        apart("5 %", "5");
        apart("C++", "C");
        apart("1,2", "12");
        apart("?", "!");
        apart("5 °C", "5 °F");
        apart("1.2.3", "1.23");
    }
}
