//! `evaluate`: one call a criterion, all at once.

use std::rc::Rc;

use super::fan_out::fan_out;
use super::prompts::about;
use super::prompts::roles::{CRITIC, SCORE};
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::host::number;
use crate::json::{Fields, Map, Value, json};
use crate::model::worker::Worker;

/// The best score; the worst is 0.
const BEST: f64 = 10.0;

/// One criterion.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Its name in the scores.
    pub name: Rc<str>,
    /// What it asks for, where the name does not say it all.
    pub description: Option<Rc<str>>,
    /// How much it counts in the total.
    pub weight: f64,
    /// The worker that scores.
    pub worker: Rc<Worker>,
}

/// The scores of one text, in the order of the criteria.
#[derive(Debug)]
pub struct Scores {
    scores: Vec<Option<f64>>,
    reasons: Vec<Value>,
}

/// Scores a text.
///
/// # Errors
/// None of its own: what fails is in the table of the run.
pub async fn evaluate(run: &Run, subject: &str, criteria: &[Criterion]) -> Result<Map, Failure> {
    let names = criteria.iter().map(|criterion| Rc::clone(&criterion.name));
    let rows = names.zip(questions(&about("subject", subject), criteria)).collect();
    let keys = fan_out(run, "criterion", "criteria", None, rows).await;
    let scores = Scores::read(run, &keys);
    let by_name = |values: Vec<Value>| -> Map {
        criteria.iter().map(|criterion| criterion.name.to_string()).zip(values).collect()
    };
    let mut outcome = Map::new();
    outcome.set("total", scores.total(criteria));
    outcome.put("scores", by_name(scores.scores.iter().map(|score| json!(score)).collect()).into());
    outcome.put("reasons", by_name(scores.reasons).into());
    Ok(outcome)
}

/// A call for each criterion, to score the subject that `data` shows.
pub(super) fn questions(data: &str, criteria: &[Criterion]) -> Vec<Call> {
    let one = |criterion: &Criterion| {
        let check = |answer: &Value| points(answer).map(|_| ());
        SCORE.call(&criterion.worker, CRITIC, (data, &request(criterion)), 1, check)
    };
    criteria.iter().map(one).collect()
}

impl Scores {
    /// The scores, from the rows of those calls.
    pub(super) fn read(run: &Run, keys: &[TaskKey]) -> Self {
        let answers: Vec<Rc<Value>> = keys.iter().map(|&key| run.data(key).unwrap_or_default()).collect();
        Self {
            scores: answers.iter().map(|answer| points(answer).ok()).collect(),
            reasons: answers
                .iter()
                .map(|answer| answer.get("reasoning").cloned().unwrap_or_default())
                .collect(),
        }
    }

    /// The weighted mean of the criteria that were scored; none when none was.
    #[must_use]
    pub fn total(&self, criteria: &[Criterion]) -> Option<f64> {
        let scored =
            || criteria.iter().zip(&self.scores).filter_map(|(one, score)| Some((one.weight, (*score)?)));
        let weight: f64 = scored().map(|(weight, _)| weight).sum();
        let sum: f64 = scored().map(|(weight, score)| weight * score).sum();
        (weight > 0.0).then(|| (sum / weight * 1000.0).round() / 1000.0)
    }

    /// The score by the criterion that counts most.
    #[must_use]
    pub fn heaviest(&self, criteria: &[Criterion]) -> Option<f64> {
        let pairs = criteria.iter().zip(&self.scores).rev();
        pairs.max_by(|(a, _), (b, _)| a.weight.total_cmp(&b.weight)).and_then(|(_, score)| *score)
    }
}

fn points(answer: &Value) -> Result<f64, String> {
    let score = match answer.get("score").unwrap_or(answer) {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => number::parse(text.trim()),
        _ => None,
    };
    score
        .filter(|score| (0.0..=BEST).contains(score))
        .ok_or_else(|| "`score` has to be a number from 0 to 10".into())
}

fn request(criterion: &Criterion) -> String {
    let colon = criterion.description.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    format!("\n\nCriterion: {}{colon}", criterion.name)
}
