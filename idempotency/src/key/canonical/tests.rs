use super::*;

fn exact(json: &str) -> String {
    CanonicalForm::Exact.of(json).unwrap()
}

#[test]
fn python_form_equals_the_output_of_json_dumps() {
    for (json, expected) in [
        (r#"{"b":1,"a":[true,null,"x"]}"#, r#"{"a": [true, null, "x"], "b": 1}"#),
        (
            r#"{"é":"é\ud83d\ude00\u007f/\b\f"}"#,
            "{\"\\u00e9\": \"\\u00e9\\ud83d\\ude00\\u007f/\\b\\f\"}",
        ),
        (
            r#"{"\uffff":1,"\ud800\udc00":2,"a":1,"a":3}"#,
            "{\"a\": 3, \"\\uffff\": 1, \"\\ud800\\udc00\": 2}",
        ),
        (
            "[ 1.0, -0.0, -0, 1e16, 1E-5, 0.0001, 123456789012345680.0, 5e-324, 1e400 ]",
            "[1.0, -0.0, 0, 1e+16, 1e-05, 0.0001, 1.2345678901234568e+17, 5e-324, Infinity]",
        ),
        (
            "[123456789012345678901234567890, 1e15, 9007199254740993.0, 100.5, -1e400, 0e5]",
            "[123456789012345678901234567890, 1000000000000000.0, 9007199254740992.0, 100.5, -Infinity, 0.0]",
        ),
        ("[[],{}]", "[[], {}]"),
        (r#""\ud800\u0041\u0022""#, r#""\ud800A\"""#),
    ] {
        assert_eq!(CanonicalForm::Python.of(json).unwrap(), expected);
    }
}

#[test]
fn numbers_that_a_double_does_not_hold_differ_in_the_exact_form() {
    for (one, other) in [
        ("18446744073709551616", "18446744073709551617"),
        ("-9223372036854775809", "-9223372036854775810"),
        ("0.1", "0.1000000000000000055"),
        ("9007199254740992.0", "9007199254740993.0"),
        ("1e400", "1e500"),
        ("1e400", "-1e400"),
        ("5e-324", "4e-324"),
        ("0.0", "1e-400"),
        ("1e99999999999999999999", "1e99999999999999999998"),
        ("1", "1.0"),
        ("100", "1e2"),
    ] {
        assert_ne!(exact(one), exact(other));
        assert_ne!(exact(&format!("[{one}]")), exact(&format!("[{other}]")));
    }
}

#[test]
fn equal_decimals_have_one_exact_form() {
    for (one, other) in [
        ("0.1", "0.10"),
        ("0.1", "1e-1"),
        ("100.0", "1E+2"),
        ("1e400", "10.0e399"),
        ("0.00001", "1e-5"),
        ("123456789012345678.50", "1.234567890123456785e17"),
        ("-0", "0"),
        ("0e7", "0.00"),
    ] {
        assert_eq!(exact(one), exact(other));
    }
}

#[test]
fn shortest_decimals_have_the_form_of_python() {
    let mut rng = fastrand::Rng::with_seed(16);
    for _ in 0..20_000 {
        let number = match rng.u8(..3) {
            0 => f64::from_bits(rng.u64(..)),
            1 => rng.f64() * 10_f64.powi(rng.i32(-8..24)),
            _ => f64::from(rng.i32(..)) / 100.0,
        };
        if number.is_finite() {
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(exact(&json), CanonicalForm::Python.of(&json).unwrap(), "{json}");
        }
    }
}

#[test]
fn members_at_every_level_are_in_order_and_the_last_of_a_name_counts() {
    assert_eq!(
        exact(
            r#"{"z":{"bb":1,"b":2,"":3,"abcdefghi":4,"abcdefgh":5},"a":[{"y":1,"x":{"d":1,"c":2}}],"z0":0,"z":{"k":[],"j":{}}}"#
        ),
        r#"{"a": [{"x": {"c": 2, "d": 1}, "y": 1}], "z": {"j": {}, "k": []}, "z0": 0}"#
    );
    assert_eq!(
        exact(r#"{"abcdefghi":4,"abcdefgh":5,"é":1,"e":2,"\ud800":3,"~":4,"\"":5}"#),
        r#"{"\"": 5, "abcdefgh": 5, "abcdefghi": 4, "e": 2, "~": 4, "\u00e9": 1, "\ud800": 3}"#
    );
}

#[test]
fn null_parts_are_counted_at_the_top() {
    let container = |values, nulls| Shape::Container { values, nulls };
    for (json, shape) in [
        ("null", Shape::Null),
        (r#""""#, Shape::EmptyText),
        ("[]", container(0, 0)),
        ("{}", container(0, 0)),
        ("[null, null]", container(2, 2)),
        (r#"{"a": 1, "a": null}"#, container(1, 1)),
        (r#"{"b": null, "a": 1}"#, container(2, 1)),
        ("[null, 0]", container(2, 1)),
        (r#"{"b": [null], "a": {"c": null}}"#, container(2, 0)),
        ("0", Shape::Scalar),
        ("false", Shape::Scalar),
    ] {
        assert_eq!(CanonicalForm::Exact.write(json).unwrap().1, shape, "{json}");
    }
}

#[test]
fn text_that_is_not_json_or_is_too_deep_is_an_error() {
    for json in [
        "",
        "{",
        "[1,]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":1,}",
        "{a:1}",
        "01",
        "1.",
        "1e",
        "-",
        ".5",
        "+1",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\n\"",
        "nul",
        "truex",
        "[1]]",
        "NaN",
        "\u{feff}1",
    ] {
        assert!(CanonicalForm::Exact.of(json).is_err(), "{json}");
    }
    let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
    assert!(CanonicalForm::Exact.of(&nested(128)).is_ok());
    assert!(
        CanonicalForm::Exact.of(&nested(129)).unwrap_err().to_string().contains("deeper than 128")
    );
    assert!(CanonicalForm::Exact.of(&nested(100_000)).is_err());
}

#[test]
fn canonical_form_and_serde_json_accept_the_same_texts() {
    const PIECES: [&str; 24] = [
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        "\"a\"",
        "\"b\"",
        "\"\\u0061\"",
        "\"é\"",
        "1",
        "-",
        "0",
        ".5",
        "e9",
        "null",
        "true",
        " ",
        "\n",
        "\"abcdefghijklmnop\"",
        "\"\\n\"",
        "12.25",
        "\"",
        "\\",
    ];
    let mut rng = fastrand::Rng::with_seed(17);
    let mut valid = 0;
    for _ in 0..300_000 {
        let count = rng.usize(1..9);
        let json: String = (0..count).map(|_| PIECES[rng.usize(..PIECES.len())]).collect();
        let is_json = serde_json::from_str::<IgnoredAny>(&json).is_ok();
        valid += usize::from(is_json);
        let written = CanonicalForm::Exact.of(&json);
        assert_eq!(written.is_ok(), is_json, "{json}");
        if let Ok(written) = written {
            assert_eq!(exact(&written), written, "of {json}");
        }
    }
    assert!(valid > 1_000, "{valid}");
}
