//! Names that templates share with the crates.

use std::collections::BTreeSet;

use powertools_idempotency::Event;
use powertools_insights::Template;

const EVENTS: [Event; 13] = [
    Event::Fresh,
    Event::Replayed,
    Event::ReplayedFromCache,
    Event::Refused,
    Event::TooLate,
    Event::Waited,
    Event::Reentrant,
    Event::PayloadMismatch,
    Event::Released,
    Event::NotReleased,
    Event::LeaseLost,
    Event::LeaseEnded,
    Event::NotRecorded,
];

#[test]
fn templates_know_the_events_of_idempotency_and_no_others() {
    let pattern = regex::Regex::new(r#""(Idempotency\w+)""#).unwrap();
    let texts = || Template::all().iter().map(|template| template.text.as_str());
    let named: BTreeSet<_> = texts()
        .flat_map(|text| pattern.captures_iter(text))
        .collect::<Vec<_>>()
        .iter()
        .map(|found| found.get(1).unwrap().as_str())
        .collect();
    let known: BTreeSet<_> = EVENTS.map(Event::name).into();
    assert!(named.is_subset(&known), "{named:?}");
    let counted = Template::find("idempotency").unwrap();
    for event in known {
        // `strcontains` finds both ways of replaying.
        let name = event.trim_end_matches("FromCache");
        assert!(counted.text.contains(&format!("\"{name}\"")), "{event} is not counted");
    }
}

#[test]
fn guide_lists_every_query_with_its_parameters() {
    let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/insights.md");
    let guide = std::fs::read_to_string(guide).unwrap();
    for template in Template::all() {
        let parameters = template.parameters.iter().map(|it| format!("`{}`", it.name));
        let parameters = parameters.collect::<Vec<_>>().join(", ");
        let row = format!("| `{}` | {} | {parameters} |", template.name, template.about);
        assert!(guide.contains(&row), "{row}");
    }
}
