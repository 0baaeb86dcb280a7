use proptest::prelude::*;

use super::*;

fn datum(text: &str) -> Datum<'_> {
    if text == "∅" { Datum::Absent } else { Datum::Text(text.into()) }
}

/// Calls a function; `∅` is an absent argument.
fn call(name: &str, arguments: &[&str]) -> Option<String> {
    let mut values = arguments.iter().map(|text| datum(text));
    let mut next = || values.next().unwrap_or_default();
    let result = match Function::named(name).expect("a function") {
        Function::One(function) => function(next()),
        Function::Two(function) | Function::OneOrTwo(function) => function(next(), next()),
        Function::Three(function) | Function::TwoOrThree(function) => {
            function(next(), next(), next())
        }
        Function::Many(function) => function(arguments.iter().map(|text| datum(text)).collect()),
    };
    result.into_text().map(std::borrow::Cow::into_owned)
}

#[test]
fn functions_of_numbers_compute() {
    for (name, arguments, expected) in [
        ("abs", &["-2.5"][..], Some("2.5")),
        ("ceil", &["1.2"], Some("2")),
        ("floor", &["-1.2"], Some("-2")),
        ("round", &["2.5"], Some("3")),
        ("round", &["2.345", "2"], Some("2.35")),
        ("round", &["1e300", "300"], Some("1e300")),
        ("sqrt", &["16"], Some("4")),
        ("sqrt", &["-1"], None),
        ("log", &["1"], Some("0")),
        ("log", &["0"], None),
        ("greatest", &["1", "∅", "10", "x"], Some("10")),
        ("least", &["3", "2"], Some("2")),
        ("greatest", &["x"], None),
        ("tonumber", &["12"], Some("12")),
        ("tonumber", &["12 ms"], None),
        ("toint", &["-12.7"], Some("-12")),
        ("isnumeric", &["1e3"], Some("1")),
        ("abs", &["∅"], None),
    ] {
        assert_eq!(call(name, arguments).as_deref(), expected, "{name}{arguments:?}");
    }
}

#[test]
fn functions_of_texts_count_characters_from_zero() {
    for (name, arguments, expected) in [
        ("substr", &["xyZfooxyZ", "3", "4"][..], Some("foox")),
        ("substr", &["xyZfooxyZ", "3"], Some("fooxyZ")),
        ("substr", &["äöü", "1", "1"], Some("ö")),
        ("substr", &["abc", "9"], Some("")),
        ("substr", &["abc", "-1"], None),
        ("strlen", &["äöü"], Some("3")),
        ("concat", &["a", "∅", "1"], Some("a1")),
        ("toupper", &["aß"], Some("ASS")),
        ("tolower", &["AB"], Some("ab")),
        ("trim", &["  a "], Some("a")),
        ("ltrim", &["xyZfooxyZ", "xyZ"], Some("fooxyZ")),
        ("rtrim", &["xyZfooxyZ", "xyZ"], Some("xyZfoo")),
        ("replace", &["aXbX", "X", "-"], Some("a-b-")),
        ("replace", &["ab", "", "-"], Some("ab")),
        ("strcontains", &["abc", "b"], Some("1")),
        ("strcontains", &["∅", "b"], Some("0")),
        ("startswith", &["abc", "ab"], Some("1")),
        ("endswith", &["abc", "ab"], Some("0")),
        ("split", &["a,b\"", ","], Some(r#"["a","b\""]"#)),
        ("isempty", &["∅"], Some("1")),
        ("isempty", &[" "], Some("0")),
        ("isblank", &[" \t"], Some("1")),
        ("ispresent", &[""], Some("1")),
        ("ispresent", &["∅"], Some("0")),
    ] {
        assert_eq!(call(name, arguments).as_deref(), expected, "{name}{arguments:?}");
    }
}

#[test]
fn structures_times_and_addresses_have_functions() {
    for (name, arguments, expected) in [
        ("jsonparse", &[r#"{"a":1}"#][..], Some(r#"{"a":1}"#)),
        ("jsonparse", &["[1] 2"], None),
        ("jsonparse", &["12"], None),
        ("jsonarraysize", &["[1,[2,3]]"], Some("2")),
        ("jsonarraysize", &["{}"], None),
        ("jsonarraycontains", &[r#"[1,"b"]"#, "b"], Some("1")),
        ("jsonarraycontains", &[r#"[1,"b"]"#, "c"], Some("0")),
        ("jsonstringify", &["a\"b"], Some(r#""a\"b""#)),
        ("frommillis", &["0"], Some("1970-01-01 00:00:00.000")),
        ("tomillis", &["1970-01-01T00:00:01Z"], Some("1000")),
        ("isvalidip", &["::1"], Some("1")),
        ("isvalidipv4", &["::1"], Some("0")),
        ("isvalidipv6", &["::1"], Some("1")),
        ("isipinsubnet", &["10.1.2.3", "10.0.0.0/8"], Some("1")),
        ("isipv4insubnet", &["11.1.2.3", "10.0.0.0/8"], Some("0")),
        ("isipv4insubnet", &["11.1.2.3", "0.0.0.0/0"], Some("1")),
        ("isipv6insubnet", &["fd00::1", "fd00::/8"], Some("1")),
        ("isipv6insubnet", &["10.1.2.3", "10.0.0.0/8"], Some("0")),
        ("isipinsubnet", &["10.1.2.3", "10.0.0.0/33"], Some("0")),
    ] {
        assert_eq!(call(name, arguments).as_deref(), expected, "{name}{arguments:?}");
    }
}

proptest! {
    #[test]
    fn no_value_makes_a_function_panic(
        name in prop::sample::select(vec![
            "abs", "ceil", "log", "round", "greatest", "concat", "strlen", "toupper", "trim", "ltrim", "substr",
            "replace", "strcontains", "split", "frommillis", "tomillis", "jsonparse", "jsonstringify", "isvalidip",
            "isipinsubnet", "isblank",
        ]),
        arguments in prop::collection::vec(
            prop_oneof!["\\PC{0,6}", any::<i64>().prop_map(|n| n.to_string()), any::<f64>().prop_map(|n| n.to_string())],
            3,
        ),
    ) {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let _ = call(name, &arguments);
    }
}
