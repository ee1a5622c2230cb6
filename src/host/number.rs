//! Numbers as text and back. Whole ones are done here, all others by the host: the tables for it
//! are large, and JavaScript has them.

/// The shortest text that stands for a number.
#[must_use]
pub fn text(number: f64) -> String {
    const MOST: f64 = 9_007_199_254_740_992.0;
    if number.fract() == 0.0 && number.abs() < MOST { (number as i64).to_string() } else { host_text(number) }
}

/// The number that a text of digits, signs, `.` and `e` stands for.
#[must_use]
pub fn parse(text: &str) -> Option<f64> {
    const EXACT: usize = 15;
    if !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E'))
        || text.is_empty()
    {
        return None;
    }
    if text.len() <= EXACT && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.bytes().fold(0, |number, digit| number * 10 + i64::from(digit - b'0')) as f64);
    }
    host_number(text).filter(|number| number.is_finite())
}

#[cfg(not(target_arch = "wasm32"))]
fn host_text(number: f64) -> String {
    number.to_string()
}

#[cfg(not(target_arch = "wasm32"))]
fn host_number(text: &str) -> Option<f64> {
    text.parse().ok()
}

#[cfg(target_arch = "wasm32")]
fn host_number(text: &str) -> Option<f64> {
    Some(number_of(text))
}

#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Number)]
    fn number_of(text: &str) -> f64;

    #[wasm_bindgen(js_name = String)]
    fn host_text(number: f64) -> String;
}
