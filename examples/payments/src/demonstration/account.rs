use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::function::Sent;

/// What came of all records.
#[derive(Default)]
pub(super) struct Account {
    outcomes: BTreeMap<String, u32>,
    payments: BTreeSet<String>,
    charged: usize,
}

impl Account {
    /// Takes down what came of a record, and returns it in words.
    pub(super) fn note(&mut self, sent: &Sent, (message_id, payment): &(String, Value)) -> String {
        let told = |word: &str| {
            let mut lines = sent.lines_of(message_id);
            lines.find_map(|line| Some(line.get(word)?.as_str()?.to_owned()))
        };
        let says =
            |text: &str| sent.lines_of(message_id).filter(|line| line["message"] == text).count();
        self.charged += says("card charged");
        self.payments.extend(payment["id"].as_str().map(str::to_owned));
        let outcome = match told("outcome").as_deref() {
            Some("replayed") if says("waiting for another attempt") > 0 => "waited for".to_owned(),
            Some(outcome) => outcome.to_owned(),
            None => "nothing was told of it".to_owned(),
        };
        *self.outcomes.entry(outcome.clone()).or_default() += 1;
        told("exception").map_or_else(|| outcome.clone(), |why| format!("{outcome}: {why}"))
    }

    /// Shows the sums.
    pub(super) fn show(&self) {
        let outcomes = self.outcomes.iter().map(|(outcome, count)| format!("{count} {outcome}"));
        let outcomes = outcomes.collect::<Vec<_>>().join(", ");
        let records: u32 = self.outcomes.values().sum();
        eprintln!("\n{records} records of {} payments: {outcomes}", self.payments.len());
        eprintln!("cards charged: {}", self.charged);
    }
}
