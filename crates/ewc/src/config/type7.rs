//! Passwords of type 7: an exclusive or with a key that everybody knows.
//!
//! Two decimal digits say where in the key the password starts; two hexadecimal digits follow for each of its bytes. The key is
//! that of the public decoders, 53 bytes, which are used in a circle.

const KEY: &[u8; 53] = b"dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

/// Returns the password in clear text; `None` if `encrypted` is not of type 7, or its content is no text.
pub(super) fn decrypt(encrypted: &str) -> Option<String> {
    let digits = encrypted.as_bytes();
    let (start, rest) = digits.split_at_checked(2)?;
    if rest.is_empty() || !rest.len().is_multiple_of(2) || !start.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let start = usize::from(start[0] - b'0') * 10 + usize::from(start[1] - b'0');
    if start >= KEY.len() {
        return None;
    }
    let key = KEY.iter().cycle().skip(start);
    let clear =
        rest.chunks_exact(2).zip(key).map(|(pair, key)| Some(((hex(pair[0])? << 4) | hex(pair[1])?) ^ key));
    let clear = String::from_utf8(clear.collect::<Option<_>>()?).ok()?;
    clear.chars().all(|c| !c.is_control()).then_some(clear)
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Encrypts as IOS does, from one place of the key.
    fn encrypt(clear: &str, start: usize) -> String {
        let key = KEY.iter().cycle().skip(start);
        let pairs = clear.bytes().zip(key).map(|(byte, key)| format!("{:02X}", byte ^ key));
        format!("{start:02}{}", pairs.collect::<String>())
    }

    #[test]
    fn public_examples_are_read() {
        for (encrypted, clear) in [
            ("094F4F1D1A0403", "catcat"),
            ("02050D480809", "cisco"),
            ("0822455D0A16", "cisco"),
            ("0822455d0a16", "cisco"),
            ("104D000A0618", "cisco"),
            ("070C285F4D06", "cisco"),
            ("060506324F41", "cisco"),
            ("121A0C041104", "cisco"),
        ] {
            assert_eq!(decrypt(encrypted).as_deref(), Some(clear), "{encrypted}");
        }
    }

    #[test]
    fn what_is_no_password_of_type_7_is_refused() {
        for wrong in
            ["", "0", "08", "082", "0x22455D0A16", "0822455D0A1", "08224G", "9922", "5322", "08é2", "0841"]
        {
            assert_eq!(decrypt(wrong), None, "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_password_comes_back(clear in "[ -~äß€]{1,70}", start in 0..53_usize) {
            proptest::prop_assert_eq!(decrypt(&encrypt(&clear, start)), Some(clear));
        }

        #[test]
        fn any_text_is_harmless(text in "\\PC{0,20}", digits in "[0-9A-Fa-f]{0,20}") {
            let _ = (decrypt(&text), decrypt(&digits));
        }
    }
}
