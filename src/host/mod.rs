//! What the host does for us where its tables are large: numbers as text, lower case, regular
//! expressions. In WebAssembly that is JavaScript; on the host, Rust's libraries.

pub mod lowercase;
pub mod number;
pub mod pattern;
