//! Numbers and texts, to values and back.

use super::*;

#[test]
fn integers_in_four_bases() {
    let cases: [(&str, Result<i64, &str>); 16] = [
        ("0", Ok(0)),
        ("-12", Ok(-12)),
        ("1_000_000", Ok(1_000_000)),
        ("0xff", Ok(255)),
        ("-0x10", Ok(-16)),
        ("0o17", Ok(15)),
        ("0b1010_1010", Ok(170)),
        ("9223372036854775807", Ok(i64::MAX)),
        ("-9223372036854775808", Ok(i64::MIN)),
        ("0xffff_ffff_ffff_ffff", Ok(-1)),
        ("9223372036854775808", Err("does not fit in 64 bits")),
        ("-0x8000000000000001", Err("does not fit in 64 bits")),
        ("0x1_0000_0000_0000_0000", Err("does not fit in 64 bits")),
        ("0x", Err("has no digits")),
        ("12a", Err("has a character that is no digit")),
        ("0b12", Err("has a character that is no digit")),
    ];
    for (text, expected) in cases {
        assert_eq!(parse_int(text), expected, "{text}");
    }
}

#[test]
fn floats_keep_their_bits() {
    for bits in [
        0,
        1 << 63,
        0x3ff0_0000_0000_0000,
        1,
        f64::MAX.to_bits(),
        f64::INFINITY.to_bits(),
        f64::NEG_INFINITY.to_bits(),
        NAN_BITS,
        0x7ff0_0000_0000_0001,
        0xfff8_0000_0000_0000,
    ] {
        let mut text = String::new();
        write_scalar(Scalar::Float(f64::from_bits(bits)), &mut text);
        assert_eq!(parse_float(&text).map(f64::to_bits), Ok(bits), "{text}");
    }
    assert!(parse_float("1e999").is_err());
    assert!(parse_float("nan:0x1").is_err());
    assert!(parse_float("1.5.2").is_err());
    assert!(parse_float("12").is_err());
}

#[test]
fn narrow_numbers_keep_their_bits() {
    let ints = [0, 1, -1, i32::MIN, i32::MAX].map(Scalar::I32);
    let floats = [0, 1 << 31, 1, 0x3f80_0000, 0x7f80_0000, 0xff80_0000, NAN32_BITS, 0x7f80_0001, 0xffc0_0000];
    for scalar in ints.into_iter().chain(floats.map(|bits| Scalar::F32(f32::from_bits(bits)))) {
        let mut text = String::new();
        write_scalar(scalar, &mut text);
        let read = parse_narrow(&text).and_then(Result::ok).map(|read| (read.kind(), read.payload()));
        assert_eq!(read, Some((scalar.kind(), scalar.payload())), "{text}");
    }
    assert_eq!(parse_narrow("0xffff_ffffi32"), Some(Ok(Scalar::I32(-1))));
    for wide in ["2147483648i32", "04294967295i32", "0xffff_ffff_ffff_ffffi32", "0x1_0000_0000i32", "-2147483649i32"] {
        assert_eq!(parse_narrow(wide), Some(Err(TOO_WIDE)), "{wide}");
    }
    for text in ["1e39f32", "nan32:0x1", "1.5.2f32", "i32", "xf32", "12", "0x1f32", "-"] {
        assert!(!matches!(parse_narrow(text), Some(Ok(_))), "{text}");
    }
}

#[test]
fn strings_keep_their_characters() {
    for text in ["", "plain", "a\"b\\c", "\n\r\t\0", "\u{7f}\u{1b}[31m", "naïve \u{1f980} \u{202e}", "\u{10ffff}"] {
        let mut written = String::new();
        write_string(text, &mut written);
        assert!(!written.contains('\n'));
        assert_eq!(parse_string(&written[1..]), Ok((text.to_owned(), written.len() - 1)), "{written}");
    }
    assert_eq!(parse_string(r#"\x41\u{e9}""#), Ok(("Aé".to_owned(), 11)));
    let wrong = [
        ("\\q\"", "\\q"),
        ("\\x80\"", "\\x80"),
        ("\\xg0\"", "\\xg0"),
        ("\\u{d800}\"", "\\u{d800}"),
        ("\\u41\"", "\\u"),
    ];
    for (text, shown) in wrong {
        assert_eq!(parse_string(text).map_err(|(error, _)| error), Err(StringError::Escape(shown.to_owned())));
    }
    for text in ["abc", "abc\\\"", "\\", "\\x", "\\u{"] {
        assert!(parse_string(text).is_err(), "{text}");
    }
}
