use std::collections::{BTreeMap, BTreeSet};

use powertools::Error;
use serde_json::Value;

use super::function::Sent;

/// The text for a record without a line about its outcome.
const SILENT: &str = "nothing was told of it";

/// The outcomes of all records.
#[derive(Default)]
pub(super) struct Account {
    outcomes: BTreeMap<String, u32>,
    payments: BTreeSet<String>,
    charged: usize,
}

impl Account {
    /// Adds the outcome of a record, and returns it as text.
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
            None => SILENT.to_owned(),
        };
        *self.outcomes.entry(outcome.clone()).or_default() += 1;
        told("exception").map_or_else(|| outcome.clone(), |why| format!("{outcome}: {why}"))
    }

    /// Fails the demo if a card was not charged exactly once, or a record has no outcome.
    pub(super) fn check(&self) -> Result<(), Error> {
        let count = |outcome: &str| self.outcomes.get(outcome).copied().unwrap_or_default();
        let expected = [
            (self.charged == 4, "four charged cards"),
            (count("fresh") == 4, "four fresh payments"),
            (count("replayed") >= 4, "replays of what is charged"),
            (count("waited for") == 1, "a payment that another waits for"),
            (count("failed") == 2, "a payment with another amount and an empty card that fail"),
            (count(SILENT) == 0, "an outcome of each record"),
        ];
        let missing = expected.iter().filter(|(is_shown, _)| !is_shown).map(|(_, what)| *what);
        match missing.collect::<Vec<_>>().as_slice() {
            [] => Ok(()),
            missing => Err(format!("not shown: {}", missing.join("; ")).into()),
        }
    }

    /// Prints the sums.
    pub(super) fn show(&self) {
        let outcomes = self.outcomes.iter().map(|(outcome, count)| format!("{count} {outcome}"));
        let outcomes = outcomes.collect::<Vec<_>>().join(", ");
        let records: u32 = self.outcomes.values().sum();
        eprintln!("\n{records} records of {} payments: {outcomes}", self.payments.len());
        eprintln!("cards charged: {}", self.charged);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(charged: usize, outcomes: &[(&str, u32)]) -> Account {
        let outcomes = outcomes.iter().map(|(outcome, count)| ((*outcome).to_owned(), *count));
        Account { charged, outcomes: outcomes.collect(), ..Account::default() }
    }

    #[test]
    fn card_that_is_charged_twice_fails_the_demo() {
        let shown =
            [("failed", 2), ("fresh", 4), ("refused", 1), ("replayed", 5), ("waited for", 1)];
        assert!(account(4, &shown).check().is_ok());
        let error = account(5, &shown).check().unwrap_err().to_string();
        assert_eq!(error, "not shown: four charged cards");
        let error = account(4, &[&shown[..], &[(SILENT, 1)]].concat()).check().unwrap_err();
        assert_eq!(error.to_string(), "not shown: an outcome of each record");
    }
}
