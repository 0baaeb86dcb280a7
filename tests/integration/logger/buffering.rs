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
fn error_flushes_the_buffer_in_order_before_itself() {
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
fn full_buffer_drops_the_oldest_lines_and_warns_with_their_number() {
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
fn line_larger_than_the_buffer_is_written_immediately() {
    let captured = buffering(Buffering::new().max_bytes(600));
    invocation("r").in_scope(|| {
        tracing::debug!("small");
        tracing::debug!(large = "x".repeat(1000), "large");
    });
    assert_eq!(messages(&captured), ["large"]);
}

#[test]
fn buffer_is_cleared_and_flushed_manually() {
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
fn buffer_level_is_the_most_severe_buffered_level() {
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
fn error_line_is_never_buffered() {
    let captured = buffering(Buffering::new().level(Level::ERROR));
    invocation("r").in_scope(|| {
        tracing::warn!("kept");
        tracing::error!("broken");
    });
    assert_eq!(messages(&captured), ["kept", "broken"]);
}

#[test]
fn sampled_invocation_buffers_nothing() {
    let captured = Captured::with(|logger| {
        logger.levels(Levels::default()).buffering(Buffering::new()).sampling_rate(1.0)
    });
    invocation("r").in_scope(|| tracing::debug!("shown at once"));
    assert_eq!(messages(&captured), ["shown at once"]);
}

#[test]
fn lines_near_the_deadline_and_after_the_end_are_not_buffered() {
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
fn buffer_of_a_cancelled_invocation_is_written() {
    let captured = buffering(Buffering::new());
    let abandoned = invocation("r");
    abandoned.in_scope(|| {
        tracing::debug!("last words");
        captured.logger().observer().on_end(&abandoned, End::Cancelled);
    });
    assert_eq!(messages(&captured), ["last words"]);
}

#[test]
fn lambda_log_level_limits_the_level_with_a_warning() {
    let environment = Environment::of([("AWS_LAMBDA_LOG_LEVEL", "WARN")]);
    let builder = Logger::builder().environment(environment).buffering(Buffering::new());
    let (_, warnings) = builder.build_with_warnings();
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].to_string().contains("buffering asks for debug lines"), "{}", warnings[0]);
}
