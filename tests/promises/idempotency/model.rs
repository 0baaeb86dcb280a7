//! The protocol in every order of events: attempts at one key that pause anywhere and for any time, with clocks
//! that differ, answers that are lost, requests that arrive late, attempts that die, operations that fail.
//!
//! Records change by the very `decide` that stores run, and attempts act by the very `judge` and `aftermath`
//! that calls run. An effect starts, for the model, when the attempt looks at its clock for the last time
//! before it: no lease can exclude a pause between the two.

mod properties;
mod protocol;
mod state;
mod store;

use std::collections::BTreeSet;

use properties::{ONE_LEASE, ONE_LEASE_WITHIN, ONE_RESULT, RESULT_STAYS};
use protocol::{Protocol, Rules, Step};
use stateright::{Checker, Model};

const TWO: Protocol = Protocol {
    rules: Rules::Ours,
    attempts: 2,
    horizon: 5,
    apart: 0,
    lease: 1,
    period: 1,
    losses: 2,
    crashes: 1,
    waits: 1,
};

fn violated(protocol: Protocol) -> (BTreeSet<&'static str>, usize) {
    let checker = protocol.checker().threads(2).timeout(std::time::Duration::from_secs(8)).spawn_bfs().join();
    let found = checker.discoveries().into_keys().collect();
    (found, checker.unique_state_count())
}

#[test]
fn two_attempts() {
    let now = std::time::Instant::now();
    for p in [
        Protocol { losses: 0, crashes: 0, waits: 0, horizon: 3, ..TWO },
        Protocol { losses: 1, crashes: 0, waits: 0, horizon: 3, ..TWO },
        Protocol { losses: 1, crashes: 1, waits: 0, horizon: 3, ..TWO },
        Protocol { losses: 0, crashes: 0, waits: 0, horizon: 3, apart: 1, ..TWO },
        Protocol { attempts: 3, losses: 0, crashes: 0, waits: 0, horizon: 3, lease: 0, ..TWO },
    ] {
        let found = violated(p);
        println!("{p:?} {found:?} {:?}", now.elapsed());
    }
}
