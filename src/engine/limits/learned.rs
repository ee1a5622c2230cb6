//! What was learned of a server from its answers and refusals: how many calls at once it takes, how
//! many over time, whether it refuses by chance, whom its waits hold for, and whether it is out.

use super::adaptive::AdaptiveLimit;
use super::backoff::{BY_CHANCE_MS, Trouble};
use super::chance::Chance;
use super::common_faults::CommonFaults;
use super::named_waits::NamedWaits;
use super::outage::Outage;
use super::pace::Pace;
use super::spacing::Spaced;

/// Limits are mostly given by the minute, and others may have a minute for themselves: for so long
/// all calls may be refused before a refusal counts as a retry. Where others take most of a limit
/// it may be longer, up to five minutes.
const PATIENCE_MS: [f64; 2] = [125_000.0, 300_000.0];

/// To find out what refuses calls costs some. It is asked anew after so many; and as soon as the
/// rate has fallen to this share, since calls that go more slowly would not hit a limit.
const DOUBTED_AGAIN: u64 = 300;
const DOUBTED_BELOW: f64 = 0.5;

/// What was known when a call was sent.
#[derive(Clone, Copy, Debug)]
pub(in crate::engine) struct SentCall {
    /// Counts the calls of a pool, those too that were taken back.
    pub number: u64,
    level_epoch: u64,
    at_ms: f64,
    /// How many calls of the pool were under way, with this one.
    at_once: usize,
    /// How many refusals had been heard of.
    refusals: u64,
    /// Whether it was sent right after the one before.
    follows: bool,
    /// Whether the pace held it back.
    is_held: bool,
    /// Whether it was sent with the one before, or too soon after it for the pace.
    in_burst: bool,
}

/// A call that failed, and what its server said of it.
#[derive(Clone, Copy, Debug)]
pub struct Failed {
    /// What kind of failure it is.
    pub trouble: Trouble,
    /// How long the server asked to wait.
    pub named_ms: Option<f64>,
    /// How long a server may ask to wait.
    pub max_wait_ms: f64,
    /// From 0 up to 1.
    pub random: f64,
}

/// What holds calls back without anybody having said so.
#[derive(Debug)]
pub(in crate::engine) struct Learned {
    level: AdaptiveLimit,
    pace: Pace,
    chance: Chance,
    outage: Outage,
    common_faults: CommonFaults,
    waits: NamedWaits,
    answered: u64,
    /// The last call when it was last asked anew what refuses calls.
    doubted: u64,
    /// The highest rate that was cut since it was known what refuses calls.
    highest: f64,
    /// Whether the next call is the second of a pair.
    is_second: bool,
    /// How long the last answer took.
    answer_ms: f64,
}

impl Learned {
    /// Nothing is known yet. There may be `most` calls at once, if the caller has said so.
    pub fn new(most: Option<usize>) -> Self {
        Self {
            level: AdaptiveLimit::new(most),
            pace: Pace::default(),
            chance: Chance::default(),
            outage: Outage::default(),
            common_faults: CommonFaults::default(),
            waits: NamedWaits::default(),
            answered: 0,
            doubted: 0,
            highest: 0.0,
            is_second: false,
            answer_ms: 0.0,
        }
    }

    pub fn is_new(&self) -> bool {
        self.level.is_new() && !self.pace.is_on()
    }

    /// How many calls may be under way.
    pub fn level(&self) -> usize {
        self.level.limit()
    }

    /// Counts anew what gets through: nothing was asked for in between.
    pub fn start(&mut self, now_ms: f64) {
        self.pace.start(now_ms);
    }

    pub fn pause(&mut self, until_ms: f64) {
        self.waits.pause(until_ms);
    }

    /// Until when the server wants no calls, by what it said.
    pub fn wait_until_ms(&self) -> f64 {
        self.waits.until_ms()
    }

    /// Whether the server is out for so long that another is to be asked instead.
    pub fn is_out(&self, now_ms: f64) -> bool {
        self.outage.is_lasting(now_ms)
    }

    /// Whether the server answered anything yet.
    pub fn was_up(&self) -> bool {
        self.outage.was_up()
    }

    /// Whether the server has refused all calls for so long that another is to be asked instead,
    /// and is not asked now.
    pub fn is_used_up(&self, now_ms: f64) -> bool {
        self.outage.is_refused(now_ms) && self.opens_at() > now_ms
    }

    pub fn paused_until_ms(&self) -> f64 {
        self.waits.until_ms().max(self.outage.until_ms())
    }

    /// Whether one more call may go beside so many.
    pub fn has_room(&self, in_flight: usize) -> bool {
        let most = self.level.limit().max(self.pace.room(self.chance.together()));
        let needed = if self.goes_in_pairs() && !self.is_second { 2 } else { 1 };
        in_flight + needed <= most && self.outage.opens_beside(in_flight).is_some()
    }

    /// Whether calls go two at a time. Once there is a rate, `Pace` has some go together.
    fn goes_in_pairs(&self) -> bool {
        !self.pace.is_on() && self.chance.goes_in_pairs(self.level.limit())
    }

    /// When all pauses are over and the pace lets a call go.
    pub fn opens_at(&self) -> f64 {
        self.paused_until_ms().max(self.pace.opens_at())
    }

    /// When one more call may go beside so many.
    pub fn opens_beside(&self, in_flight: usize) -> f64 {
        let outage_ms = self.outage.opens_beside(in_flight).unwrap_or(f64::NEG_INFINITY);
        self.level.opens_at(in_flight).max(outage_ms)
    }

    /// A call is sent as one of so many. `others_wait` where there are more to be sent.
    pub fn sent(&mut self, at_once: usize, others_wait: bool, now_ms: f64) -> SentCall {
        self.outage.sent(now_ms);
        self.is_second = !self.is_second && self.goes_in_pairs();
        let follows = self.chance.sent(now_ms, self.answered, self.pace.gap_ms(now_ms), at_once == 1);
        let others_wait = others_wait && at_once < self.level.limit();
        let Spaced { is_held, is_close } = self.pace.sent(now_ms, self.chance.together(), others_wait);
        SentCall {
            number: self.chance.sent,
            level_epoch: self.level.epoch(),
            at_ms: now_ms,
            at_once,
            refusals: self.chance.refusals,
            follows,
            is_held,
            in_burst: follows || is_close,
        }
    }

    pub fn answered(&mut self, call: &SentCall, now_ms: f64) {
        self.answered += 1;
        self.answer_ms = now_ms - call.at_ms;
        self.chance.came_back(call.number, call.follows, false);
        self.pace.answered(call.number, call.at_ms, call.is_held, now_ms);
        self.outage.answered(now_ms);
        self.waits.answered(call.number, call.at_ms);
        let at_once = call.at_once.saturating_sub(self.refused_beside(call));
        let epoch = self.level.epoch();
        self.level.answered(call.level_epoch, at_once, now_ms);
        if self.level.epoch() != epoch {
            self.pace.level_changed(now_ms);
        }
    }

    /// How many calls that seemed to be under way when this one was sent were refused: they had
    /// never been.
    fn refused_beside(&self, call: &SentCall) -> usize {
        self.chance.refused_beside(call.number, call.refusals)
    }

    /// A call failed in a way that may be gone the next time. Returns whether it may queue again
    /// without using up a retry: others get through, or will after a while. `is_alone` where no
    /// other call of the pool is being made.
    pub fn failed(&mut self, call: &SentCall, failed: Failed, is_alone: bool, now_ms: f64) -> bool {
        let Failed { trouble, named_ms, max_wait_ms, random } = failed;
        let limited = trouble == Trouble::Limited;
        if limited {
            self.outage.refused(call.number, call.at_once == 1, now_ms);
        }
        let was_up = self.outage.is_up();
        let is_out = !limited
            && self.outage.failed(call.number, self.chance.sent + 1, now_ms - call.at_ms, now_ms, random);
        if !limited {
            self.level.failed(call.level_epoch, call.at_once);
        }
        if is_out && was_up {
            self.level.fell();
        }
        let held_ms = self.refused(call, trouble, named_ms, now_ms);
        if self.chance.is_likely() {
            self.pace.set_free(now_ms);
            self.level.set_free();
        } else if (is_out || trouble == Trouble::Overloaded) && call.at_once == 1 {
            self.level.outlast();
        } else if is_out {
            self.level.brought_down(call.level_epoch, call.at_once);
        } else if trouble != Trouble::Passing {
            // Too many at once, or too many over time: at first nobody knows which of the two it
            // is.
            let taken = (call.at_once - 1).saturating_sub(self.refused_beside(call));
            // One of a burst tells how many may go together, and nothing of the rate or the level.
            let in_burst = call.in_burst && self.pace.is_on();
            let too_many = !in_burst && self.level.refused(call.level_epoch, call.at_once, taken, now_ms);
            if limited {
                let in_doubt = self.goes_in_pairs() && self.pace.is_tolerable();
                let cuts = !too_many && !in_doubt && !in_burst;
                let is_low = self.pace.refused(call.number, call.at_ms, cuts, held_ms, now_ms, random);
                if !self.chance.is_open() {
                    self.doubt(is_low && call.number >= self.doubted + DOUBTED_AGAIN);
                }
                // Where others are under way and not refused, their number is known to be right.
                if too_many && taken > 1 && self.level.epoch() != call.level_epoch {
                    self.pace.explained(now_ms);
                }
            }
        }
        if !limited {
            return is_out;
        }
        // The refusals of one call that is alone do not say that others get through.
        let others_may = self.outage.was_up() || !is_alone;
        let [least, most] = PATIENCE_MS;
        let most_ms = match named_ms {
            Some(_) => max_wait_ms,
            None if self.outage.was_up() => self.pace.next_within_ms(now_ms).clamp(least, most),
            None => least,
        };
        others_may && self.outage.failing_ms(now_ms) < most_ms
    }

    /// Asks anew what refuses calls, if that is due. `is_less` where the limit has fallen, if that
    /// is still what refuses.
    fn doubt(&mut self, is_less: bool) {
        if is_less {
            self.doubted = self.chance.sent;
            self.pace.is_less();
        }
        let rate = self.pace.cut_at();
        self.highest = self.highest.max(rate.unwrap_or_default());
        let has_fallen = rate.is_some_and(|rate| rate < self.highest * DOUBTED_BELOW);
        if is_less || has_fallen {
            self.highest = 0.0;
            self.chance.forget();
        }
    }

    /// A call may have been refused. Returns the wait that all calls are held back for, if any.
    fn refused(
        &mut self,
        call: &SentCall,
        trouble: Trouble,
        named_ms: Option<f64>,
        now_ms: f64,
    ) -> Option<f64> {
        match trouble {
            Trouble::Limited => self.chance.came_back(call.number, call.follows, true),
            Trouble::Overloaded => self.chance.overloaded(call.number),
            Trouble::Slow | Trouble::Passing => return None,
        }
        let row = self.chance.row(call.number);
        let holds = self.waits.refused(call.number, row, named_ms, now_ms);
        named_ms.filter(|_| holds)
    }

    /// Whether the server refuses calls for their rate, if they are refused at all: none where it
    /// cannot be told, since few are.
    pub fn refuses_the_rate(&self) -> Option<bool> {
        match self.chance.is_likely() {
            true => Some(false),
            false => self.pace.is_refused().then_some(true),
        }
    }

    /// A call came to its first outcome, the refusals of a limit and the failures of an outage left
    /// aside.
    pub fn first_outcome(&mut self, failed: bool) {
        self.common_faults.came_back(failed);
    }

    /// Whether so many failures of one call need no cause of its own: others fail and get through
    /// by turns.
    pub fn explains(&self, failures: u32) -> bool {
        self.outage.is_up() && self.common_faults.explain(failures)
    }

    /// How long a refused call waits at most before its next try, unless the server has named the
    /// wait. Where refusals come by chance, the next call would get through. One call too many has
    /// a place once another is answered.
    pub fn longest_wait_ms(&self, call: &SentCall) -> f64 {
        if self.chance.is_likely() {
            BY_CHANCE_MS
        } else if self.level.explains(call.level_epoch, call.at_once) {
            self.answer_ms
        } else {
            f64::INFINITY
        }
    }
}
