use super::gives;

/// Asserts which of the values of `x` a condition lets through; `-` is a line without `x`.
#[track_caller]
fn lets_through(condition: &str, values: &[&str], expected: &[&str]) {
    let line = |value: &&str| match *value {
        "-" => r#"{"other":1}"#.to_owned(),
        value => format!(r#"{{"x":{value}}}"#),
    };
    let lines: Vec<String> = values.iter().map(line).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let query = format!("filter {condition} | fields @message");
    let table = super::run(&query, &lines);
    let mut found: Vec<String> = super::cells(&table).into_iter().flatten().collect();
    found.reverse();
    assert_eq!(found, expected.iter().map(line).collect::<Vec<_>>(), "{condition}");
}

#[test]
fn numbers_and_numeric_strings_compare_as_numbers() {
    lets_through(
        "x = 200",
        &["200", "\"200\"", "200.0", "201", "\"abc\"", "-"],
        &["200", "\"200\"", "200.0"],
    );
    lets_through("x = \"200\"", &["200", "\"200\"", "2e2"], &["200", "\"200\"", "2e2"]);
    lets_through("x > 9", &["10", "\"10\"", "9", "\"abc\""], &["10", "\"10\""]);
}

#[test]
fn comparison_with_an_absent_field_is_false() {
    for condition in
        ["x = 1", "x != 1", "x < 1", "x in [1]", "x not in [1]", "x like \"a\"", "x not like \"a\""]
    {
        lets_through(condition, &["-", "null"], &[]);
    }
    lets_through("not (x = 1)", &["-", "1", "2"], &["-", "2"]);
    lets_through("not ispresent(x)", &["-", "1", "null"], &["-", "null"]);
    lets_through("x + 1 > 0", &["-", "1"], &["1"]);
}

#[test]
fn text_search_is_case_sensitive() {
    lets_through("x like \"rro\"", &["\"Error\"", "\"ERROR\"", "5"], &["\"Error\""]);
    lets_through(
        "x like /(?i)error/",
        &["\"Error\"", "\"ERROR\"", "5"],
        &["\"Error\"", "\"ERROR\""],
    );
    lets_through("x =~ /^E/", &["\"Error\"", "\"the Error\""], &["\"Error\""]);
    lets_through("x not like /rr/", &["\"Error\"", "\"fine\""], &["\"fine\""]);
    lets_through("x like \"%ror\"", &["\"Error\"", "\"Errors\""], &["\"Error\""]);
}

#[test]
fn lists_flags_and_operators_work() {
    lets_through("x in [1, \"b\"]", &["1", "\"1\"", "\"b\"", "\"c\""], &["1", "\"1\"", "\"b\""]);
    lets_through("x not in [1, \"b\"]", &["1", "\"c\""], &["\"c\""]);
    lets_through("x = true", &["true", "false", "\"true\"", "1"], &["true", "\"true\"", "1"]);
    lets_through("x = 1", &["true", "false"], &["true"]);
    lets_through("x", &["true", "false", "0", "2", "\"x\""], &["true", "2"]);
    lets_through("x > 1 and x < 5 or x = 9", &["1", "2", "5", "9"], &["2", "9"]);
}

#[test]
fn literal_escaped_in_json_is_found() {
    lets_through(
        "x = \"ERROR\"",
        &[r#""\u0045RROR""#, r#""ERROR""#, r#""\u0045RR""#],
        &[r#""\u0045RROR""#, r#""ERROR""#],
    );
    lets_through("x = \"a/b\"", &[r#""a\/b""#, r#""a/b""#], &[r#""a\/b""#, r#""a/b""#]);
}

#[test]
fn uncomputable_values_are_absent() {
    let line = [r#"{"a":7,"b":2,"zero":0,"word":"w"}"#];
    gives(
        "fields a + b, a - b, a * b, a / b, a % b, b ^ 3, a / zero, a + word, a + missing, -a",
        &line,
        &[["9", "5", "14", "3.5", "1", "8", "-", "-", "-", "-7"]],
    );
}

#[test]
fn conditional_and_numeric_functions_work() {
    let line =
        [r#"{"a":7,"ip":"10.0.0.1","text":" Hi ","json":"{\"k\":[{\"v\":3}]}","object":{"k":1}}"#];
    gives(
        "fields coalesce(x, a), if(a > 5, \"big\", \"small\"), case(a < 5, \"low\", a < 9, \"mid\", \"high\"), \
         isIpInSubnet(ip, \"10.0.0.0/8\"), toupper(trim(text)), now(), strcontains(text, \"H\")",
        &line,
        &[["7", "big", "mid", "1", "HI", "1795174278", "1"]],
    );
    gives(
        "fields jsonParse(json) as j | fields j.k.0.v, jsonStringify(object), regexReplace(text, \"[A-Z]\", \"x\") as r \
         | display j.k.0.v, r",
        &line,
        &[["3", " xi "]],
    );
}

#[test]
fn plain_text_event_has_lambda_fields() {
    let report = "REPORT RequestId: 6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e\tDuration: 12.50 ms\tBilled Duration: 13 ms\t\
                  Memory Size: 128 MB\tMax Memory Used: 31 MB";
    gives(
        "filter @type = \"REPORT\" | fields @requestId, @duration, @memorySize / 1000 / 1000 as mb",
        &["START RequestId: x", report, "hello"],
        &[["6f6f2e2c-0001-4a0b-9c57-0f2a3b4c5d6e", "12.5", "128"]],
    );
}
