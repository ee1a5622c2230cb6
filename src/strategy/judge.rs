//! A call that picks the best of several answers. It sees them shuffled and without names, so that
//! neither position nor author counts.

use std::rc::Rc;

use super::prompts::roles::{JUDGE, PICK};
use super::prompts::{FENCED, fenced};
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::Value;
use crate::model::worker::Worker;

/// One of the answers to pick from.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Its row.
    pub key: TaskKey,
    /// Its text.
    pub text: Rc<str>,
}

/// What was picked, and why.
#[derive(Debug)]
pub struct Pick {
    /// Its index among the candidates.
    pub index: usize,
    /// The judge's words.
    pub reason: Option<String>,
}

/// Asks `worker` which of the candidates answers `request` best.
///
/// # Errors
/// When the judge cannot be asked, or does not name a candidate even when asked again.
pub async fn pick(
    run: &Run,
    worker: &Rc<Worker>,
    name: &'static str,
    request: &str,
    candidates: &[Candidate],
) -> Result<Pick, Failure> {
    let order = shuffled(run, candidates.len());
    let presented = order.iter().filter_map(|&index| candidates.get(index)).enumerate();
    let blocks: Vec<String> =
        presented.map(|(position, one)| fenced(&format!("candidate {}", position + 1), &one.text)).collect();
    let question = format!("{}\n\n{}\n\n{FENCED}", fenced("request", request), blocks.join("\n\n"));
    let keys: Vec<TaskKey> = candidates.iter().map(|one| one.key).collect();
    let key = run.add_auxiliary(name, name, &keys);
    let most = order.len();
    let check = move |value: &Value| match choice(value, most) {
        Some(_) => Ok(()),
        None => Err(format!("`choice` has to be a whole number from 1 to {most}")),
    };
    let answer = run.perform_data(key, &PICK.call(worker, JUDGE, ("", &question), 1, check)).await?;
    let index = choice(&answer, most).and_then(|position| order.get(position)).copied();
    let reason = answer.get("reason").and_then(Value::as_str).map(Into::into);
    Ok(Pick { index: index.unwrap_or_default(), reason })
}

/// The index that an answer names, from 0 up. Some models write `"2"` or `"candidate 2"`.
fn choice(answer: &Value, most: usize) -> Option<usize> {
    let number = match answer.get("choice").unwrap_or(answer) {
        number @ Value::Number(_) => number.as_u64()?,
        Value::String(text) => text.trim_start_matches(|c: char| !c.is_ascii_digit()).trim().parse().ok()?,
        _ => return None,
    };
    let number = usize::try_from(number).ok()?;
    (1..=most).contains(&number).then(|| number - 1)
}

/// Fisher and Yates's shuffle.
fn shuffled(run: &Run, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        order.swap(last, ((run.random() * (last + 1) as f64) as usize).min(last));
    }
    order
}
