//! What our metrics write in the scenarios that they share with Powertools for Python.

use super::validate;
use crate::compat::metrics::written;

#[test]
fn every_document_of_every_scenario_is_valid() {
    for (scenario, lines) in written() {
        for line in lines {
            validate(&line).unwrap_or_else(|told| panic!("scenario `{scenario}`: {told}\n{line}"));
        }
    }
}
