//! What the example of concurrency shows.

use std::collections::BTreeSet;

use crate::demo::Shown;

#[test]
fn eight_concurrent_invocations_keep_their_output_apart() {
    let shown = Shown::by("concurrent");
    let (rows, rest): (Vec<_>, Vec<_>) =
        shown.summary.lines().partition(|line| line.contains("all of"));
    assert_eq!(rows.len(), 8, "{}", shown.summary);
    for (row, number) in rows.iter().zip(1..) {
        let own = format!("4 lines, 3 calls measured and 4 spans, all of p-{number}  {{");
        assert!(row.contains(&own), "{}", shown.summary);
    }
    assert_answers(&rows);
    // Less than eight changes would mean one invocation after the other.
    let changes: u32 = rest[0].split(' ').next().unwrap().parse().unwrap();
    assert!(changes >= 8, "{}", shown.summary);
}

/// Each parcel has a price of its own, so that an answer given to another caller would be seen.
fn assert_answers(rows: &[&str]) {
    let prices = rows.iter().map(|row| row.rsplit_once("\"price\":").unwrap().1);
    let prices = prices.collect::<Vec<_>>();
    let expected = ["175}", "350}", "525}", "700}", "850}", "920}", "990}", "1060}"];
    assert_eq!(prices, expected);
}

#[test]
fn output_of_spawned_tasks_belongs_to_their_invocation() {
    let shown = Shown::by("concurrent");
    let answered = shown.saying("carrier answered");
    assert_eq!(answered.len(), 24, "three carriers for each of eight parcels");
    let mut asked = BTreeSet::new();
    for line in answered {
        let (parcel, grams) = (line["parcel"].as_str().unwrap(), line["grams"].as_u64().unwrap());
        assert_eq!(parcel, format!("p-{}", grams / 700), "{line}");
        assert!(asked.insert((parcel, line["carrier"].as_str().unwrap())), "twice: {line}");
        let span = shown.spans.iter().find(|span| span["id"] == line["span_id"]).unwrap();
        assert_eq!(span["metadata"]["quotes"]["grams"], grams, "{line} in {span}");
        assert!(span["trace_id"].as_str().unwrap().ends_with(&parcel[2..]), "{line} in {span}");
    }
}
