//! What only wasm32 has: the classes that JavaScript sees, values and functions across the
//! boundary.

mod callback;
mod cause;
mod context;
pub mod exports;
mod limiter;
mod model_function;
mod nesting;
mod standard_schema;
mod store;
mod tracer;
mod values;
