//! `evaluate`: one call a criterion, all at once.

use std::rc::Rc;

use futures::future::join_all;

use super::prompts::roles::{CRITIC, SCORE};
use super::prompts::shown;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::Failure;
use crate::json::{Map, Value, json};
use crate::model::worker::Worker;
use crate::platform::number;

/// The best that there is to score; the worst is 0.
const BEST: f64 = 10.0;

/// What to look at.
#[derive(Clone, Debug)]
pub struct Criterion {
    /// Its name in the scores.
    pub name: Rc<str>,
    /// What it asks for, where the name does not say it all.
    pub description: Option<Rc<str>>,
    /// How much it counts in the total.
    pub weight: f64,
    /// Who scores.
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
    let add = |criterion: &Criterion| run.add_task(Rc::clone(&criterion.name), "criterion".into(), [].into());
    let keys: Vec<TaskKey> = criteria.iter().map(add).collect();
    run.all_added();
    run.step("criteria", "running");
    let scores = score(run, subject, criteria, &keys).await;
    let by_name = |values: Vec<Value>| -> Map {
        criteria.iter().map(|criterion| criterion.name.to_string()).zip(values).collect()
    };
    let mut outcome = Map::new();
    outcome.set("total", &scores.total(criteria));
    outcome.insert("scores".into(), by_name(scores.scores.iter().map(|score| json!(score)).collect()).into());
    outcome.insert("reasons".into(), by_name(scores.reasons).into());
    Ok(outcome)
}

/// Scores a text, with a row for each criterion.
pub async fn score(run: &Run, subject: &str, criteria: &[Criterion], keys: &[TaskKey]) -> Scores {
    let shown = shown("subject", subject);
    let one = |(criterion, &key): (&Criterion, &TaskKey)| {
        let check = |answer: &Value| points(answer).map(|_| ());
        let call = SCORE.call(&criterion.worker, CRITIC, (&shown, &request(criterion)), 1, check);
        async move { run.perform_data(key, &call).await.ok() }
    };
    let answers = join_all(criteria.iter().zip(keys).map(one)).await;
    let reason = |answer: &Rc<Value>| answer.get("reasoning").cloned();
    Scores {
        scores: answers.iter().map(|answer| points(answer.as_ref()?).ok()).collect(),
        reasons: answers.iter().map(|answer| answer.as_ref().and_then(reason).unwrap_or_default()).collect(),
    }
}

impl Scores {
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
        Value::Number(number) => Some(*number),
        Value::String(text) => number::parse(text.trim()),
        _ => None,
    };
    score
        .filter(|score| (0.0..=BEST).contains(score))
        .ok_or_else(|| format!("`score` has to be a number from 0 to {BEST}"))
}

fn request(criterion: &Criterion) -> String {
    let colon = criterion.description.as_ref().map(|text| format!(": {text}")).unwrap_or_default();
    format!("\n\nCriterion: {}{colon}", criterion.name)
}
