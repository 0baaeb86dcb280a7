//! Lines kept back until something goes wrong.

use powertools_core::lambda::{End, Observer};
use powertools_logger::{
    Buffering, Environment, Levels, Logger, clear_buffer, flush_buffer, testing::Captured,
};
use tracing::Level;

use super::{invocation, messages};

fn buffering(buffering: Buffering) -> Captured {
    Captured::with(|logger| logger.levels(Levels::default()).buffering(buffering))
}

#[test]
fn an_error_writes_what_was_kept_in_order_and_first() {
    let captured = buffering(Buffering::new());
    invocation("r").in_scope(|| {
        tracing::debug!("one");
        tracing::info!("shown at once");
        tracing::debug!("two");
        tracing::trace!("below what is captured");
        tracing::error!("broken");
        tracing::debug!("three");
    });
    assert_eq!(messages(&captured), ["shown at once", "one", "two", "broken"]);
}

#[test]
fn the_oldest_lines_make_room_and_a_warning_says_how_many() {
    let captured = buffering(Buffering::new().max_bytes(1000));
    invocation("r").in_scope(|| {
        (0..10).for_each(|n| tracing::debug!("line {n}"));
        flush_buffer();
    });
    let messages = messages(&captured);
    assert!(messages.len() < 10, "{messages:?}");
    let missing = 10 - (messages.len() - 1);
    assert_eq!(
        messages[0],
        format!("{missing} older buffered lines are missing: the buffer was full")
    );
    assert_eq!(messages[1], format!("line {missing}"));
    assert_eq!(messages.last().unwrap(), "line 9");
    let warning = &captured.values()[0];
    assert_eq!((&warning["level"], &warning["function_request_id"]), (&"WARN".into(), &"r".into()));
}

#[test]
fn a_line_larger_than_the_buffer_is_written_at_once() {
    let captured = buffering(Buffering::new().max_bytes(600));
    invocation("r").in_scope(|| {
        tracing::debug!("small");
        tracing::debug!(large = "x".repeat(1000), "large");
    });
    assert_eq!(messages(&captured), ["large"]);
}

#[test]
fn it_is_cleared_and_flushed_on_demand_and_not_by_errors_if_asked() {
    let captured = buffering(Buffering::new().flush_on_error(false));
    invocation("r").in_scope(|| {
        tracing::debug!("forgotten");
        clear_buffer();
        tracing::debug!("kept");
        tracing::error!("broken");
        assert_eq!(messages(&captured), ["broken"]);
        flush_buffer();
    });
    assert_eq!(messages(&captured), ["broken", "kept"]);
}

#[test]
fn the_buffer_level_is_the_most_severe_that_is_kept() {
    let captured = buffering(Buffering::new().level(Level::WARN));
    invocation("r").in_scope(|| {
        tracing::info!("kept");
        tracing::warn!("kept too");
        assert_eq!(messages(&captured), [""; 0]);
        tracing::error!("broken");
    });
    assert_eq!(messages(&captured), ["kept", "kept too", "broken"]);
}

#[test]
fn an_error_line_is_never_kept_back() {
    let captured = buffering(Buffering::new().level(Level::ERROR));
    invocation("r").in_scope(|| {
        tracing::warn!("kept");
        tracing::error!("broken");
    });
    assert_eq!(messages(&captured), ["kept", "broken"]);
}

#[test]
fn a_sampled_invocation_keeps_nothing_back() {
    let captured = Captured::with(|logger| {
        logger.levels(Levels::default()).buffering(Buffering::new()).sampling_rate(1.0)
    });
    invocation("r").in_scope(|| tracing::debug!("shown at once"));
    assert_eq!(messages(&captured), ["shown at once"]);
}

#[test]
fn lines_near_the_deadline_and_after_the_end_are_written_at_once() {
    let captured = buffering(Buffering::new());
    let observer = captured.logger().observer();
    let (late, ended) = (invocation("late"), invocation("ended"));
    late.in_scope(|| {
        tracing::debug!("before");
        observer.deadline_near(&late);
        tracing::debug!("after");
    });
    ended.in_scope(|| {
        tracing::debug!("dropped");
        observer.on_end(&ended, End::Completed);
        tracing::debug!("by a task that runs on");
    });
    let near = "invocation is about to time out";
    assert_eq!(messages(&captured), ["before", near, "after", "by a task that runs on"]);
}

#[test]
fn what_an_abandoned_invocation_kept_back_is_written() {
    let captured = buffering(Buffering::new());
    let abandoned = invocation("r");
    abandoned.in_scope(|| {
        tracing::debug!("last words");
        captured.logger().observer().on_end(&abandoned, End::Cancelled);
    });
    assert_eq!(messages(&captured), ["last words"]);
}

#[test]
fn lambdas_level_rules_what_is_captured_and_a_warning_says_so() {
    let environment = Environment::of([("AWS_LAMBDA_LOG_LEVEL", "WARN")]);
    let builder = Logger::builder().environment(environment).buffering(Buffering::new());
    let (_, warnings) = builder.build_with_warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].to_string().contains("buffering asks for debug lines"), "{}", warnings[0]);
}
