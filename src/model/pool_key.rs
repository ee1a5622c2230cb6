//! Which calls share one rate limit.

use std::rc::Rc;

use crate::platform::address::host_of;

/// Names a pool: a model at an address, or a function of the caller's.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolKey {
    /// Where the model is. There may be a key in it.
    pub address: Rc<str>,
    /// The model's name.
    pub model: Rc<str>,
    /// The number of the caller's function; none for a server.
    pub function: Option<usize>,
    /// Two accounts at one address are two deployments, each with limits of its own.
    pub deployment: usize,
}

impl PoolKey {
    /// The server's host; none for a function.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.function.is_none().then(|| host_of(&self.address))
    }

    /// What limiters that other processes share call it. No key is in it.
    #[must_use]
    pub fn shared_name(&self) -> String {
        format!("{} {}", host_of(&self.address), self.model)
    }
}
