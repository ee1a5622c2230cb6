//! `concurrency: 'auto'`: finds how many calls a server takes at once, by additive increase and multiplicative decrease
//! (Chiu and Jain, 1989), with TCP's slow start up to the first sign of trouble.

const START: f64 = 16.0;
const FLOOR: f64 = 1.0;
const CEILING: f64 = 256.0;

/// The level that is held at present.
#[derive(Debug)]
pub struct Level {
    level: f64,
    /// Counts the decreases: calls that were sent before one say nothing new about the level after it.
    epoch: u64,
}

impl Default for Level {
    fn default() -> Self {
        Self { level: START, epoch: 0 }
    }
}

impl Level {
    /// Whether it has learned nothing yet.
    #[must_use]
    pub fn is_new(&self) -> bool {
        self.epoch == 0 && self.level == START
    }

    /// How many calls may be under way.
    #[must_use]
    pub fn limit(&self) -> usize {
        self.level as usize
    }

    /// To be kept with each call, for [`Level::overloaded`].
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.epoch
    }

    /// A call was answered. The level only rises when it is what held calls back.
    pub fn answered(&mut self, in_flight: usize) {
        if (in_flight as f64) < self.level * 0.75 {
            return;
        }
        let step = if self.epoch == 0 { 1.0 } else { 1.0 / self.level };
        self.level = (self.level + step).min(CEILING);
    }

    /// A call that was sent in `epoch` was refused because the server had too much to do.
    pub fn overloaded(&mut self, epoch: u64) {
        if epoch == self.epoch {
            self.level = (self.level / 2.0).max(FLOOR);
            self.epoch += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_of_refusals_halves_the_level_once() {
        let mut level = Level::default();
        for _ in 0..16 {
            level.overloaded(0);
        }
        assert_eq!(level.limit(), 8);
    }

    #[test]
    fn the_level_rises_fast_first_and_slowly_after_trouble_and_only_when_it_is_used() {
        let mut level = Level::default();
        level.answered(2);
        assert_eq!(level.limit(), 16);
        for _ in 0..16 {
            level.answered(64);
        }
        assert_eq!(level.limit(), 32);
        level.overloaded(level.epoch());
        for _ in 0..16 {
            level.answered(64);
        }
        assert_eq!(level.limit(), 16);
        level.answered(64);
        assert_eq!(level.limit(), 17);
        for _ in 0..10 {
            level.overloaded(level.epoch());
        }
        assert_eq!(level.limit(), 1);
    }
}
