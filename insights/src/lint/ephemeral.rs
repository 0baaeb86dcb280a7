use std::collections::BTreeSet;

use crate::{
    Problem,
    ast::{Command, Node, Parse, Projection, Span, Stats},
};

use super::Subject;

/// Tells which names are defined twice: the service says `Ephemeral field is already defined`.
///
/// AWS documents none of this; it is what users of the service report. A field that `parse` or `fields … as` made is
/// also defined again by naming it in `fields`, and by a `parse` alias that the service found in the events by itself.
pub(super) fn problems(subject: &Subject<'_>) -> Vec<Problem> {
    let mut names = Names::new(subject);
    for command in &subject.query.commands {
        names.pass(&command.node);
    }
    names.problems
}

#[derive(Debug)]
struct Names<'a> {
    subject: &'a Subject<'a>,
    defined: BTreeSet<String>,
    /// What the last `stats` named: it may be listed again.
    computed: BTreeSet<String>,
    problems: Vec<Problem>,
}

// What every event has.
const ALWAYS: &[&str] = &["@message", "@timestamp", "@ingestionTime", "@logStream", "@log", "@ptr"];

impl<'a> Names<'a> {
    fn new(subject: &'a Subject<'a>) -> Self {
        let (defined, computed) = Default::default();
        Self { subject, defined, computed, problems: Vec::new() }
    }

    fn pass(&mut self, command: &Command) {
        match command {
            Command::Fields(list) => list.iter().for_each(|it| self.listed(it)),
            Command::Display(list) => list.iter().for_each(|it| self.aliased(it)),
            Command::Parse(parse) => self.parsed(parse),
            Command::Unnest { into, .. } => self.define(&into.node, &into.span),
            Command::Stats(stats) => self.computed(stats),
            _ => {}
        }
    }

    fn listed(&mut self, projection: &Projection) {
        let Node::Field(name) = &projection.expression.node else {
            return self.aliased(projection);
        };
        if projection.alias.is_none() && self.defined.contains(name) {
            let remedy = "choose columns with 'display'";
            self.refuse(name, &projection.expression.span, remedy);
        }
        self.aliased(projection);
    }

    fn aliased(&mut self, projection: &Projection) {
        if let Some(alias) = &projection.alias {
            self.define(&alias.node, &alias.span);
        }
    }

    fn parsed(&mut self, parse: &Parse) {
        let aliases: Vec<_> = parse.names.iter().map(|it| (it.node.clone(), &it.span)).collect();
        let groups = parse.all_names().into_iter().map(|name| (name, &parse.pattern.span));
        let groups = groups.take(parse.all_names().len() - aliases.len());
        for (name, span) in groups.chain(aliases.iter().cloned()) {
            if self.is_discovered(&name) {
                let remedy = format!("call it 'parsed_{name}', or use the field as it is");
                self.refuse(&name, span, &remedy);
            }
            self.define(&name, span);
        }
    }

    /// What a `stats` names is new, and behind it nothing else exists.
    fn computed(&mut self, stats: &Stats) {
        for projection in stats.aggregates.iter().chain(&stats.by) {
            self.aliased(projection);
        }
        self.defined.clear();
        let names = stats.aggregates.iter().chain(&stats.by).map(Projection::name);
        self.computed = names.map(str::to_owned).collect();
    }

    fn define(&mut self, name: &str, span: &Span) {
        if !self.defined.insert(name.to_owned()) || self.computed.contains(name) {
            self.refuse(name, span, "give it another name");
        }
    }

    fn refuse(&mut self, name: &str, span: &Span, remedy: &str) {
        let message = format!("Ephemeral field is already defined: {name}");
        self.problems.push(self.subject.problem(span, message, remedy));
    }

    fn is_discovered(&self, name: &str) -> bool {
        let known = &self.subject.options.known_fields;
        ALWAYS.contains(&name) || known.iter().any(|field| field == name)
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        LintOptions,
        lint::{assert_says, lint_with},
    };

    #[test]
    fn duplicate_definition_is_reported() {
        assert_says(&[
            ("fields a as b, c as d | parse x '*' as y | stats count(*) as n by b as z", ""),
            ("fields level | fields tolower(level) as lower", ""),
            (
                "fields a as b | fields c as b",
                "1:29: Ephemeral field is already defined: b; give it another name",
            ),
            (
                "parse 'a=*' as a | parse 'b=*' as a",
                "1:35: Ephemeral field is already defined: a; give it another name",
            ),
            (
                "parse 'a=*' as a | fields @timestamp, a",
                "1:39: Ephemeral field is already defined: a; choose columns with 'display'",
            ),
            (
                "parse 'a=*' as a | stats latest(a) as a by b",
                "1:39: Ephemeral field is already defined: a; give it another name",
            ),
            (
                "stats sum(a) as n, max(b) as n",
                "1:30: Ephemeral field is already defined: n; give it another name",
            ),
            (
                "stats sum(a) as n | fields n * 2 as n",
                "1:37: Ephemeral field is already defined: n; give it another name",
            ),
            ("stats sum(a) as n by b | fields n | display n", ""),
            ("stats sum(a) as n by b | stats max(n) as m by b | display m, b", ""),
        ]);
    }

    #[test]
    fn parse_alias_that_shadows_a_discovered_field_is_reported() {
        let options = LintOptions::default().known_fields(["level", "status"]);
        let text = "parse @message '\"level\":\"*\"' as level";
        let expected = "1:33: Ephemeral field is already defined: level; call it 'parsed_level', or use the field as it is";
        assert_eq!(lint_with(text, &options)[0].to_string(), expected);
        assert!(lint_with(text, &LintOptions::default()).is_empty());
        assert!(lint_with("fields tolower(level) as level", &options).is_empty());
        assert_eq!(lint_with("parse '*' as @message", &options).len(), 1);
    }
}
