//! Text as values (RFC 8259).

use std::fmt;

use super::map::Map;
use super::value::Value;
use crate::host::number;

/// How deep values may be nested: each level takes a piece of the stack.
const DEEPEST: usize = 128;

/// Why a text is no JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParseError {
    at: usize,
    is_end: bool,
}

impl ParseError {
    /// Whether it ended before the value did.
    #[must_use]
    pub fn is_end(&self) -> bool {
        self.is_end
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what =
            if self.is_end { "it ends too early, at byte" } else { "there is something wrong at byte" };
        write!(formatter, "{what} {}", self.at)
    }
}

/// Reads a text that is one value.
///
/// # Errors
/// When it is none.
pub fn parse(text: &str) -> Result<Value, ParseError> {
    let mut parser = Parser { text, at: 0, is_lenient: false };
    match parser.value(0) {
        Some(value) => {
            parser.skip_space();
            if parser.peek().is_none() { Ok(value) } else { Err(parser.error()) }
        }
        None => Err(parser.error()),
    }
}

/// Reads the value that a text begins with, and tells how long that is. Reads over a comma too many, comments, and line ends
/// within strings.
pub(super) fn parse_start(text: &str) -> Result<(usize, Value), ParseError> {
    let mut parser = Parser { text, at: 0, is_lenient: true };
    match parser.value(0) {
        Some(value) => Ok((parser.at, value)),
        None => Err(parser.error()),
    }
}

/// `None` is a mistake at the place where it stands.
struct Parser<'a> {
    text: &'a str,
    at: usize,
    is_lenient: bool,
}

impl<'a> Parser<'a> {
    fn error(&self) -> ParseError {
        ParseError { at: self.at, is_end: self.at >= self.text.len() }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Steps over `byte` if it stands here.
    fn eat(&mut self, byte: u8) -> bool {
        let eats = self.peek() == Some(byte);
        self.at += usize::from(eats);
        eats
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.eat(byte).then_some(())
    }

    fn skip_space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        if self.is_lenient && self.peek() == Some(b'/') && self.skip_comment() {
            self.skip_space();
        }
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = match rest.get(..2) {
            Some("//") => rest.find('\n').unwrap_or(rest.len()),
            Some("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => return false,
        };
        self.at += length;
        true
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        if depth >= DEEPEST {
            return None;
        }
        self.skip_space();
        match self.peek()? {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.string().map(Value::String),
            b'[' => {
                let mut items = Vec::new();
                self.members(b']', |parser| {
                    items.push(parser.value(depth + 1)?);
                    Some(())
                })?;
                Some(Value::Array(items))
            }
            b'{' => {
                let mut fields = Map::new();
                self.members(b'}', |parser| {
                    let name = parser.string()?;
                    parser.skip_space();
                    parser.expect(b':')?;
                    let value = parser.value(depth + 1)?;
                    fields.push_read(name, value);
                    Some(())
                })?;
                Some(Value::Object(fields))
            }
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        word.bytes().all(|byte| self.eat(byte)).then_some(value)
    }

    /// What stands between brackets, with commas in between.
    fn members(&mut self, end: u8, mut member: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.skip_space();
        if self.eat(end) {
            return Some(());
        }
        loop {
            self.skip_space();
            member(self)?;
            self.skip_space();
            if self.eat(end) {
                return Some(());
            }
            self.expect(b',')?;
            if self.is_lenient {
                self.skip_space();
                if self.eat(end) {
                    return Some(());
                }
            }
        }
    }

    fn digits(&mut self) -> Option<usize> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        Some(self.at - start).filter(|count| *count > 0)
    }

    fn number(&mut self) -> Option<Value> {
        let start = self.at;
        self.eat(b'-');
        if !self.eat(b'0') {
            self.digits()?;
        }
        if self.eat(b'.') {
            self.digits()?;
        }
        if self.eat(b'e') || self.eat(b'E') {
            let _ = self.eat(b'+') || self.eat(b'-');
            self.digits()?;
        }
        number::parse(self.text.get(start..self.at)?).map(Value::Number)
    }

    fn string(&mut self) -> Option<String> {
        self.expect(b'"')?;
        let mut string = String::new();
        loop {
            let rest = self.text.get(self.at..)?;
            let plain = rest.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '));
            let plain = plain.unwrap_or(rest.len());
            string.push_str(rest.get(..plain)?);
            self.at += plain;
            if self.eat(b'"') {
                return Some(string);
            }
            if self.is_lenient
                && let Some(control @ 0..b' ') = self.peek()
            {
                string.push(char::from(control));
                self.at += 1;
                continue;
            }
            self.expect(b'\\')?;
            let escaped = match self.peek()? {
                b'n' => '\n',
                b't' => '\t',
                b'r' => '\r',
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'u' => {
                    self.at += 1;
                    string.push(self.unicode()?);
                    continue;
                }
                plain @ (b'"' | b'\\' | b'/') => char::from(plain),
                _ => return None,
            };
            self.at += 1;
            string.push(escaped);
        }
    }

    /// The character after `\u`; half of a pair stands for no character.
    fn unicode(&mut self) -> Option<char> {
        let first = self.hex()?;
        let mut code = first;
        if (0xD800..0xDC00).contains(&first) && self.text.get(self.at..self.at + 2) == Some("\\u") {
            let after_first = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            } else {
                self.at = after_first;
            }
        }
        Some(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn hex(&mut self) -> Option<u32> {
        let mut code = 0;
        for _ in 0..4 {
            code = code * 16 + char::from(self.peek()?).to_digit(16)?;
            self.at += 1;
        }
        Some(code)
    }
}
