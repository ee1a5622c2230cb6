//! Where answers are kept.

use std::any::Any;
use std::fmt;

use futures::future::LocalBoxFuture;

/// A map from strings to strings, such as the caller's database.
pub trait Store {
    /// What was stored under `key`.
    fn get(&self, key: &str) -> LocalBoxFuture<'static, Result<Option<String>, StoreError>>;
    /// Stores `value`, which is JSON, under `key`.
    fn set(&self, key: &str, value: &str) -> LocalBoxFuture<'static, Result<(), StoreError>>;
    /// The same as `get`, but of several calls that find nothing, one at a time learns it. None
    /// where the store cannot do that.
    fn claim(&self, _key: &str) -> Option<Claimed> {
        None
    }
}

/// What was stored, and what says that the claim is over.
pub struct Claimed {
    /// As it comes from `get`.
    pub value: LocalBoxFuture<'static, Result<Option<String>, StoreError>>,
    /// Dropped when the answer is stored, or was not to be had.
    pub claim: Box<dyn Any>,
}

/// Why a store could not be used, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError(pub String);

impl fmt::Display for StoreError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
