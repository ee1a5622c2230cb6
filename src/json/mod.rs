//! JSON: values, their text, and `json!`. Small, since a page downloads it: numbers are floats, as JavaScript has them, and
//! are read and written by the platform.

mod convert;
mod find;
mod map;
mod parse;
mod pointer;
mod print;
mod value;

pub use convert::ToJson;
pub use find::{find_all, mended};
pub use map::{Key, Map};
pub use parse::{ParseError, parse};
pub use pointer::text_at;
pub use value::Value;

pub use crate::json;

/// Adds an item to a list.
#[inline(never)]
pub fn add(list: &mut Vec<Value>, item: &dyn ToJson) {
    list.push(item.to_json());
}

/// Makes a [`Value`] of JSON with expressions in it, which are taken by reference. One call a field: it stands in many
/// places.
#[macro_export]
macro_rules! json {
    (@fields $map:ident) => {};
    (@fields $map:ident $name:tt : null $(, $($rest:tt)*)?) => {
        $map.push($name, $crate::json::Value::Null);
        $crate::json!(@fields $map $($($rest)*)?)
    };
    (@fields $map:ident $name:tt : [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $map.push($name, $crate::json!([$($inner)*]));
        $crate::json!(@fields $map $($($rest)*)?)
    };
    (@fields $map:ident $name:tt : {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $map.push($name, $crate::json!({$($inner)*}));
        $crate::json!(@fields $map $($($rest)*)?)
    };
    (@fields $map:ident $name:tt : $value:expr $(, $($rest:tt)*)?) => {
        $map.add($name, &$value);
        $crate::json!(@fields $map $($($rest)*)?)
    };
    (@items $list:ident) => {};
    (@items $list:ident null $(, $($rest:tt)*)?) => {
        $list.push($crate::json::Value::Null);
        $crate::json!(@items $list $($($rest)*)?)
    };
    (@items $list:ident [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $list.push($crate::json!([$($inner)*]));
        $crate::json!(@items $list $($($rest)*)?)
    };
    (@items $list:ident {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $list.push($crate::json!({$($inner)*}));
        $crate::json!(@items $list $($($rest)*)?)
    };
    (@items $list:ident $value:expr $(, $($rest:tt)*)?) => {
        $crate::json::add(&mut $list, &$value);
        $crate::json!(@items $list $($($rest)*)?)
    };
    (null) => { $crate::json::Value::Null };
    ({}) => { $crate::json::Value::Object($crate::json::Map::new()) };
    ([]) => { $crate::json::Value::Array(Vec::new()) };
    ({$($inner:tt)*}) => {{
        let mut map = $crate::json::Map::new();
        $crate::json!(@fields map $($inner)*);
        $crate::json::Value::Object(map)
    }};
    ([$($inner:tt)*]) => {{
        let mut list = Vec::new();
        $crate::json!(@items list $($inner)*);
        $crate::json::Value::Array(list)
    }};
    ($value:expr) => { $crate::json::ToJson::to_json(&$value) };
}
