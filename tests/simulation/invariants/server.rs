//! A server with a limit of its own and every fault that there is, drawn from a seed. It keeps books of what it served.

use std::cell::RefCell;
use std::rc::Rc;

use parallelization_agent::json::{Value, json};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Piece, Random, Reply};

use crate::world::completion;

/// What became of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A whole answer.
    Answer,
    /// A status, or an error object under status 200, that may be gone the next time.
    Passing,
    /// One that no retry mends.
    Final,
    /// No connection.
    Unreached,
    /// It was taken in, and the answer never came whole, or was none.
    Spoiled,
}

/// How long the server asked to wait.
#[derive(Clone, Copy, Debug)]
pub enum Hold {
    For(f64),
    /// On the world's clock.
    Until(f64),
}

/// One line in the books.
#[derive(Clone, Debug)]
pub struct Served {
    pub run: usize,
    pub task: String,
    pub model: String,
    pub prompt_bytes: usize,
    pub kind: Kind,
    pub status: Option<u16>,
    pub usage: Option<(u64, u64)>,
    pub text: String,
    pub hold: Option<Hold>,
}

/// How bad the server is.
#[derive(Clone, Debug)]
pub struct Temper {
    pub faults: f64,
    pub per_minute: Option<usize>,
    pub slowest_ms: f64,
}

pub type Books = Rc<RefCell<Vec<Served>>>;

pub fn server(seed: u64, temper: Temper, books: Books) -> impl FnMut(&Request, f64) -> Reply {
    let mut random = Random::new(seed);
    let mut admitted: Vec<(String, f64)> = Vec::new();
    move |request, now| {
        let body: Value = json::parse(&request.body).unwrap();
        let mut served = entry(&body, books.borrow().len());
        let after = random.unit() * temper.slowest_ms;
        let before = |model: &str, admitted: &[(String, f64)]| -> Vec<f64> {
            admitted.iter().filter(|(m, at)| m == model && at + 60_000.0 > now).map(|(_, at)| *at).collect()
        };
        let earlier = before(&served.model, &admitted);
        let reply = match temper.per_minute {
            Some(most) if earlier.len() >= most => {
                let wait = earlier[earlier.len() - most] + 60_000.0 - now;
                served.hold = Some(Hold::For(wait.ceil()));
                refuse(&mut served, 429, 1.0, "slow down")
                    .header("retry-after-ms", format!("{}", wait.ceil()))
            }
            _ => {
                admitted.push((served.model.clone(), now));
                if random.unit() < temper.faults {
                    fault(&mut random, &mut served, &body, after, now)
                } else {
                    answer(&mut random, &mut served, &body, after)
                }
            }
        };
        books.borrow_mut().push(served);
        reply
    }
}

fn entry(body: &Value, index: usize) -> Served {
    let messages = body["messages"].as_array().unwrap();
    let text = |index: usize| messages[index]["content"].as_str().unwrap();
    let word = |text: &str| text.split_whitespace().next().unwrap().to_string();
    let (_, work) = text(0).split_once("Overall task: work ").unwrap();
    let task = if text(1).contains("Combine these results") { "summary".into() } else { word(text(1)) };
    Served {
        run: work.parse().unwrap(),
        task,
        model: body["model"].as_str().unwrap().into(),
        prompt_bytes: messages.iter().map(|message| message["content"].as_str().unwrap().len()).sum(),
        kind: Kind::Spoiled,
        status: None,
        usage: None,
        text: format!("answer-{index}-"),
        hold: None,
    }
}

fn is_stream(body: &Value) -> bool {
    body["stream"] == true
}

fn refuse(served: &mut Served, status: u16, after: f64, words: &str) -> Reply {
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

fn answer(random: &mut Random, served: &mut Served, body: &Value, after: f64) -> Reply {
    write(random, served, body);
    served.kind = Kind::Answer;
    let (prompt, written) = served.usage.unwrap();
    let silent = random.below(8) == 0;
    let mut reply = if is_stream(body) {
        stream(random, served, after, !silent, Ending::Whole)
    } else {
        let text = completion(&served.text, prompt, written);
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

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    Whole,
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
    let chunk = |delta: &str, reason: Value| {
        let value = json!({ "model": "simulated", "choices": [{ "index": 0, "delta": { "content": delta }, "finish_reason": reason }] });
        format!("data: {value}\n\n")
    };
    let shown = if ending == Ending::Whole { served.text.len() } else { random.below(served.text.len()) };
    let mut rest = &served.text[..shown];
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(1 + random.below(40)));
        send(random.unit() * 200.0, chunk(piece, Value::Null));
        rest = after;
    }
    match ending {
        Ending::Whole => {
            send(0.0, chunk("", "stop".into()));
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

fn fault(random: &mut Random, served: &mut Served, body: &Value, after: f64, now: f64) -> Reply {
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
            Reply::new(200, after, json!({ "error": { "type": error, "message": "no" } }).to_string())
        }
        13 if !is_stream(body) => {
            let mut reply = Reply::new(200, after, "{\"choices\"");
            reply.body.push((NEVER_MS, Piece::Bytes(Vec::new())));
            reply
        }
        _ if is_stream(body) => {
            write(random, served, body);
            let ending = [Ending::Cut, Ending::Broken, Ending::Stalled, Ending::Comments][random.below(4)];
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
