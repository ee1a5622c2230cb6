//! Counts ballots, and knows when nothing that is still to come can change who wins.

use super::normal::normalized;
use crate::json::{Value, json};

/// Sums of weights such as 0.1 + 0.2 are never quite what they should be.
const ALMOST: f64 = 1e-9;

/// What an answer needs to win.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bar {
    /// More weight than any other.
    Most,
    /// More than half of all.
    Majority,
    /// At least this share of all.
    Share(f64),
}

/// One answer and those who gave it.
#[derive(Clone, Debug)]
struct Line {
    normal: String,
    /// As the first of them wrote it.
    answer: String,
    voter: usize,
    votes: usize,
    weight: f64,
}

/// The count.
#[derive(Debug, Default)]
pub struct Tally {
    lines: Vec<Line>,
}

impl Tally {
    /// Counts a ballot of the voter at a place.
    pub fn add(&mut self, voter: usize, answer: &str, weight: f64) {
        let normal = normalized(answer);
        match self.lines.iter_mut().find(|line| line.normal == normal) {
            Some(line) => {
                line.votes += 1;
                line.weight += weight;
                // Which ballot came first must not decide what the winner looks like.
                if voter < line.voter {
                    line.voter = voter;
                    line.answer = answer.into();
                }
            }
            None => self.lines.push(Line { normal, answer: answer.into(), voter, votes: 1, weight }),
        }
    }

    /// Whether one answer has won, however the ballots of weight `open` go.
    #[must_use]
    pub fn is_decided(&self, bar: Bar, open: f64) -> bool {
        let sorted = self.sorted();
        let Some(lead) = sorted.first().map(|line| line.weight) else { return false };
        let second = sorted.get(1).map_or(0.0, |line| line.weight);
        lead > second + open + ALMOST && self.reaches(bar, lead, self.sum() + open)
    }

    /// The places of the first voters for each answer that leads; several when they share the lead.
    #[must_use]
    pub fn leaders(&self) -> Vec<(usize, String)> {
        let sorted = self.sorted();
        let Some(lead) = sorted.first().map(|line| line.weight) else { return Vec::new() };
        let leads = sorted.iter().take_while(|line| line.weight >= lead - ALMOST);
        let mut leaders: Vec<_> = leads.map(|line| (line.voter, line.answer.clone())).collect();
        leaders.sort_by_key(|(voter, _)| *voter);
        leaders
    }

    /// Whether the lead is enough.
    #[must_use]
    pub fn is_reached(&self, bar: Bar) -> bool {
        self.sorted().first().is_some_and(|line| self.reaches(bar, line.weight, self.sum()))
    }

    /// The share of the weight that agrees on an answer.
    #[must_use]
    pub fn agreement(&self, answer: Option<&str>) -> Option<f64> {
        let sorted = self.sorted();
        let line = match answer.map(normalized) {
            Some(normal) => sorted.iter().find(|line| line.normal == normal),
            None => sorted.first(),
        }?;
        (self.sum() > 0.0).then(|| (line.weight / self.sum() * 10_000.0).round() / 10_000.0)
    }

    /// As callers see it, the lead first.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let line = |line: &Line| json!({ "answer": line.answer, "votes": line.votes, "weight": line.weight });
        self.sorted().iter().map(line).collect()
    }

    fn sum(&self) -> f64 {
        self.lines.iter().map(|line| line.weight).sum()
    }

    fn reaches(&self, bar: Bar, weight: f64, all: f64) -> bool {
        match bar {
            Bar::Most => true,
            Bar::Majority => weight > all / 2.0 + ALMOST,
            Bar::Share(share) => weight >= share * all - ALMOST,
        }
    }

    fn sorted(&self) -> Vec<Line> {
        let mut lines = self.lines.clone();
        lines.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.voter.cmp(&b.voter)));
        lines
    }
}
