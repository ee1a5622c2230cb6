//! What the server replies: answers, whole or as a stream, refusals, and every other fault.

use parallelization_agent::json::{self, Value, json};
use parallelization_agent::model::usage::tokens_of;
use parallelization_agent::platform::sim::{Piece, Random, Reply};

use super::server::{Hold, Kind, Served};
use super::tools::NAME;
use crate::world::completion;

fn is_stream(body: &Value) -> bool {
    body["stream"] == true
}

pub(super) fn refuse(served: &mut Served, status: u16, after: f64, words: &str) -> Reply {
    let quota = words == "quota";
    served.status = Some(status);
    served.kind = match status {
        _ if quota => Kind::Final,
        408 | 409 | 429 | 500.. => Kind::Passing,
        _ => Kind::Final,
    };
    let code = if quota { "insufficient_quota" } else { "other" };
    Reply::new(status, after, json!({ "error": { "message": words, "code": code } }).to_string())
}

/// Writes an answer within `max_tokens` and puts it on the bill.
fn write(random: &mut Random, served: &mut Served, body: &Value) {
    let longest = body["max_tokens"].as_u64().unwrap() as usize * 4;
    let length = served.text.len() + random.below(longest - served.text.len());
    while served.text.len() < length {
        served.text.push(b"etaoin"[random.below(6)] as char);
    }
    served.usage = Some(((served.prompt_bytes / 4) as u64, served.text.len().div_ceil(4) as u64));
}

/// Asks for the tool now and then, in the beginning of a conversation; sometimes for one that there
/// is not.
fn ask(random: &mut Random, served: &mut Served, body: &Value) -> Vec<Value> {
    let turns = body["messages"].as_array().unwrap().len();
    if body["tools"].is_null() || turns > 8 || random.below(2) == 0 {
        return Vec::new();
    }
    let line = served.text.trim_matches(|c: char| !c.is_ascii_digit()).to_string();
    let call = |place: usize| {
        let nonce = format!("{line}-{place}");
        let (name, arguments) = match random.below(8) {
            0 => ("akt", json!({ "nonce": nonce }).to_string()),
            1 => (NAME, "{\"nonce\"".into()),
            _ => {
                let arguments = json!({ "nonce": nonce }).to_string();
                served.asks.push(nonce);
                (NAME, arguments)
            }
        };
        let id = if random.below(4) == 0 { "" } else { &format!("c{place}") };
        json!({ "index": place, "id": id, "type": "function", "function": { "name": name, "arguments": arguments } })
    };
    (0..1 + turns % 4).map(call).collect()
}

pub(super) fn answer(random: &mut Random, served: &mut Served, body: &Value, after: f64) -> Reply {
    let calls = ask(random, served, body);
    write(random, served, body);
    served.kind = Kind::Answer;
    let (prompt, written) = served.usage.unwrap();
    let silent = random.below(8) == 0;
    let mut reply = if is_stream(body) {
        stream(random, served, after, !silent, Ending::Whole(calls))
    } else {
        let mut answer: Value = json::parse(&completion(&served.text, prompt, written)).unwrap();
        if !calls.is_empty() {
            answer["choices"][0]["message"]["tool_calls"] = calls.into();
        }
        let text = answer.to_string();
        Reply::new(200, after, if silent { text.replace("usage", "unused") } else { text })
    };
    if silent {
        served.usage = None;
    }
    if random.below(4) == 0 {
        let kind = ["requests", "tokens"][random.below(2)];
        let (limit, remaining, reset) =
            [("100", "3", "2s"), ("100", "0", "1.5s"), ("-1", "-1", "0"), ("0", "0", "soon")]
                [random.below(4)];
        reply = reply
            .header(&format!("x-ratelimit-limit-{kind}"), limit)
            .header(&format!("x-ratelimit-remaining-{kind}"), remaining)
            .header(&format!("x-ratelimit-reset-{kind}"), reset);
    }
    reply
}

#[derive(Clone, PartialEq)]
enum Ending {
    /// With the tools that it asks for.
    Whole(Vec<Value>),
    Cut,
    Broken,
    Stalled,
    Comments,
}

/// For ever, as far as any run is concerned.
const NEVER_MS: f64 = 1e9;

fn stream(random: &mut Random, served: &Served, after: f64, usage: bool, ending: Ending) -> Reply {
    let mut reply = Reply::new(200, after, "");
    reply.headers = vec![("content-type".into(), "text/event-stream".into())];
    reply.body.clear();
    let mut send = |gap: f64, text: String| reply.body.push((gap, Piece::Bytes(text.into_bytes())));
    let chunk = |delta: &str, reason: Value| json!({ "model": "simulated", "choices": [{ "index": 0, "delta": { "content": delta }, "finish_reason": reason }] });
    let shown =
        if let Ending::Whole(_) = ending { served.text.len() } else { random.below(served.text.len()) };
    let mut rest = &served.text[..shown];
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(1 + random.below(40)));
        let mut value = chunk(piece, Value::Null);
        // Some servers count as they go, and may be behind.
        if !matches!(ending, Ending::Whole(_)) && random.below(4) == 0 {
            let written = random.below(tokens_of(served.text.len()) as usize);
            value["usage"] =
                json!({ "prompt_tokens": tokens_of(served.prompt_bytes), "completion_tokens": written });
        }
        send(random.unit() * 200.0, format!("data: {value}\n\n"));
        rest = after;
    }
    match ending {
        Ending::Whole(calls) => {
            if !calls.is_empty() {
                let value = json!({ "choices": [{ "delta": { "tool_calls": calls } }] });
                send(0.0, format!("data: {value}\n\n"));
            }
            send(0.0, format!("data: {}\n\n", chunk("", "stop".into())));
            if usage {
                let (prompt, written) = served.usage.unwrap();
                let usage = json!({ "choices": [], "usage": { "prompt_tokens": prompt, "completion_tokens": written } });
                send(0.0, format!("data: {usage}\n\n"));
            }
            send(0.0, "data: [DONE]\n\n".into());
        }
        Ending::Cut => {}
        Ending::Broken => reply.body.push((5.0, Piece::Break)),
        Ending::Stalled => send(NEVER_MS, String::new()),
        Ending::Comments => (0..200).for_each(|_| send(400.0, ": still here\n\n".into())),
    }
    reply
}

pub(super) fn fault(random: &mut Random, served: &mut Served, body: &Value, after: f64, now: f64) -> Reply {
    let any = |random: &mut Random, choices: &[u16]| choices[random.below(choices.len())];
    match random.below(16) {
        0 | 1 => asks_to_wait(random, served, 429, after, now),
        2 => {
            let status = any(random, &[503, 529, 500, 408]);
            asks_to_wait(random, served, status, after, now)
        }
        3 => {
            let status = any(random, &[408, 409, 500, 502, 503, 504, 529]);
            refuse(served, status, after, "trouble")
        }
        4 => {
            let status = any(random, &[400, 401, 403, 404, 422]);
            refuse(served, status, after, "no")
        }
        5 => refuse(served, 429, after, "quota"),
        6 => {
            served.kind = Kind::Final;
            let reply = refuse(served, 500, after, "do not ask again").header("x-should-retry", "false");
            served.kind = Kind::Final;
            reply
        }
        7 => {
            let reply = refuse(served, 400, after, "ask again").header("x-should-retry", "true");
            served.kind = Kind::Passing;
            reply
        }
        8 => {
            served.kind = Kind::Unreached;
            Reply::broken(after)
        }
        9 => {
            let mut reply = Reply::new(200, after, "{\"choices\": [");
            reply.body.push((3.0, Piece::Break));
            reply
        }
        10 => Reply::new(200, NEVER_MS, "{}"),
        11 => Reply::new(
            200,
            after,
            ["", "<html>busy</html>", "{}", "{\"choices\": [{", "null"][random.below(5)],
        ),
        12 => {
            let refusal = random.below(2) == 0;
            served.kind = if refusal { Kind::Final } else { Kind::Passing };
            let error = if refusal { "invalid_request_error" } else { "overloaded_error" };
            let mut answer = json!({ "error": { "type": error, "message": "no" } });
            if random.below(2) == 0 {
                // Within what was asked: a budget can keep to nothing else.
                let prompt = random.below(served.prompt_bytes / 4 + 1);
                let written = random.below(body["max_tokens"].as_u64().unwrap() as usize);
                served.usage = Some((prompt as u64, written as u64));
                answer["usage"] = json!({ "prompt_tokens": prompt, "completion_tokens": written });
            }
            Reply::new(200, after, answer.to_string())
        }
        13 if !is_stream(body) => {
            let mut reply = Reply::new(200, after, "{\"choices\"");
            reply.body.push((NEVER_MS, Piece::Bytes(Vec::new())));
            reply
        }
        _ if is_stream(body) => {
            write(random, served, body);
            let ending = [Ending::Cut, Ending::Broken, Ending::Stalled, Ending::Comments]
                .into_iter()
                .nth(random.below(4))
                .unwrap();
            stream(random, served, after, false, ending)
        }
        _ => refuse(served, 500, after, "trouble"),
    }
}

/// A refusal with a wait in one of its many forms; some of them say nothing that can be used.
fn asks_to_wait(random: &mut Random, served: &mut Served, status: u16, after: f64, now: f64) -> Reply {
    let reply = refuse(served, status, after, "slow down");
    let seconds = 1 + random.below(90);
    let for_seconds = Some(Hold::For(seconds as f64 * 1000.0));
    let (hold, reply) = match random.below(7) {
        0 => (Some(Hold::For(250.0)), reply.header("retry-after-ms", "250").header("retry-after", "90")),
        1 => (for_seconds, reply.header("retry-after", format!("{seconds}"))),
        2 => {
            // The world begins on the first day of 2026, at midnight.
            let at = ((now / 1000.0).floor() as usize + seconds).min(3_599);
            let date = format!("Thu, 01 Jan 2026 00:{:02}:{:02} GMT", at / 60, at % 60);
            (Some(Hold::Until(at as f64 * 1000.0)), reply.header("retry-after", date))
        }
        3 => (for_seconds, {
            let mut reply = refuse(served, status, after, &format!("Please try again in {seconds}s."));
            reply.after_ms = after;
            reply
        }),
        4 => (for_seconds, {
            let reply = reply.header("x-ratelimit-remaining-requests", "0");
            reply.header("x-ratelimit-reset-requests", format!("{seconds}s"))
        }),
        5 => (
            None,
            reply
                .header("retry-after", ["0", "-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT"][random.below(4)]),
        ),
        _ => (None, reply),
    };
    served.hold = hold;
    reply
}
