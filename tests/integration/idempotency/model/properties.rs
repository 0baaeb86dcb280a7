//! What must hold whatever happens.

use stateright::{Model, Property};

use super::{protocol::Protocol, state::State};

pub(super) const ONE_RESULT: &str = "one attempt's result is given in a record's lifetime";
pub(super) const RESULT_STAYS: &str = "a result stays until it expires";
pub(super) const ONE_LEASE: &str = "no effect starts during another's lease";
pub(super) const ONE_LEASE_WITHIN: &str = "no effect starts well within two leases";
pub(super) const REASON: &str = "a claim is rejected because of a lease or a result only";
pub(super) const OWN_CLAIM: &str = "no attempt is refused because of its own claim";
pub(super) const RESULT_GIVEN: &str = "a result that stands is given to every call";
pub(super) const NO_STALE_RESULT: &str = "no result is replayed after it has expired";
pub(super) const NO_FALSE_LOSS: &str =
    "an attempt that holds its lease, or whose completion stands, reports no lost lease";
pub(super) const ALL_END: &str = "every attempt ends";

pub(super) fn all() -> Vec<Property<Protocol>> {
    vec![
        Property::always(ONE_RESULT, |_, state: &State| has_one_result(state)),
        Property::always(RESULT_STAYS, |_, state: &State| !state.seen.result_destroyed),
        Property::always(ONE_LEASE, |_, state: &State| !state.seen.started_under_lease),
        Property::always(ONE_LEASE_WITHIN, |_, state: &State| !state.seen.started_well_under_lease),
        Property::always(REASON, |_, state: &State| !state.seen.rejected_without_reason),
        Property::always(OWN_CLAIM, |_, state: &State| !state.seen.refused_for_own_claim),
        Property::always(RESULT_GIVEN, |_, state: &State| !state.seen.result_withheld),
        Property::always(NO_STALE_RESULT, |_, state: &State| !state.seen.replayed_expired),
        Property::always(NO_FALSE_LOSS, |_, state: &State| !state.seen.lost_while_held),
        Property::always(ALL_END, ends),
    ]
}

/// What was given was recorded, and nothing else was in the same lifetime.
fn has_one_result(state: &State) -> bool {
    let lifetime = |of: usize| state.seen.completed[of];
    let mut given = state.given();
    given.all(|of| {
        lifetime(of).is_some()
            && state.given().all(|other| of == other || lifetime(of) != lifetime(other))
    })
}

/// Each step is progress, so that where no step is left, all must have ended.
fn ends(protocol: &Protocol, state: &State) -> bool {
    let mut steps = Vec::new();
    protocol.actions(state, &mut steps);
    !steps.is_empty() || state.have_all_ended()
}
