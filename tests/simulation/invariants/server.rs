//! A server with a limit of its own and faults drawn from a seed. It keeps a log of what it served.

use std::cell::RefCell;
use std::rc::Rc;

use parallelization_agent::json::{self, Value};
use parallelization_agent::platform::Request;
use parallelization_agent::platform::sim::{Random, Reply};

use super::replies::{answer, fault, refuse};

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

/// One line in the log.
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
    /// The tool calls in it, by their nonces.
    pub asks: Vec<String>,
}

/// How bad the server is.
#[derive(Clone, Debug)]
pub struct FaultRates {
    pub faults: f64,
    pub per_minute: Option<usize>,
    pub slowest_ms: f64,
}

pub type ServerLog = Rc<RefCell<Vec<Served>>>;

pub fn server(seed: u64, rates: FaultRates, log: ServerLog) -> impl FnMut(&Request, f64) -> Reply {
    let mut random = Random::new(seed);
    let mut admitted: Vec<(String, f64)> = Vec::new();
    move |request, now| {
        let body: Value = json::parse(&request.body).unwrap();
        let mut served = entry(&body, log.borrow().len());
        let after = random.unit() * rates.slowest_ms;
        let before = |model: &str, admitted: &[(String, f64)]| -> Vec<f64> {
            admitted.iter().filter(|(m, at)| m == model && at + 60_000.0 > now).map(|(_, at)| *at).collect()
        };
        let earlier = before(&served.model, &admitted);
        let reply = match rates.per_minute {
            Some(most) if earlier.len() >= most => {
                let wait = earlier[earlier.len() - most] + 60_000.0 - now;
                served.hold = Some(Hold::For(wait.ceil()));
                refuse(&mut served, 429, 1.0, "slow down")
                    .header("retry-after-ms", format!("{}", wait.ceil()))
            }
            _ => {
                admitted.push((served.model.clone(), now));
                if random.unit() < rates.faults {
                    fault(&mut random, &mut served, &body, after, now)
                } else {
                    answer(&mut random, &mut served, &body, after)
                }
            }
        };
        log.borrow_mut().push(served);
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
        prompt_bytes: prompt_bytes(body),
        kind: Kind::Spoiled,
        status: None,
        usage: None,
        text: format!("answer-{index}-"),
        hold: None,
        asks: Vec::new(),
    }
}

/// What a model is shown: 16 bytes around each message and tool, and all that is said in them.
fn prompt_bytes(body: &Value) -> usize {
    let length = |value: &Value| value.as_str().unwrap_or_default().len();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let call = |call: &Value| length(&call["function"]["name"]) + length(&call["function"]["arguments"]);
    let message = |message: &Value| -> usize {
        16 + length(&message["content"]) + list(&message["tool_calls"]).iter().map(call).sum::<usize>()
    };
    let tool = |tool: &Value| {
        let tool = &tool["function"];
        16 + length(&tool["name"]) + length(&tool["description"]) + tool["parameters"].to_string().len()
    };
    let said: usize = list(&body["messages"]).iter().map(message).sum();
    said + list(&body["tools"]).iter().map(tool).sum::<usize>()
}
