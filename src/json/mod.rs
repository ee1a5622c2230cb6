//! JSON: values, their text, and `json!`. Small, since a page downloads it: numbers are floats, as JavaScript has them, and
//! are read and written by the platform.

mod convert;
mod find;
mod map;
mod parse;
mod print;
mod value;

pub use convert::ToJson;
pub use find::find;
pub use map::{Key, Map};
pub use parse::{ParseError, parse, parse_start};
pub use value::Value;

pub use crate::json;

/// Makes a [`Value`] of JSON with expressions in it, which are taken by reference.
#[macro_export]
macro_rules! json {
    (@fields [$($done:tt)*]) => { $crate::json::Value::Object(vec![$($done)*].into()) };
    (@fields [$($done:tt)*] $name:tt : null $(, $($rest:tt)*)?) => {
        $crate::json!(@fields [$($done)* ($name.into(), $crate::json::Value::Null),] $($($rest)*)?)
    };
    (@fields [$($done:tt)*] $name:tt : [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json!(@fields [$($done)* ($name.into(), $crate::json!([$($inner)*])),] $($($rest)*)?)
    };
    (@fields [$($done:tt)*] $name:tt : {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json!(@fields [$($done)* ($name.into(), $crate::json!({$($inner)*})),] $($($rest)*)?)
    };
    (@fields [$($done:tt)*] $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $crate::json!(@fields [$($done)* ($name.into(), $crate::json!($value)),] $($($rest)*)?)
    };
    (@items [$($done:tt)*]) => { $crate::json::Value::Array(vec![$($done)*]) };
    (@items [$($done:tt)*] null $(, $($rest:tt)*)?) => {
        $crate::json!(@items [$($done)* $crate::json::Value::Null,] $($($rest)*)?)
    };
    (@items [$($done:tt)*] [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json!(@items [$($done)* $crate::json!([$($inner)*]),] $($($rest)*)?)
    };
    (@items [$($done:tt)*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json!(@items [$($done)* $crate::json!({$($inner)*}),] $($($rest)*)?)
    };
    (@items [$($done:tt)*] $value:expr $(, $($rest:tt)*)?) => {
        $crate::json!(@items [$($done)* $crate::json!($value),] $($($rest)*)?)
    };
    (null) => { $crate::json::Value::Null };
    ({$($inner:tt)*}) => { $crate::json!(@fields [] $($inner)*) };
    ([$($inner:tt)*]) => { $crate::json!(@items [] $($inner)*) };
    ($value:expr) => { $crate::json::ToJson::to_json(&$value) };
}
