//! How a call runs: [`call`] states the order of the policies, [`limits`] says how much may be
//! sent, [`run`] keeps the table and the account of one run, [`progress`] tells of it.

pub mod account;
pub mod agent;
pub mod call;
pub mod graph;
pub mod join;
pub mod limits;
pub mod loan;
pub mod progress;
pub mod request;
pub mod run;
pub mod settings;
pub mod store;
pub mod task;
pub mod trace;
