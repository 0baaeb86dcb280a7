//! The program, run as people run it.
#![cfg(feature = "command")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "every line of it is a test's")]

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Lines of two requests: two errors, a warning, and a line that is no JSON.
const LINES: &str = r#"{"level":"INFO","location":"shop:1","message":"order placed","timestamp":"2026-11-20T11:31:18.967Z","function_request_id":"r-1"}
{"level":"ERROR","location":"shop:2","message":"handler failed","timestamp":"2026-11-20T11:32:18.967Z","function_request_id":"r-1","exception":"out of tea","exception_name":"OutOf"}
{"level":"ERROR","location":"shop:2","message":"handler failed","timestamp":"2026-11-20T11:38:18.967Z","function_request_id":"r-2","exception":"out of cups","exception_name":"OutOf"}
{"level":"WARN","location":"shop:3","message":"slow","timestamp":"2026-11-20T11:39:18.967Z","function_request_id":"r-2"}
thread main panicked
"#;

fn insights(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_insights"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run_with(arguments: &[&str], input: &str) -> Output {
    let mut child = insights(arguments).spawn().unwrap();
    // The program may not want all of it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Returns what a command that succeeds writes.
fn output(arguments: &[&str], input: &str) -> String {
    let output = run_with(arguments, input);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the code of a command, and what it tells.
fn told(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let output = run_with(arguments, input);
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

fn file(name: &str, content: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

#[test]
fn rows_of_a_template_are_a_table() {
    let table = output(&["run", "errors-by-type"], LINES);
    let lines: Vec<_> = table.lines().map(str::trim).collect();
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(words(lines[0]), ["error", "level", "lines", "requests", "last"]);
    assert!(lines[1].chars().all(|next| next == '─'));
    assert_eq!(words(lines[2]), ["OutOf", "ERROR", "2", "2", "out", "of", "cups"]);
    assert_eq!(lines.len(), 3, "{table}");
}

#[test]
fn rows_are_json_or_csv_within_the_limit() {
    let query = "fields level, message | sort @timestamp asc | limit 2";
    let json = output(&["run", query, "--format", "json", "--limit", "1"], LINES);
    assert_eq!(json, "{\"level\":\"INFO\",\"message\":\"order placed\"}\n");
    let csv = output(&["run", query, "--format", "csv"], LINES);
    assert_eq!(csv, "level,message\nINFO,order placed\nERROR,handler failed\n");
}

#[test]
fn several_files_are_read_and_parameters_rendered() {
    let (first, second) = (file("first.log", LINES), file("second.log", LINES));
    let text = "# param level: which\nfilter level = \"{{level}}\"\n| stats count(*) as n\n";
    let query = file("of.query", text);
    let paths = [query, first, second].map(|path| path.to_str().unwrap().to_owned());
    let [query, first, second] = paths.each_ref().map(String::as_str);
    let arguments = ["run", query, first, second, "--param", "level=ERROR", "--format", "json"];
    assert_eq!(output(&arguments, ""), "{\"n\":4}\n");
    let (code, told) = told(&["run", query, first], "");
    assert_eq!(code, Some(1));
    assert!(told.contains("the parameter `level` is missing: which"), "{told}");
}

#[test]
fn folder_of_an_s3_export_is_the_log_stream() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("2026-11-20-[7]abc");
    fs::create_dir_all(&folder).unwrap();
    let export = folder.join("000000");
    fs::write(&export, "2026-11-20T11:31:18.967Z {\"level\":\"ERROR\"}\n").unwrap();
    let arguments = ["run", "versions", export.to_str().unwrap(), "--format", "json"];
    let rows = output(&arguments, "");
    assert!(rows.contains("\"function_version\":\"7\"") && rows.contains("\"errors\":1"), "{rows}");
}

#[test]
fn invalid_query_is_shown_with_a_caret() {
    let (code, wrong) = told(&["run", "fields a\n| fitler b = 1"], LINES);
    assert_eq!(code, Some(1));
    assert!(wrong.contains("2 | | fitler b = 1\n  |   ^^^^^^ "), "{wrong}");
    let (_, unknown) = told(&["run", "errors-by-tpye"], LINES);
    assert!(unknown.contains("did you mean `errors-by-type`?"), "{unknown}");
}

#[test]
fn missing_field_is_reported_with_a_suggestion() {
    let (code, told) = told(&["run", "filter levl = \"ERROR\" | stats count(*)"], LINES);
    assert_eq!(
        (code, told.trim()),
        (Some(0), r#"note: no line has the field "levl"; did you mean "level"?"#)
    );
}

#[test]
fn missing_file_is_named() {
    let (code, told) = told(&["run", "cost", "/nowhere/lines.log"], "");
    assert_eq!(code, Some(1));
    assert!(told.contains("/nowhere/lines.log: "), "{told}");
}

#[test]
fn chart_is_drawn_in_the_terminal_and_into_files() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let paths = ["errors.svg", "errors.html"].map(|name| folder.join(name));
    let [svg, html] = paths.each_ref().map(|path| path.to_str().unwrap());
    let arguments = ["run", "errors-over-time", "--plot", "--svg", svg, "--html", html];
    let drawn = output(&arguments, LINES);
    for part in ["errors\n", "└11:30", "11:35"] {
        assert!(drawn.contains(part), "{drawn}");
    }
    let svg = fs::read_to_string(svg).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains(">Errors over time</text>"), "{svg}");
    let html = fs::read_to_string(html).unwrap();
    assert!(html.starts_with("<!doctype html>") && html.contains("by bin(5m) as window"), "{html}");
    let (_, told) = told(&["run", "fields message", "--plot"], LINES);
    assert!(told.contains("no numbers"), "{told}");
}

#[test]
fn lint_reports_positions_and_exits_with_1() {
    let good = file("good.query", "stats count(*) by bin(5m)\n");
    let bad = file("bad.query", "filter a = 1\n| stats count(*) by bin(300s)\n");
    let [good, bad] = [&good, &bad].map(|path| path.to_str().unwrap());
    assert_eq!(output(&["lint", good], ""), "");
    let told = run_with(&["lint", good, bad, "-"], "fields (");
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains(&format!("{bad}:2:25: ")) && told.contains("\n-:1:"), "{told}");
    let told = run_with(&["lint", "/nowhere/a.query", bad], "");
    assert_eq!(told.status.code(), Some(1));
    assert!(String::from_utf8(told.stdout).unwrap().starts_with(bad));
    assert!(String::from_utf8(told.stderr).unwrap().starts_with("error: /nowhere/a.query: "));
    assert_eq!(output(&["lint", "-"], "\u{feff}fields a"), "");
}

#[test]
fn templates_are_listed_and_shown() {
    let listed = output(&["list"], "");
    assert!(listed.lines().count() > 25, "{listed}");
    let cost = output(&["show", "cost"], "");
    assert!(cost.starts_with("# title: Cost\n"), "{cost}");
    let expected = "error: no template is named `costs`; did you mean `cost`?\n";
    assert_eq!(told(&["show", "costs"], ""), (Some(1), expected.to_owned()));
}

#[test]
fn queries_are_exported_for_log_groups_and_a_folder() {
    let arguments =
        ["export", "--format", "cli", "cost", "--folder", "Shop", "--param", "request=1"];
    let groups = ["--log-group", "/aws/lambda/a", "--log-group", "/aws/lambda/b"];
    let script = output(&[&arguments[..], &groups].concat(), "");
    let groups = "--log-group-names '/aws/lambda/a' '/aws/lambda/b'";
    for part in ["--name 'Shop/Cost'", groups, "\"defaultValue\":\"1\""] {
        assert!(script.contains(part), "{part} in {script}");
    }
    let (_, missing) = told(&["export", "--format", "terraform", "request"], "");
    assert!(missing.contains("`request_id` is missing"), "{missing}");
    let (_, unknown) = told(&["export", "--format", "sam", "cost", "--param", "requests=1"], "");
    assert!(unknown.contains("no query has a parameter `requests`"), "{unknown}");
    let all = output(&["export", "--format", "terraform"], "");
    assert!(all.matches("resource \"aws_cloudwatch_query_definition\"").count() > 20);
}

#[cfg(unix)]
#[test]
fn live_shows_rows_forwards_stderr_and_the_exit_code() {
    let lines = file("live.log", LINES);
    let script = format!("cat {}; echo aside >&2; exit 3", lines.display());
    let shown = run_with(&["live", "errors-by-type", "--", "sh", "-c", &script], "");
    assert_eq!(shown.status.code(), Some(3));
    assert_eq!(String::from_utf8(shown.stderr).unwrap(), "aside\n");
    let table = String::from_utf8(shown.stdout).unwrap();
    assert!(table.contains(" OutOf ") && !table.contains('\x1b'), "{table}");
    let (code, told) = told(&["live", "cost", "--", "/nowhere/program"], "");
    assert_eq!(code, Some(1));
    assert!(told.contains("/nowhere/program"), "{told}");
}

/// Runs a command whose stdout is closed before it writes; returns its code and what it reports.
#[cfg(unix)]
fn with_closed_pipe(arguments: &[&str], input: &str) -> (Option<i32>, String) {
    let mut child = insights(arguments).spawn().unwrap();
    drop(child.stdout.take());
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let mut told = String::new();
    child.stderr.take().unwrap().read_to_string(&mut told).unwrap();
    (child.wait().unwrap().code(), told)
}

#[cfg(unix)]
#[test]
fn closed_pipe_ends_every_command_silently_in_every_format() {
    let input = LINES.repeat(2000);
    let export = format!("timestamp,message\n1795174278967,\"{}\"\n", LINES.replace('"', "\"\""));
    for format in ["table", "json", "csv"] {
        for query in ["fields @message", "fields level | limit 1"] {
            let told = with_closed_pipe(&["run", query, "--format", format], &input);
            assert_eq!(told, (Some(0), String::new()), "{format}: {query}");
        }
        let told = with_closed_pipe(&["run", "fields @message", "--format", format], &export);
        assert_eq!(told, (Some(0), String::new()), "{format}");
    }
    let lines = file("closed.log", &input);
    let lines = lines.to_str().unwrap();
    let bad = file("closed.query", &"fields a as b, a as b | ".repeat(200));
    for arguments in [
        &["run", "stats count(*) by bin(5m)", "--plot"][..],
        &["list"],
        &["show", "cost"],
        &["export", "--format", "cloudformation"],
        &["export", "--format", "sam"],
        &["lint", bad.to_str().unwrap()],
        &["live", "fields @message", "--", "cat", lines],
    ] {
        assert_eq!(with_closed_pipe(arguments, &input).1, "", "{arguments:?}");
    }
}

#[test]
fn missing_file_is_reported_and_the_others_are_read() {
    let (first, second) = (file("there.log", LINES), file("there-too.log", LINES));
    let paths = [first.to_str().unwrap(), "/nowhere/lines.log", second.to_str().unwrap()];
    let query = ["run", "filter level = \"ERROR\" | stats count(*) as n", "--format", "json"];
    let output = run_with(&[&query[..], &paths].concat(), "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"n\":4}\n");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("error: /nowhere/lines.log: ") && told.lines().count() == 1, "{told}");
    let folder = env!("CARGO_TARGET_TMPDIR");
    let (code, told) = told_of(&["run", "stats count(*)", folder]);
    assert!(code == Some(1) && told.contains("this is a folder"), "{told}");
}

fn told_of(arguments: &[&str]) -> (Option<i32>, String) {
    told(arguments, "")
}

#[test]
fn unknown_export_is_read_line_by_line_with_a_note() {
    let (code, report) = told(&["run", "stats count(*)"], "hello\nworld\n");
    let expected = "note: -: not a known export format; each line is read as one event\n";
    assert_eq!((code, report.as_str()), (Some(0), expected));
    assert_eq!(told(&["run", "stats count(*)"], "START RequestId: 1 Version: 2\n").1, "");
    let export = "$ aws logs tail\n2026-11-20T11:31:18.967Z hello\n";
    let (_, report) = told(&["run", "stats count(*)"], export);
    assert!(
        report.starts_with("note: -: 1 lines at the start do not belong to the export"),
        "{report}"
    );
}

#[test]
fn damaged_gzip_gives_rows_and_the_code_1() {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("damaged.gz");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(LINES.as_bytes()).unwrap();
    let packed = encoder.finish().unwrap();
    fs::write(&path, &packed[..packed.len() - 60]).unwrap();
    let arguments = ["run", "stats count(*) as n", "--format", "json", path.to_str().unwrap()];
    let output = run_with(&arguments, "");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "{\"n\":3}\n");
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        told.contains("the gzip data ends early") && told.contains("3 whole events were read"),
        "{told}"
    );
}

#[test]
fn fields_defined_by_the_query_are_not_reported_missing() {
    let lines = r#"{"item":{"sku":"a"},"items":[{"sku":"a","total":1}],"user":"ann","order.skus":1}
"#;
    for query in [
        "parse @message /(?<usr>x)/ | filter not ispresent(usr)",
        "unnest items into item2 | display item2.sku, item2.total",
        "fields jsonParse(@message) as itm | display itm.sku",
        "fields user as usr | stats count(*) as usrs by usr | sort usrs",
        "display items.0.sku, items.0.total",
    ] {
        assert_eq!(told(&["run", query], lines), (Some(0), String::new()), "{query}");
    }
    let (_, report) = told(&["run", "display items.0.skus"], lines);
    assert!(report.contains("the field \"items.0.skus\"; did you mean"), "{report}");
}

#[test]
fn query_that_cloudwatch_refuses_runs_with_a_warning() {
    let (code, report) =
        told(&["run", "limit 3 | stats count(*) as n by level | stats max(n)"], LINES);
    assert_eq!(code, Some(0));
    assert!(
        report.contains("warning: CloudWatch refuses this query: 'limit' is before"),
        "{report}"
    );
    let (_, report) = told(&["run", "stats count(*) by bin(300s)"], LINES);
    assert!(report.contains("takes this query, but the service cuts 300s to 60s"), "{report}");
    let query = "SOURCE '/aws/lambda/a' | SOURCE 'b' | stats count(*) as n";
    let (code, report) = told(&["run", query], LINES);
    let expected =
        "note: `SOURCE` chooses log groups of an account; here all lines of the files are read\n";
    assert_eq!((code, report.as_str()), (Some(0), expected));
    assert_eq!(output(&["run", query, "--format", "json"], LINES), "{\"n\":5}\n");
}

#[test]
fn query_of_the_guide_passes_lint_and_run() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/insights/levels.query");
    assert_eq!(output(&["lint", path], ""), "");
    assert_eq!(told(&["run", path], LINES), (Some(0), String::new()));
}

#[test]
fn supported_functions_are_listed_in_the_help() {
    let (code, report) = told(&["run", "fields urldecode(a)"], LINES);
    assert_eq!(code, Some(1));
    assert!(report.contains("`insights run --help` lists what runs here"), "{report}");
    let help = output(&["run", "--help"], "");
    for name in
        ["Functions that run here:", " abs ", "count_distinct", "regexReplace", "bin", "topk"]
    {
        assert!(help.contains(name), "{name} in {help}");
    }
    assert!(!help.contains("urldecode"));
}
