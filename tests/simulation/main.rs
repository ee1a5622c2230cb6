//! Behaviour in the simulator: a virtual clock, chance from a seed and a scripted server.

#![cfg(not(target_arch = "wasm32"))]

mod graph;
mod world;
