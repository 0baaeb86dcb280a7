//! Where our document is not Powertools for Python's, on purpose.
//!
//! `docs/parity.md` shows this table to users; a test holds the two together.

use super::super::comparison::{Difference, Form, LINE, Type};
use super::super::differences::only;
use Form::{Absent, Any, Exactly};

const DIMENSIONS: &str = "_aws.CloudWatchMetrics.Dimensions";

/// All of them.
pub(in super::super) const DIFFERENCES: [Difference; 0] = [];

#[test]
fn the_documentation_lists_every_difference_and_no_other() {
    super::super::differences::assert_documented(&DIFFERENCES, "| member | Python");
}

#[test]
fn a_difference_names_a_scenario_that_exists() {
    let scenarios = super::scenario::Document::read().scenarios;
    for name in DIFFERENCES.iter().filter_map(|difference| difference.only_in) {
        assert!(scenarios.iter().any(|scenario| scenario.name == name), "no `{name}`");
    }
}
