//! Counts ballots, and knows when the open ones cannot change the winner.

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

/// One answer and its voters.
#[derive(Debug)]
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
    /// The leading answer first. Of equal ones, that of the first voter in the list.
    lines: Vec<Line>,
}

impl Tally {
    /// Counts the ballot of a voter.
    pub fn add(&mut self, voter: usize, answer: &str, weight: f64) {
        let normal = normalized(answer);
        let mut line = match self.lines.iter().position(|line| line.normal == normal) {
            Some(index) => self.lines.remove(index),
            None => Line { normal, answer: answer.into(), voter, votes: 0, weight: 0.0 },
        };
        line.votes += 1;
        line.weight += weight;
        // Which ballot came first must not decide what the winner looks like.
        if voter < line.voter {
            line.voter = voter;
            line.answer = answer.into();
        }
        let before = |other: &Line| {
            other.weight > line.weight || other.weight == line.weight && other.voter < line.voter
        };
        self.lines.insert(self.lines.partition_point(before), line);
    }

    /// Whether one answer has won, however the ballots of weight `open` go.
    #[must_use]
    pub fn is_decided(&self, bar: Bar, open: f64) -> bool {
        let Some(lead) = self.lines.first().map(|line| line.weight) else { return false };
        let second = self.lines.get(1).map_or(0.0, |line| line.weight);
        lead > second + open + ALMOST && self.reaches(bar, lead, self.sum() + open)
    }

    /// The first voter of each leading answer; several when they share the lead.
    #[must_use]
    pub fn leaders(&self) -> Vec<(usize, &str)> {
        let Some(lead) = self.lines.first().map(|line| line.weight) else { return Vec::new() };
        let leads = self.lines.iter().take_while(|line| line.weight >= lead - ALMOST);
        leads.map(|line| (line.voter, line.answer.as_str())).collect()
    }

    /// Whether the lead is enough.
    #[must_use]
    pub fn is_reached(&self, bar: Bar) -> bool {
        self.lines.first().is_some_and(|line| self.reaches(bar, line.weight, self.sum()))
    }

    /// The share of the weight that agrees on an answer.
    #[must_use]
    pub fn agreement(&self, answer: Option<&str>) -> Option<f64> {
        let line = match answer.map(normalized) {
            Some(normal) => self.lines.iter().find(|line| line.normal == normal),
            None => self.lines.first(),
        }?;
        (self.sum() > 0.0).then(|| (line.weight / self.sum() * 10_000.0).round() / 10_000.0)
    }

    /// As callers see it, the lead first.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let line = |line: &Line| json!({ "answer": line.answer, "votes": line.votes, "weight": line.weight });
        self.lines.iter().map(line).collect()
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
}
