//! Tool calls in OpenAI's format: whole, and put together from the pieces of a stream. Servers
//! number and name the pieces in ways of their own.

use crate::json::{self, Value, at, text_at};
use crate::model::message::ToolCall;

/// The most calls that are kept of one answer.
const MOST: usize = 256;

/// The calls so far.
#[derive(Debug, Default)]
pub(in crate::model) struct Calls {
    pub calls: Vec<ToolCall>,
    /// The index of each.
    indices: Vec<Option<u64>>,
    /// A name that came again behind whole arguments: another call if arguments follow, else said
    /// twice.
    announced: Option<(Option<u64>, ToolCall)>,
}

impl Calls {
    /// Takes in a call that is whole, and gives its position.
    pub fn whole(&mut self, call: &Value) -> Option<usize> {
        self.push(tool_call(call), None)
    }

    /// Takes in a piece, and gives the position of its call. Pieces come by `index`: the first
    /// names the call, the others add to its arguments.
    pub fn piece(&mut self, piece: &Value) -> Option<usize> {
        let index =
            piece.get("index").and_then(|index| index.as_u64().or_else(|| index.as_str()?.parse().ok()));
        let mut piece = tool_call(piece);
        if piece.name.is_empty()
            && !piece.arguments.is_empty()
            && let Some((_, call)) = self.announced.take_if(|(other, _)| *other == index)
        {
            piece = ToolCall { arguments: piece.arguments, ..call };
        }
        let last = self.indices.iter().rposition(|other| *other == index);
        let Some((position, call)) =
            last.and_then(|position| Some((position, self.calls.get_mut(position)?)))
        else {
            return self.push(piece, index);
        };
        if !is_another(call, &piece, index) {
            add(call, piece);
            return Some(position);
        }
        if piece.arguments.is_empty() && piece.name == call.name && piece.id == call.id {
            self.announced = Some((index, piece));
            return Some(position);
        }
        self.push(piece, index)
    }

    fn push(&mut self, call: ToolCall, index: Option<u64>) -> Option<usize> {
        // Snowflake writes an empty one for each block of text.
        if self.calls.len() >= MOST || call == ToolCall::default() {
            return None;
        }
        self.calls.push(call);
        self.indices.push(index);
        Some(self.calls.len() - 1)
    }
}

fn tool_call(call: &Value) -> ToolCall {
    ToolCall {
        id: text_at(call, "/id").into(),
        name: text_at(call, "/function/name").into(),
        arguments: match at(call, "/function/arguments") {
            Some(Value::String(text)) => text.clone(),
            // Not as documented, but some servers do: the arguments themselves.
            Some(object @ Value::Object(_)) => json::print(object),
            _ => String::new(),
        },
    }
}

/// Whether a piece begins another call than the last at its index. Ollama gives each call the same
/// index and an id of its own; others give no ids, or no index and each call in one piece.
fn is_another(call: &ToolCall, piece: &ToolCall, index: Option<u64>) -> bool {
    if !piece.id.is_empty() && !call.id.is_empty() && piece.id != call.id {
        return true;
    }
    if piece.name.is_empty() || call.name.is_empty() {
        return false;
    }
    // Some servers say a call once more at the end.
    let said_again = !piece.id.is_empty() && piece == call;
    match call.arguments.as_str() {
        "" => index.is_none() && piece.id.is_empty(),
        whole if json::parse(whole).is_ok() => !said_again,
        _ => piece.name != call.name,
    }
}

fn add(call: &mut ToolCall, piece: ToolCall) {
    if call.id.is_empty() {
        call.id = piece.id;
    }
    // Some servers repeat the name in each piece, others say it in pieces.
    if piece.name.starts_with(&call.name) {
        call.name = piece.name;
    } else if call.arguments.is_empty() {
        call.name.push_str(&piece.name);
    }
    // Or the arguments once more.
    let said_again = piece.arguments == call.arguments && json::parse(&call.arguments).is_ok();
    if !said_again {
        call.arguments.push_str(&piece.arguments);
    }
}
