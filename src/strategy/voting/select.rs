//! Finds the winner among the ballots.

use std::rc::Rc;

use super::ballot::Ballot;
use super::{Select, TieBreak, Votes, Voting};
use crate::engine::request::Call;
use crate::engine::run::Run;
use crate::engine::task::TaskKey;
use crate::error::{Code, Failure};
use crate::json::{Fields, Value, json};
use crate::model::worker::Worker;
use crate::strategy::evaluate::{Criterion, Scores, questions};
use crate::strategy::judge::{Candidate, pick};
use crate::strategy::prompts::{about, fenced};

/// The winner, and the reason.
#[derive(Debug, Default)]
pub struct Chosen {
    /// The answer as written; none without a winner.
    pub winner: Option<String>,
    /// The judge's words, where one judged.
    pub reason: Option<String>,
    /// The score of each voter's answer, where they were scored.
    pub totals: Option<Value>,
    /// Why there is no winner.
    pub error: Option<Failure>,
}

impl Chosen {
    fn answer(winner: &str) -> Self {
        Self { winner: Some(winner.into()), ..Self::default() }
    }
}

/// A valid ballot: the index of its voter, and the answer.
type Valid = (usize, Candidate);

pub(super) async fn choose(run: &Run, input: &Voting, votes: &Votes) -> Result<Chosen, Failure> {
    let rows = votes.ballots.iter().zip(&votes.keys).enumerate();
    let valid: Vec<Valid> = rows
        .filter_map(|(voter, (ballot, &key))| {
            let text = Rc::from(ballot.as_ref()?.answer.as_str());
            Some((voter, Candidate { key, text }))
        })
        .collect();
    if valid.is_empty() {
        return Ok(Chosen::default());
    }
    match &input.select {
        Select::Count { bar, tie_break } => {
            let leaders = votes.tally.leaders();
            match (leaders.as_slice(), tie_break) {
                ([(_, answer)], _) if votes.tally.is_reached(*bar) => Ok(Chosen::answer(answer)),
                ([_] | [], _) | (_, TieBreak::Null) => Ok(Chosen::default()),
                (tied, TieBreak::First) => {
                    let first = tied.iter().min_by_key(|(voter, _)| *voter);
                    Ok(first.map(|(_, answer)| Chosen::answer(answer)).unwrap_or_default())
                }
                (tied, TieBreak::Judge(judge)) => {
                    let leads = |voter: usize| tied.iter().any(|(leader, _)| *leader == voter);
                    let tied = valid.into_iter().filter(|(voter, _)| leads(*voter)).map(|(_, one)| one);
                    judged(run, input, judge, tied.collect()).await
                }
            }
        }
        Select::Judge(judge) => {
            judged(run, input, judge, valid.into_iter().map(|(_, one)| one).collect()).await
        }
        Select::Rubric(criteria) => Ok(scored(run, input, criteria, votes, &valid).await),
        Select::Function(select) => {
            let answer = run.before_deadline(select(votes_for(input, votes))).await?;
            let answer = answer.map_err(|failure| failure.of_option("select"))?;
            from_function(&answer, input, &valid)
        }
    }
}

async fn judged(
    run: &Run,
    input: &Voting,
    judge: &Rc<Worker>,
    candidates: Vec<Candidate>,
) -> Result<Chosen, Failure> {
    if let [only] = candidates.as_slice() {
        return Ok(Chosen::answer(&only.text));
    }
    run.step("judge", "aggregating");
    let pick = pick(run, judge, "judge", &input.question, &candidates).await?;
    let winner = candidates.get(pick.index).map(|one| one.text.to_string());
    Ok(Chosen { winner, reason: pick.reason, ..Chosen::default() })
}

/// The highest total wins; of equal ones that with more by the heaviest criterion, then the first.
async fn scored(run: &Run, input: &Voting, criteria: &[Criterion], votes: &Votes, valid: &[Valid]) -> Chosen {
    run.step("rubric", "aggregating");
    let id = |voter: usize| input.voters.get(voter).map(|voter| Rc::clone(&voter.id)).unwrap_or_default();
    let mut keys: Vec<TaskKey> = Vec::new();
    let mut calls: Vec<Call> = Vec::new();
    for (voter, candidate) in valid {
        keys.extend(criteria.iter().map(|criterion| {
            run.add_auxiliary(&format!("{}/{}", id(*voter), criterion.name), "criterion", &[candidate.key])
        }));
        let ballot = votes.ballots.get(*voter).and_then(Option::as_ref);
        calls.extend(questions(&shown(&input.question, &candidate.text, ballot), criteria));
    }
    run.perform_all(keys.iter().copied().zip(calls).collect()).await;
    let scores: Vec<Scores> =
        keys.chunks(criteria.len().max(1)).map(|keys| Scores::read(run, keys)).collect();
    let mark = |scores: &Scores| Some((scores.total(criteria)?, scores.heaviest(criteria).unwrap_or(0.0)));
    let ranked = valid.iter().zip(&scores).filter_map(|((_, one), scores)| Some((one, mark(scores)?)));
    let best = ranked.rev().max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let totals = valid.iter().zip(&scores);
    Chosen {
        winner: best.map(|(one, _)| one.text.to_string()),
        totals: Some(
            totals
                .map(|((voter, _), scores)| json!({ "voter": id(*voter), "total": scores.total(criteria) }))
                .collect(),
        ),
        error: best.is_none().then(|| Failure::new(Code::RunFailed, "No answer could be scored.")),
        reason: None,
    }
}

/// What a critic is shown of a ballot. A "yes" cannot be scored without what was asked, nor for how
/// well it is argued without its reasoning.
fn shown(question: &str, answer: &str, ballot: Option<&Ballot>) -> String {
    let reasoning = ballot.and_then(|ballot| ballot.reasoning.as_deref()).unwrap_or_default();
    let subject = about("subject", &format!("{answer}\n\n{reasoning}"));
    format!("{}\n\n{subject}", fenced("request", question))
}

/// The argument of the caller's function: the valid ballots, in the order of the voters.
fn votes_for(input: &Voting, votes: &Votes) -> Value {
    let rows = input.voters.iter().zip(&votes.ballots);
    rows.filter_map(|(voter, ballot)| {
        let mut fields = ballot.as_ref()?.fields();
        fields.set("voter", &voter.id);
        fields.set("weight", voter.weight);
        Some(fields)
    })
    .collect()
}

/// The function names the winner by its index, by its answer, or by giving the vote back. `null` is
/// no winner.
fn from_function(answer: &Value, input: &Voting, valid: &[Valid]) -> Result<Chosen, Failure> {
    let named: Option<String> = match answer {
        Value::Null => return Ok(Chosen::default()),
        index @ Value::Number(_) => {
            let index = index.as_u64().and_then(|index| usize::try_from(index).ok());
            index.and_then(|index| valid.get(index)).map(|(_, one)| one.text.to_string())
        }
        Value::String(text) => Some(text.clone()),
        vote => vote.get("voter").and_then(Value::as_str).and_then(|id| {
            let named = |(voter, _): &&Valid| input.voters.get(*voter).is_some_and(|voter| *voter.id == *id);
            valid.iter().find(named).map(|(_, one)| one.text.to_string())
        }),
    };
    let wrong = || {
        let message =
            "`select` has to return one of the votes it was given, its index or its answer, or null.";
        Failure::new(Code::CallbackFailed, message)
    };
    named.map(|winner| Chosen::answer(&winner)).ok_or_else(wrong)
}
