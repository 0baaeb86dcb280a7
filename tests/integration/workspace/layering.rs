//! What may import what.

use super::{cargo, members};

/// Where a package stands. Only what is not published may import everything.
#[derive(Clone, Copy, Debug)]
enum Place {
    Core,
    Utility,
    Macros,
    Facade,
    /// Stands beside the utilities, for those who test or read what they write.
    Tool,
    Unpublished,
    Unplaced,
}

const PUBLISHED: [(&str, Place); 9] = [
    ("powertools-core", Place::Core),
    ("powertools-logger", Place::Utility),
    ("powertools-metrics", Place::Utility),
    ("powertools-tracer", Place::Utility),
    ("powertools-idempotency", Place::Utility),
    ("powertools-macros", Place::Macros),
    ("powertools", Place::Facade),
    ("powertools-local", Place::Tool),
    ("powertools-insights", Place::Tool),
];

/// Families of crates that a function should not carry unless it asked for them.
const HEAVY: [&str; 8] = [
    "aws-config",
    "aws-lc",
    "aws-sdk",
    "aws-smithy",
    "native-tls",
    "opentelemetry",
    "ring",
    "rustls",
];

#[test]
fn imports_only_point_down() {
    let members = members();
    let named = |name: &str| members.iter().find(|member| member.name == name);
    let broken = members.iter().flat_map(|from| {
        let edges = from.dependencies.iter().filter_map(|to| named(to));
        edges.filter_map(|to| {
            let rule =
                broken_rule(place(&from.name, from.published), place(&to.name, to.published))?;
            Some(format!("{} -> {}: {rule}", from.name, to.name))
        })
    });
    assert_eq!(broken.collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn default_features_bring_nothing_heavy() {
    let light = PUBLISHED.iter().filter(|(_, place)| matches!(place, Place::Core | Place::Utility));
    for (name, _) in light.filter(|(name, _)| members().iter().any(|member| member.name == *name)) {
        assert_eq!(heavy(&tree(name)), Vec::<&str>::new(), "in the default tree of {name}");
    }
}

#[test]
fn core_needs_no_async_runtime() {
    let tree = tree("powertools-core");
    let tokio = packages(&tree).filter(|package| is_of("tokio", package));
    assert_eq!(tokio.collect::<Vec<_>>(), Vec::<&str>::new(), "core must run under any executor");
}

fn place(name: &str, published: bool) -> Place {
    if !published {
        return Place::Unpublished;
    }
    let placed = PUBLISHED.iter().find(|(placed, _)| *placed == name);
    placed.map_or(Place::Unplaced, |(_, place)| *place)
}

/// Says which rule an import breaks, if any.
fn broken_rule(from: Place, to: Place) -> Option<&'static str> {
    use Place::{Core, Facade, Macros, Tool, Unplaced, Unpublished, Utility};
    match (from, to) {
        (Unplaced, _) | (_, Unplaced) => Some("what is published needs a place in the layering"),
        (Unpublished, _) => None,
        (_, Unpublished) => Some("what is published cannot depend on what is not"),
        (Utility | Facade, Core | Macros) | (Facade, Utility) | (Tool, Core) => None,
        (Core | Macros, _) => Some("core and macros import no crate of this workspace"),
        (Utility, Utility) => Some("siblings never import each other; what they share is core's"),
        (Tool, _) => Some("local and insights stand beside the utilities and import core alone"),
        (_, Tool) => Some("local and insights are for examples, tests and benches"),
        (_, Facade) => Some("the facade stands on top: imports point from it, never to it"),
    }
}

fn heavy(tree: &str) -> Vec<&str> {
    packages(tree).filter(|package| HEAVY.iter().any(|family| is_of(family, package))).collect()
}

fn is_of(family: &str, package: &str) -> bool {
    let rest = package.strip_prefix(family);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Everything that a user of the package gets with its default features.
fn tree(package: &str) -> String {
    cargo(&["tree", "--locked", "--package", package, "--edges=normal", "--prefix=none"])
}

fn packages(tree: &str) -> impl Iterator<Item = &str> {
    tree.lines().filter_map(|line| line.split_whitespace().next())
}

#[test]
fn sibling_upward_and_outward_imports_are_refused() {
    use Place::{Core, Facade, Macros, Tool, Unpublished, Utility};
    let refused = [
        (Utility, Utility),
        (Core, Utility),
        (Core, Macros),
        (Macros, Core),
        (Utility, Facade),
        (Utility, Tool),
        (Facade, Tool),
        (Tool, Utility),
        (Tool, Facade),
        (Core, Unpublished),
    ];
    for (from, to) in refused {
        assert!(broken_rule(from, to).is_some(), "{from:?} may import {to:?}");
    }
}

#[test]
fn downward_import_is_accepted() {
    use Place::{Core, Facade, Tool, Unpublished, Utility};
    for (from, to) in [(Utility, Core), (Facade, Utility), (Tool, Core), (Unpublished, Tool)] {
        assert_eq!(broken_rule(from, to), None, "{from:?} may not import {to:?}");
    }
}

#[test]
fn unplaced_published_crate_is_refused() {
    let new = place("powertools-parameters", true);
    assert!(
        broken_rule(Place::Unpublished, new).is_some_and(|rule| rule.contains("needs a place"))
    );
}

#[test]
fn sdk_in_the_tree_is_heavy() {
    let tree = "logger v0.1.0\nringbuf v1.0.0\naws-sdk-dynamodb v1.136.0\nring v0.17.0\n";
    assert_eq!(heavy(tree), ["aws-sdk-dynamodb", "ring"]);
}
