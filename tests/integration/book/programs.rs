//! The programs of the book, as its pages have them: `tests/build.rs` takes them out of the pages.

/// A module for each program, and a function that runs its handler.
macro_rules! programs {
    ($($module:ident = $file:literal;)*) => {
        $(
            #[allow(dead_code, clippy::all, reason = "only the handler of the program is run")]
            pub(super) mod $module {
                include!(concat!(env!("OUT_DIR"), "/book/", $file));

                pub(in crate::book) async fn invoke(
                    captured: &powertools::testing::Captured,
                    event: &str,
                ) -> powertools::testing::TestResponse {
                    captured.invoke_json(handler, event).await
                }
            }
        )*
    };
}

programs! {
    create = "tutorial/01-create-1.rs";
    log = "tutorial/02-log-1.rs";
    configure = "tutorial/03-configure-1.rs";
    count = "tutorial/04-count-1.rs";
    trace = "tutorial/05-trace-1.rs";
    errors = "tutorial/06-errors-1.rs";
    test = "tutorial/07-test-1.rs";
    idempotency = "tutorial/09-idempotency-1.rs";
    nested_object = "cookbook-1.rs";
    appended_key = "cookbook-2.rs";
    logged_event = "cookbook-5.rs";
    sqs = "cookbook-6.rs";
    anyhow_error = "cookbook-7.rs";
    dimension = "cookbook-9.rs";
    annotation = "cookbook-11.rs";
}

/// A test of a reader's own, which is run as one of ours.
#[allow(clippy::all, reason = "it is formatted for the page")]
mod frozen_clock {
    include!(concat!(env!("OUT_DIR"), "/book/cookbook-18.rs"));
}
