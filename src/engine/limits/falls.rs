//! How many calls at once a server bears that falls over when there are too many.

/// After so many falls in a row, with more calls at once each than were answered since the first
/// of them, it bears no more than those.
const DOUBTED: u32 = 10;

#[derive(Debug, Default)]
pub(super) struct Falls {
    bears: f64,
    /// The most calls at once of which one failed since it last fell.
    failed: f64,
    /// Falls in a row, and the most calls at once of which one was answered in that time.
    in_row: u32,
    answered: f64,
}

impl Falls {
    /// The most calls at once of which one was answered, unless that is out of date.
    pub fn bears(&self) -> f64 {
        self.bears
    }

    /// A call was answered that was sent as one of so many at once.
    pub fn answered(&mut self, at_once: f64) {
        self.bears = self.bears.max(at_once);
        self.answered = self.answered.max(at_once);
    }

    /// A call failed that was sent as one of so many at once.
    pub fn failed(&mut self, at_once: f64) {
        self.failed = self.failed.max(at_once);
    }

    /// So many calls failed that the server is out.
    pub fn fell(&mut self) {
        let is_next = std::mem::take(&mut self.failed) > self.answered;
        self.in_row = if is_next { self.in_row + 1 } else { 0 };
        let is_out_of_date = self.in_row >= DOUBTED && self.answered > 0.0;
        if is_out_of_date {
            self.bears = self.answered;
        }
        if !is_next || is_out_of_date {
            (self.in_row, self.answered) = (0, 0.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_falls_over_at_fewer_calls_ten_times_does_not_bear_what_it_did() {
        let mut falls = Falls::default();
        falls.answered(60.0);
        falls.failed(60.0);
        falls.fell();
        for _ in 0..10 {
            assert_eq!(falls.bears(), 60.0);
            falls.answered(8.0);
            falls.failed(9.0);
            falls.fell();
        }
        assert_eq!(falls.bears(), 8.0);
    }

    #[test]
    fn a_server_that_answers_as_many_calls_between_its_falls_bears_them() {
        let mut falls = Falls::default();
        for _ in 0..100 {
            falls.answered(16.0);
            falls.failed(16.0);
            falls.fell();
        }
        assert_eq!(falls.bears(), 16.0);
    }
}
