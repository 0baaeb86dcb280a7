use super::*;

#[test]
fn token_names_the_attempt_and_fits() {
    let owner = Owner::from_text("0123456789abcdef0123456789abcdef");
    let lease = Lease { until: 1, owner: Some(owner) };
    assert_eq!(token(&lease, 0), "0123456789abcdef0123456789abcdef0000");
    assert_eq!(token(&lease, 65_535), "0123456789abcdef0123456789abcdefffff");
    let long = Lease { until: 1, owner: Some(Owner::from_text("ü".repeat(100))) };
    assert_eq!(token(&long, 1).chars().count(), MAX_TOKEN);
    assert_eq!(token(&Lease { until: 1, owner: None }, 1).len(), MAX_TOKEN);
}

#[test]
fn errors_tell_whether_a_retry_helps() {
    let unavailable = StoreError::Unavailable { what: "x".to_owned(), source: None };
    let refused = StoreError::Refused { what: "x".to_owned(), source: None };
    for (error, expected) in [
        (CompleteWithError::from(unavailable), true),
        (CompleteWithError::from(refused), false),
        (CompleteWithError::LeaseLost, true),
        (CompleteWithError::OutcomeUnknown, true),
        (CompleteWithError::WritesRejected { failures: vec![] }, false),
    ] {
        assert_eq!(error.is_retryable(), expected, "{error}");
        assert!(error.failures().is_empty());
    }
}
