//! JSON texts of every kind, the same ones each time.

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

/// Which numbers the texts have.
#[derive(Clone, Copy)]
pub(in super::super) enum Numbers {
    /// All that JSON can write.
    Any,
    /// Those that JMESPath keeps exact here.
    OfJmesPath,
}

/// Returns so many texts.
pub(in super::super) fn texts(count: usize, numbers: Numbers) -> Vec<String> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"idempotency keys, as Python's...");
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    // A list of some gets all kinds into each, one alone all kinds of keys.
    let several = vec(json(numbers), 2..5).prop_map(|values| format!("[{}]", values.join(", ")));
    let strategy = prop_oneof![3 => several, 1 => json(numbers)];
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn json(numbers: Numbers) -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        1 => select(vec!["null", "true", "false", "[]", "{}", "\"\""]).prop_map(str::to_owned),
        4 => whole(numbers),
        5 => float(numbers),
        4 => string(),
    ];
    leaf.prop_recursive(5, 40, 8, |inner| {
        prop_oneof![
            vec((space(), inner.clone()), 0..8).prop_map(|values| {
                let values: Vec<_> = values
                    .into_iter()
                    .map(|(space, value)| format!("{space}{value}{space}"))
                    .collect();
                format!("[{}]", values.join(","))
            }),
            vec((name(), space(), inner), 0..8).prop_map(|members| {
                let members: Vec<_> = members
                    .into_iter()
                    .map(|(name, space, value)| format!("{space}{name}{space}:{space}{value}"))
                    .collect();
                format!("{{{}}}", members.join(","))
            }),
        ]
    })
}

fn space() -> impl Strategy<Value = &'static str> {
    select(vec!["", "", "", " ", "\n", "\t\r\n "])
}

/// Names that come twice often enough, in all orders.
fn name() -> impl Strategy<Value = String> {
    let few = [
        "\"a\"",
        "\"b\"",
        "\"\\u0061\"",
        "\"B\"",
        "\"\"",
        "\"é\"",
        "\"\u{ffff}\"",
        "\"😀\"",
        "\"10\"",
        "\"9\"",
    ];
    prop_oneof![2 => select(few.map(str::to_owned).to_vec()), 1 => string()]
}

fn whole(numbers: Numbers) -> impl Strategy<Value = String> {
    let any =
        any_whole().prop_map(|text| (text.parse::<i64>().ok(), text.parse::<u64>().ok(), text));
    any.prop_map(move |found| match (numbers, found) {
        (Numbers::OfJmesPath, (None, None, _) | (Some(0), _, _)) => "0".to_owned(),
        (_, (_, _, text)) => text,
    })
}

fn any_whole() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i8>().prop_map(|number| number.to_string()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        "-?[1-9][0-9]{0,399}",
        select(vec!["0", "-0", "-1", "18446744073709551616", "-9223372036854775809"])
            .prop_map(str::to_owned),
    ]
}

fn float(numbers: Numbers) -> impl Strategy<Value = String> {
    any_float().prop_map(move |text| match numbers {
        Numbers::OfJmesPath if text.parse::<f64>().is_ok_and(f64::is_infinite) => "0.1".to_owned(),
        _ => text,
    })
}

fn any_float() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<u64>().prop_map(|bits| finite(f64::from_bits(bits))),
        // Subnormal.
        (1u64..1 << 52).prop_map(|bits| finite(f64::from_bits(bits))),
        // Powers of ten, beyond the largest and below the smallest as well.
        ("-?", 1u8..=9, -340..=320i32)
            .prop_map(|(sign, digit, power)| format!("{sign}{digit}e{power}")),
        (0u8..=9, -340..=320i32).prop_map(|(digit, power)| format!("{digit}.0E+{}", power.abs())),
        // Halfway between two doubles, and next to it.
        (1u64 << 53..1 << 54, 0..3u64)
            .prop_map(|(number, aside)| format!("{}.{aside}", number | 1)),
        (1u64 << 52..1 << 53).prop_map(|number| format!("{number}.5")),
        // Where exponents begin.
        (10u64.pow(15)..10u64.pow(17)).prop_map(|number| format!("{number}.0")),
        (-3i64..=3).prop_map(|aside| format!("{}.0", 10i64.pow(16) + aside)),
        "0\\.000[0-9]{1,20}",
        // More digits than a double has.
        "-?[1-9][0-9]{0,25}\\.[0-9]{1,40}([eE][+-]?[0-9]{1,2})?",
        select(vec![
            "-0.0",
            "0.0",
            "-0e5",
            "5e-324",
            "-5e-324",
            "1e16",
            "1e-4",
            "1e-5",
            "1e400",
            "-1e400",
            "1.7976931348623157e308",
            "2.2250738585072014e-308",
            "2.4703282292062327e-324"
        ])
        .prop_map(str::to_owned),
    ]
}

fn finite(number: f64) -> String {
    if number.is_finite() { format!("{number:?}") } else { "0.1".to_owned() }
}

fn string() -> impl Strategy<Value = String> {
    vec((character(), 0u8..4), 0..12).prop_map(|characters| {
        let inside: String =
            characters.into_iter().map(|(character, how)| written(character, how)).collect();
        format!("\"{inside}\"")
    })
}

fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        (0u8..0x80).prop_map(char::from),
        select(vec![
            '"',
            '\\',
            '/',
            '\u{7f}',
            '\u{80}',
            '\u{2028}',
            '\u{fffd}',
            '\u{ffff}',
            '😀',
            '\u{10ffff}'
        ]),
        any::<char>(),
    ]
}

/// Writes a character as it is or in one of its escapes.
fn written(character: char, how: u8) -> String {
    let units = |write: fn(u16) -> String| {
        character.encode_utf16(&mut [0; 2]).iter().map(|unit| write(*unit)).collect()
    };
    match (how, character) {
        (0, _) | (_, '\0'..='\u{1f}') => units(|unit| format!("\\u{unit:04x}")),
        (1, _) => units(|unit| format!("\\u{unit:04X}")),
        (_, '"' | '\\') | (2, '/') => format!("\\{character}"),
        _ => character.to_string(),
    }
}
