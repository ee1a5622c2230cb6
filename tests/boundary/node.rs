//! The boundary to JavaScript, in Node.

#![cfg(target_arch = "wasm32")]

mod cases;
mod models;
