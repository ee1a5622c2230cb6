//! Values as text, on one line and without spaces.

use std::fmt;

use super::value::Value;
use crate::host::number;

impl Value {
    /// The text of the value.
    #[must_use]
    pub fn print(&self) -> String {
        let mut text = String::new();
        self.print_to(&mut text);
        text
    }

    /// About how long its text is.
    #[must_use]
    pub fn size(&self) -> usize {
        match self {
            Self::String(text) => text.len() + 2,
            Self::Array(items) => items.iter().map(|item| item.size() + 1).sum(),
            Self::Object(fields) => fields.iter().map(|(name, value)| name.len() + value.size() + 4).sum(),
            _ => 4,
        }
    }

    fn print_to(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) if number.is_finite() => out.push_str(&number::text(*number)),
            // As JavaScript does.
            Self::Number(_) => out.push_str("null"),
            Self::String(text) => quote(text, out),
            Self::Array(items) => {
                let mut prefix = '[';
                for item in items {
                    out.push(prefix);
                    item.print_to(out);
                    prefix = ',';
                }
                out.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(fields) => {
                let mut prefix = '{';
                for (name, value) in fields {
                    out.push(prefix);
                    quote(name, out);
                    out.push(':');
                    value.print_to(out);
                    prefix = ',';
                }
                out.push_str(if fields.is_empty() { "{}" } else { "}" });
            }
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.print())
    }
}

fn quote(text: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    out.push('"');
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        let short = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..b' ' => "\\u00",
            _ => continue,
        };
        out.push_str(text.get(start..at).unwrap_or_default());
        out.push_str(short);
        if short.len() > 2 {
            out.push(if byte < 16 { '0' } else { '1' });
            out.push(HEX.get(usize::from(byte & 15)).copied().unwrap_or('0'));
        }
        start = at + 1;
    }
    out.push_str(text.get(start..).unwrap_or_default());
    out.push('"');
}
