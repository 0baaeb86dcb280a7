//! The programs of the README, the guides and the book, compiled with the documentation's tests.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/tracing.md")]
struct Tracing;

#[cfg(doctest)]
#[doc = include_str!("../docs/migrating.md")]
struct Migrating;

#[cfg(doctest)]
#[doc = include_str!("../docs/insights.md")]
struct Insights;

#[cfg(doctest)]
#[doc = include_str!("../local/with-powertools.md")]
struct WithPowertools;

/// One struct for each page of the book.
macro_rules! pages {
    ($($page:ident = $path:literal;)*) => {
        $(
            #[cfg(doctest)]
            #[doc = include_str!($path)]
            struct $page;
        )*
    };
}

pages! {
    Start = "../docs/book/src/start.md";
    TutorialCreate = "../docs/book/src/tutorial/01-create.md";
    TutorialLog = "../docs/book/src/tutorial/02-log.md";
    TutorialConfigure = "../docs/book/src/tutorial/03-configure.md";
    TutorialCount = "../docs/book/src/tutorial/04-count.md";
    TutorialTrace = "../docs/book/src/tutorial/05-trace.md";
    TutorialErrors = "../docs/book/src/tutorial/06-errors.md";
    TutorialTest = "../docs/book/src/tutorial/07-test.md";
    TutorialRunLocally = "../docs/book/src/tutorial/08-run-locally.md";
    TutorialIdempotency = "../docs/book/src/tutorial/09-idempotency.md";
    Cookbook = "../docs/book/src/cookbook.md";
    GuideHandlers = "../docs/book/src/guides/handlers.md";
    GuideLogger = "../docs/book/src/guides/logger.md";
    GuideMetrics = "../docs/book/src/guides/metrics.md";
    GuideTracer = "../docs/book/src/guides/tracer.md";
    GuideIdempotency = "../docs/book/src/guides/idempotency.md";
    GuideTesting = "../docs/book/src/guides/testing.md";
}
