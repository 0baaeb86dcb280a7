//! Every decision has a status and a date, and the index lists it with both.

use std::fs;

use super::page;

#[test]
fn index_lists_every_decision_with_its_status_and_date() {
    let folder = page::root().join("docs/decisions");
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    let mut decisions = 0;
    for entry in fs::read_dir(&folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        let field = |field: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix("- ")?.strip_prefix(field));
            value.unwrap_or_else(|| panic!("{name} has no line `{field}`")).trim().to_owned()
        };
        let title = text.lines().next().unwrap().trim_start_matches("# ");
        let (number, status, date) = (&name[..4], field("Status:"), field("Date:"));
        let row = format!("| {number} | [{title}]({name}) | {status} | {date} |");
        assert!(index.contains(&row), "docs/decisions/README.md lacks this row:\n{row}");
        decisions += 1;
    }
    let rows = index.lines().filter(|line| line.contains("](0")).count();
    assert_eq!(rows, decisions, "the index lists decisions that do not exist");
}
