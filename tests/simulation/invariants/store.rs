//! A store drawn from a seed: quick or slow, sound or one that fails, answers nonsense and falls
//! silent.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures::future::{FutureExt, LocalBoxFuture, pending};
use parallelization_agent::engine::store::{Store, StoreError};
use parallelization_agent::platform::Platform;
use parallelization_agent::platform::sim::{Random, Simulation};

type Kept = Rc<RefCell<BTreeMap<String, String>>>;

pub struct FlakyStore {
    world: Simulation,
    random: RefCell<Random>,
    trouble: f64,
    slowest_ms: f64,
    kept: Kept,
}

/// What becomes of one request to the store.
enum Fate {
    Well(LocalBoxFuture<'static, ()>),
    Failure,
    Nonsense,
    Silence,
}

impl FlakyStore {
    pub fn new(world: &Simulation, seed: u64, trouble: f64, slowest_ms: f64) -> Rc<Self> {
        let random = RefCell::new(Random::new(seed));
        Rc::new(Self { world: world.clone(), random, trouble, slowest_ms, kept: Kept::default() })
    }

    /// Everything in it, as one text.
    pub fn text(&self) -> String {
        self.kept.borrow().values().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    fn fate(&self) -> Fate {
        let mut random = self.random.borrow_mut();
        if random.unit() >= self.trouble {
            return Fate::Well(self.world.sleep(random.unit() * self.slowest_ms));
        }
        [Fate::Failure, Fate::Nonsense, Fate::Silence].into_iter().nth(random.below(3)).unwrap()
    }
}

impl Store for FlakyStore {
    fn get(&self, key: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>> {
        let (key, kept, fate) = (key.to_string(), Rc::clone(&self.kept), self.fate());
        async move {
            match fate {
                Fate::Well(sleep) => sleep.await,
                Fate::Failure => return Err(StoreError("no such table".into())),
                Fate::Nonsense => return Ok(Some("{\"version\":1,\"text\":[]}".into())),
                Fate::Silence => pending().await,
            }
            Ok(kept.borrow().get(&key).cloned())
        }
        .boxed_local()
    }

    fn set(&self, key: &str, value: &str) -> LocalBoxFuture<'static, Result<(), StoreError>> {
        let (key, value, kept) = (key.to_string(), value.to_string(), Rc::clone(&self.kept));
        let fate = self.fate();
        async move {
            match fate {
                Fate::Well(sleep) => sleep.await,
                Fate::Failure | Fate::Nonsense => return Err(StoreError("disk full".into())),
                Fate::Silence => pending().await,
            }
            kept.borrow_mut().insert(key, value);
            Ok(())
        }
        .boxed_local()
    }
}
