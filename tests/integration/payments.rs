//! What the example of idempotency shows.

use crate::demo::Shown;

#[test]
fn payments_example_charges_each_card_once() {
    let shown = Shown::by("payments");
    assert_scenes(&shown.summary);
    assert!(shown.summary.ends_with("\ncards charged: 4\n"), "{}", shown.summary);
    assert_lines(&shown);
}

/// Returns what came of each record of a scene, in alphabetical order, and the failures it reported.
fn scene<'a>(summary: &'a str, title: &str) -> (Vec<&'a str>, Vec<&'a str>) {
    let scene = summary.split("\n\n").map(str::trim).find_map(|scene| scene.strip_prefix(title));
    let scene = scene.unwrap_or_else(|| panic!("no {title:?} in {summary}"));
    let (failures, records): (Vec<_>, Vec<_>) =
        scene.trim().lines().map(str::trim).partition(|line| line.starts_with("reported"));
    let mut outcomes: Vec<_> =
        records.iter().map(|line| line.split_once("  ").unwrap().1.trim()).collect();
    outcomes.sort_unstable();
    let failures = failures.iter().filter_map(|line| line.split('"').nth(1));
    (outcomes, failures.collect())
}

fn assert_scenes(summary: &str) {
    let outcomes = |title| scene(summary, title).0;
    let reported = |title| scene(summary, title).1.len();
    // Whichever of the two is first, and whether the other comes in time to be refused.
    let twice = outcomes("a batch with a payment in it twice");
    assert_eq!((&twice[..2], twice.len()), (&["fresh", "fresh"][..], 3));
    assert_eq!(outcomes("the same batch again"), ["replayed", "replayed", "replayed"]);
    assert_eq!(reported("the same batch again"), 0);
    let changed = "a payment that comes with another amount";
    assert!(outcomes(changed)[0].contains("used before with another payload"), "{summary}");
    assert!(outcomes("an empty card")[0].ends_with("the card is declined"), "{summary}");
    assert_eq!((reported(changed), reported("an empty card")), (1, 1));
    let (outcomes_at_once, refused) = scene(summary, "a slow payment, twice at once\n");
    assert_eq!(outcomes_at_once, ["fresh", "refused"], "{summary}");
    assert_eq!(refused.len(), 1, "the queue sends it again");
    assert_eq!(outcomes("the refused message comes again"), ["replayed"]);
    let waiting = "a slow payment, twice at once, and the second waits";
    assert_eq!((outcomes(waiting), reported(waiting)), (vec!["fresh", "waited for"], 0));
}

fn assert_lines(shown: &Shown) {
    let charged = shown.saying("card charged");
    let payments: std::collections::BTreeSet<_> =
        charged.iter().map(|line| line["authorization_id"].as_str().unwrap()).collect();
    assert_eq!((charged.len(), payments.len()), (4, 4), "each of the four once");
    assert_eq!((shown.sum("PaymentsCharged"), shown.sum("PaymentsFailed")), (4.0, 2.0));
    assert_eq!(shown.sum("PaymentsRefused") + shown.sum("PaymentsReplayed"), 7.0);
    assert_eq!(shown.sum("PaymentsInDoubt"), 0.0);
}
