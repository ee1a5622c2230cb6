//! Behaviour in the simulator: a virtual clock, chance from a seed and a scripted server.

mod graph;
mod world;
