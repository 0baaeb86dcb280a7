//! Backtraces without the frames that all functions have in common.

use std::{backtrace::Backtrace, env, fmt::Write};

/// The crates whose frames are left out: the standard library, the runtime, and this project.
const LEFT_OUT: [&str; 35] = [
    "__rustc",
    "alloc",
    "axum",
    "axum_core",
    "backtrace",
    "core",
    "futures",
    "futures_core",
    "futures_util",
    "http_body",
    "http_body_util",
    "hyper",
    "hyper_util",
    "lambda_http",
    "lambda_runtime",
    "lambda_runtime_api_client",
    "pin_project",
    "pin_project_lite",
    "powertools",
    "powertools_batch",
    "powertools_core",
    "powertools_idempotency",
    "powertools_local",
    "powertools_logger",
    "powertools_metrics",
    "powertools_parameters",
    "powertools_tracer",
    "std",
    "test",
    "tokio",
    "tower",
    "tower_http",
    "tower_layer",
    "tower_service",
    "tracing",
];

/// Symbols without a crate in which a program, a thread, or a panic begins.
const PLUMBING: [&str; 10] = [
    "<unknown>",
    "__clone3",
    "__libc_start_call_main",
    "__libc_start_main",
    "_start",
    "clone",
    "main",
    "rust_begin_unwind",
    "start_thread",
    "thread_start",
];

/// Returns the frames of a backtrace that belong to the user's code or to libraries, numbered from 0, or all frames if
/// `RUST_BACKTRACE` is `full`. The text is empty if there are none, for example because the binary has no symbols.
pub(super) fn user_frames(backtrace: &Backtrace) -> String {
    let all = backtrace.to_string();
    match env::var_os("RUST_BACKTRACE") {
        Some(wanted) if wanted == "full" => all,
        _ => without_plumbing(&all),
    }
}

/// Removes the frames of the standard library, the runtime, and this project.
fn without_plumbing(backtrace: &str) -> String {
    let mut kept = String::new();
    let mut count = 0_usize;
    let mut lines = backtrace.lines().peekable();
    while let Some(line) = lines.next() {
        let text = line.trim_start();
        if is_place(text) {
            continue;
        }
        // Inlined frames have no number.
        let symbol = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let symbol = symbol.strip_prefix(": ").unwrap_or(text);
        let place = lines.next_if(|next| is_place(next.trim_start()));
        if !is_plumbing(symbol) && !place.is_some_and(is_place_of_plumbing) {
            let _ = writeln!(kept, "{count:4}: {symbol}");
            count += 1;
            if let Some(place) = place {
                let _ = writeln!(kept, "{place}");
            }
        }
    }
    kept
}

fn is_place(text: &str) -> bool {
    text.starts_with("at ")
}

fn is_plumbing(symbol: &str) -> bool {
    let root = root(symbol);
    LEFT_OUT.binary_search(&root).is_ok()
        || PLUMBING.binary_search(&symbol).is_ok()
        || symbol.starts_with("__rust_")
        || symbol.starts_with("_ZN")
}

/// Returns whether a location is in the sources of a crate that is left out. If the debug information contains only
/// lines, the symbol of an inlined function has no path, so the crate must be found by its location.
fn is_place_of_plumbing(place: &str) -> bool {
    if place.contains("/rustc/") {
        return true;
    }
    let Some((_, sources)) = place.split_once("/registry/src/") else {
        return false;
    };
    // The folder of the registry is followed by that of the package: `…/tokio-1.54.1/src/…`.
    let package = sources.split('/').nth(1).unwrap_or_default();
    let versions = package.match_indices('-').map(|(at, _)| package.split_at(at));
    let mut names = versions
        .filter(|(_, version)| version[1..].starts_with(|first: char| first.is_ascii_digit()));
    let name = names.next().map(|(name, _)| name.replace('-', "_"));
    name.is_some_and(|name| LEFT_OUT.binary_search(&&*name).is_ok())
}

/// Returns the crate of a symbol; for a method, the crate of its type.
fn root(symbol: &str) -> &str {
    let path = symbol.trim_start_matches(['<', '&', '*', '[', '(']);
    let path = path.strip_prefix("mut ").or_else(|| path.strip_prefix("dyn ")).unwrap_or(path);
    match path.split_once(" as ") {
        // For a type parameter, the trait identifies the crate better.
        Some((parameter, of_trait)) if parameter.len() == 1 => first_segment(of_trait),
        _ => first_segment(path),
    }
}

fn first_segment(path: &str) -> &str {
    path.split([':', '<', '>', ' ', '[']).next().unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKTRACE: &str = "   0: std::backtrace_rs::backtrace::libunwind::trace
             at /rustc/1/library/std/src/../../backtrace/src/backtrace/libunwind.rs:117:9
   1: powertools_logger::panic::log_panic
             at /home/powertools/logger/src/panic.rs:50:21
   2: __rustc::rust_begin_unwind
   3: core::panicking::panic_fmt
   4: checkout::orders::place
             at ./src/orders.rs:12:9
      checkout::handler::{{closure}}
             at ./src/main.rs:30:5
   5: <&mut checkout::Handler as core::future::future::Future>::poll
   6: <alloc::boxed::Box<F,A> as core::future::future::Future>::poll
             at /rustc/1/library/alloc/src/boxed.rs:2000:9
   7: sqlx_core::pool::acquire
   8: <tracing::instrument::Instrumented<T> as core::future::future::Future>::poll
   9: <T as futures_util::fns::FnOnce1<A>>::call_once
  10: poll<checkout::pay::{async_fn#0}::{async_block_env#0}>
             at /home/dev/.cargo/registry/src/registry-1949cf8c/tracing-0.1.44/src/instrument.rs:321:15
  11: {closure#0}<core::pin::Pin<&mut dyn core::future::future::Future<Output=()>>>
             at /rustc/5980761/library/core/src/future/future.rs:133:9
  12: {async_fn#0}
             at /home/dev/.cargo/registry/src/registry-1949cf8c/lambda-extension-1.0.0/src/lib.rs:1:1
  13: main
  14: <unknown>
";

    #[test]
    fn backtrace_keeps_frames_of_users_and_libraries() {
        assert_eq!(
            without_plumbing(BACKTRACE),
            "   0: checkout::orders::place
             at ./src/orders.rs:12:9
   1: checkout::handler::{{closure}}
             at ./src/main.rs:30:5
   2: <&mut checkout::Handler as core::future::future::Future>::poll
   3: sqlx_core::pool::acquire
   4: {async_fn#0}
             at /home/dev/.cargo/registry/src/registry-1949cf8c/lambda-extension-1.0.0/src/lib.rs:1:1
"
        );
        assert_eq!(without_plumbing(""), "");
        assert_eq!(without_plumbing("  at nowhere\n"), "");
    }

    #[test]
    fn name_lists_are_sorted() {
        assert!(LEFT_OUT.is_sorted() && PLUMBING.is_sorted());
    }
}
