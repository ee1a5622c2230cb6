//! Which numbers options take.

/// Which numbers are meant, and what messages call them.
#[derive(Debug)]
pub struct Numbers {
    least: f64,
    most: f64,
    whole: bool,
    /// In words.
    pub what: &'static str,
}

impl Numbers {
    /// All in a range.
    #[must_use]
    pub const fn new(least: f64, most: f64, what: &'static str) -> Self {
        Self { least, most, whole: false, what }
    }

    /// Those without a fraction.
    #[must_use]
    pub const fn whole(least: f64, most: f64, what: &'static str) -> Self {
        Self { least, most, whole: true, what }
    }

    /// Whether a number is one of them.
    #[must_use]
    pub fn has(&self, number: f64) -> bool {
        (self.least..=self.most).contains(&number) && !(self.whole && number.fract() != 0.0)
    }
}

/// Money, tokens.
pub const AMOUNT: Numbers = Numbers::new(0.0, f64::MAX, "a number from 0 up");
/// How long something may take.
pub const MILLISECONDS: Numbers =
    Numbers::new(f64::MIN_POSITIVE, f64::MAX, "a number of milliseconds above 0");
/// How many of something.
pub const COUNT: Numbers = Numbers::whole(1.0, 1e9, "a whole number from 1 up");
/// The same, where each of them costs a call.
pub const CALLS: Numbers = Numbers::whole(1.0, 1000.0, "a whole number from 1 to 1000");
/// The text that one call is shown, in tokens.
pub const CHUNK: Numbers = Numbers::whole(16.0, 1e9, "a whole number from 16 up");
/// How much one voice or criterion counts beside others.
pub const WEIGHT: Numbers = Numbers::new(f64::MIN_POSITIVE, 1e9, "a number above 0");
