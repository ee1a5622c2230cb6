//! How the adaptive limit rises: step by step, as long as more calls at once bring more answers a
//! second.

/// Where `'auto'` begins.
pub(super) const START: f64 = 16.0;
/// The share by which the level rises in one step: at first, and after refusals. A step that pays
/// is followed by a longer one.
const FIRST_STEP: f64 = 1.0;
const STEP: f64 = 0.25;
/// A step pays if the answers a second rise by this share of it. Up to where it began, it need not:
/// few calls at once give too few answers to tell.
const PAYS: f64 = 0.3;
/// Rounds without a step after one that did not pay; at most, after many that did not.
const HOLD: u32 = 8;
const LONGEST_HOLD: u32 = 16;
/// And after many that brought the server down.
const LONGEST_HOLD_AFTER_FALLS: u32 = 1_024;
/// The share of the level that has to be under way for answers to tell of it.
const USED: f64 = 0.75;

#[derive(Debug)]
pub(super) struct Steps {
    share: f64,
    hold: u32,
    next_hold: u32,
    /// The last one, until it is known whether it pays.
    last: Option<Step>,
    round: Option<Round>,
}

#[derive(Debug)]
struct Step {
    /// The level before it, and its answers a millisecond.
    level: f64,
    throughput: f64,
    /// When the additional calls began to wait.
    from_ms: f64,
}

/// The time of as many answers as the level lets through at once: it measures the answers a second.
#[derive(Debug)]
struct Round {
    since_ms: f64,
    answers: f64,
}

impl Default for Steps {
    fn default() -> Self {
        Self { share: FIRST_STEP, hold: 0, next_hold: HOLD, last: None, round: None }
    }
}

impl Steps {
    /// The level before the last one, while it is not known whether that pays.
    pub fn before(&self) -> Option<f64> {
        self.last.as_ref().map(|last| last.level)
    }

    /// Whether the next one is shorter than the first.
    pub fn are_short(&self) -> bool {
        self.share < FIRST_STEP
    }

    /// One of the additional calls was refused. What refused it may be gone when the next one goes:
    /// they wait anew.
    pub fn refused(&mut self, now_ms: f64) {
        if let Some(last) = &mut self.last {
            last.from_ms = now_ms;
        }
    }

    /// When one more call may go beside those in flight: the additional calls of a step go one
    /// after the other, between the answers of the others.
    pub fn opens_at(&self, in_flight: f64) -> f64 {
        match &self.last {
            Some(last) if in_flight >= last.level => {
                last.from_ms + (in_flight - last.level + 0.5) / last.throughput
            }
            _ => f64::NEG_INFINITY,
        }
    }

    /// A call was answered that was sent as one of so many at once, at the present `level` or not.
    /// Gives the answers a millisecond of that level once they are measured.
    pub fn answered(&mut self, level: f64, at_once: f64, is_present: bool, now_ms: f64) -> Option<f64> {
        if is_present && at_once < (level * USED).floor() {
            self.round = None;
            return None;
        }
        let Some(round) = &mut self.round else {
            self.round = is_present.then_some(Round { since_ms: now_ms, answers: 0.0 });
            return None;
        };
        round.answers += 1.0;
        if round.answers < level || now_ms <= round.since_ms {
            return None;
        }
        let throughput = round.answers / (now_ms - round.since_ms);
        self.round = None;
        Some(throughput)
    }

    /// The level that follows `level` by its answers a millisecond.
    pub fn next(&mut self, level: f64, ceiling: f64, throughput: f64, now_ms: f64) -> f64 {
        if let Some(last) = self.last.take() {
            let pays = last.throughput * (1.0 + (level / last.level - 1.0) * PAYS);
            if level > START && throughput < pays {
                self.failed();
                return last.level;
            }
            self.share = (self.share * 2.0).min(FIRST_STEP);
            self.next_hold = HOLD;
        }
        if self.hold > 0 {
            self.hold -= 1;
            return level;
        }
        if level >= ceiling {
            return level;
        }
        self.last = Some(Step { level, throughput, from_ms: now_ms });
        (level * (1.0 + self.share)).max(level + 1.0)
    }

    /// The last one did not pay: the next one is short, and comes later.
    pub fn failed(&mut self) {
        self.hold(LONGEST_HOLD);
    }

    /// The last one brought the server down.
    pub fn fell(&mut self) {
        self.hold(LONGEST_HOLD_AFTER_FALLS);
    }

    fn hold(&mut self, longest: u32) {
        self.share = STEP;
        self.hold = self.next_hold;
        self.next_hold = (self.next_hold * 2).min(longest);
    }

    /// The level is another one now: what is being measured says nothing of it.
    pub fn forget(&mut self) {
        self.last = None;
        self.round = None;
    }
}
