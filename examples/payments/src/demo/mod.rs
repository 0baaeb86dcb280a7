//! The demo: runs this binary on the local runtime and sends it batches.
//!
//! stdout shows the function's lines exactly as Lambda would receive them, and stderr a summary. The demo also verifies
//! this output, and fails if it is not as expected.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "showing is what it is for")]

mod account;
mod batch;
mod function;
mod table;

use powertools::Error;
use serde_json::Value;

use account::Account;
use batch::{event, payment, run_id};
use function::Function;
use table::Table;

/// Sends batches to two functions that share a table.
pub(crate) async fn run() -> Result<(), Error> {
    let table = Table::of_environment().await?;
    let (id, mut account) = (run_id(), Account::default());
    let function = Function::start(&table, None).await?;
    let mut show = Stage { function, deliveries: 0, account: &mut account };

    let orders = [payment(&id, 1, "good", 450), payment(&id, 2, "good", 1200)];
    let batch = [orders[0].clone(), orders[1].clone(), orders[0].clone()];
    show.scene("a batch with a payment in it twice", &[&batch]).await?;
    show.scene("the same batch again", &[&batch]).await?;
    show.scene("a payment that comes with another amount", &[&[payment(&id, 1, "good", 451)]])
        .await?;
    show.scene("an empty card", &[&[payment(&id, 3, "empty", 450)]]).await?;
    let slow = [payment(&id, 4, "slow", 450)];
    show.scene("a slow payment, twice at once", &[&slow, &slow]).await?;
    show.scene("the refused message comes again", &[&slow]).await?;

    show.function = Function::start(&table, Some("20")).await?;
    let slow = [payment(&id, 5, "slow", 450)];
    show.scene("a slow payment, twice at once, and the second waits", &[&slow, &slow]).await?;
    account.show();
    account.check()
}

/// A function, and the outcomes of all records that were sent.
struct Stage<'a> {
    function: Function,
    deliveries: u32,
    account: &'a mut Account,
}

impl Stage<'_> {
    /// Sends all batches at once, and shows the outcome of each record.
    async fn scene(&mut self, title: &str, batches: &[&[Value]]) -> Result<(), Error> {
        eprintln!("\n{title}");
        let mut events = Vec::new();
        for payments in batches {
            self.deliveries += 1;
            events.push(event(self.deliveries, payments));
        }
        for sent in self.function.send(events).await? {
            for record in &sent.records {
                eprintln!("  {:<12}{}", sent.shown(record), self.account.note(&sent, record));
            }
            eprintln!("    reported as failed: {:?}", sent.failures);
        }
        Ok(())
    }
}
