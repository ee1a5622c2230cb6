//! The forms that a key takes on its way through servers: as they stand in addresses, in JSON and in base64.

const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The secret itself, and whatever else would give it away.
pub(super) fn disguises(secret: &str) -> Vec<String> {
    let quoted = secret.replace('\\', r"\\").replace('"', r#"\""#);
    let slashed = quoted.replace('/', r"\/");
    let mut forms = vec![secret.to_string(), in_address(secret), quoted, slashed];
    forms.push(in_address(secret).to_ascii_lowercase());
    for before in 0..3 {
        let digits = base64(secret, before);
        forms.push(digits.replace('+', "-").replace('/', "_"));
        forms.push(digits);
    }
    forms
}

fn in_address(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// The digits that belong to the text alone, where as many bytes as `before`, in threes, come before it.
fn base64(text: &str, before: usize) -> String {
    let bytes: Vec<u8> = std::iter::repeat_n(0, before).chain(text.bytes()).collect();
    let mut digits = String::new();
    for three in bytes.chunks_exact(3) {
        let bits = three.iter().fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        let digit = |shift: usize| DIGITS.get(bits >> shift & 63).map(|digit| char::from(*digit));
        digits.extend([18, 12, 6, 0].into_iter().filter_map(digit));
    }
    let shared = if before == 0 { 0 } else { before + 1 };
    digits.split_off(shared.min(digits.len()))
}

/// Reads base64: what a header of the kind `Basic` holds. Nothing if it is none.
pub(super) fn unbase64(digits: &str) -> Option<String> {
    let (mut bits, mut count, mut bytes) = (0, 0, Vec::new());
    for digit in digits.trim_end_matches('=').bytes() {
        bits = (bits << 6 | DIGITS.iter().position(|other| *other == digit)?) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_known_by_the_digits_that_are_the_secrets_own() {
        // Of `sk-secret`, then of `:sk-secret` and `u:sk-secret`.
        for (before, digits, whole) in [
            (0, "c2stc2VjcmV0", "c2stc2VjcmV0"),
            (1, "NrLXNlY3Jl", "OnNrLXNlY3JldA=="),
            (2, "zay1zZWNyZX", "dTpzay1zZWNyZXQ="),
        ] {
            let own = base64("sk-secret", before);
            assert!(whole.contains(&own) && own.len() >= 9, "{own} is not in {whole}");
            assert!(digits.starts_with(&own) || own.starts_with(digits), "{own}");
        }
        assert_eq!(unbase64("dTpzay1zZWNyZXQ=").as_deref(), Some("u:sk-secret"));
        assert_eq!(unbase64("no base64!"), None);
    }
}
