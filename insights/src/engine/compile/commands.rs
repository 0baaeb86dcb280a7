//! One command after the other.

use super::{Columns, Compiler, Scope, stats::column_name};
use crate::{
    ast::{
        Command, Expression as Argument, Node, Parse, ParsePattern, Projection, SortKey, Span,
        Spanned,
    },
    engine::{
        expression::Expression,
        program::{Sink, Step},
        stage::{self, Glob, Pattern, Shape},
    },
};

impl Compiler<'_> {
    pub(super) fn command(&mut self, command: &Command, span: &Span) {
        self.is_lost |= matches!(command, Command::Foreign(name) if name != "source");
        match command {
            Command::Fields(projections) => {
                for (name, slot) in self.projections(projections) {
                    self.columns.add(&name, slot);
                }
            }
            Command::Display(projections) => {
                self.columns =
                    Columns { listed: Some(self.projections(projections)), is_final: true };
            }
            Command::Filter(condition) => {
                let condition = self.expression(condition);
                self.steps.push(Step::Keep(condition));
            }
            Command::Stats(stats) => self.stats(stats),
            Command::Sort(keys) => self.sort(keys),
            Command::Limit(most) => {
                self.collect(Some(usize::try_from(*most).unwrap_or(usize::MAX)), None);
            }
            Command::Parse(parse) => self.parse(parse),
            Command::Dedup(names) => self.dedup(names),
            Command::Pattern(text) => self.pattern(text),
            Command::Unnest { field, into } => self.unnest(field, into),
            // It chooses log groups; the caller has chosen the events.
            Command::Foreign(name) if name == "source" => {}
            Command::Foreign(name) => self.not_local(
                span,
                format!("the command `{name}` is not supported here"),
                "leave it out, or run the query in CloudWatch",
            ),
        }
    }

    fn projections(&mut self, projections: &[Projection]) -> Vec<(String, usize)> {
        let column = |projection: &Projection| {
            let expression = self.expression(&projection.expression);
            let slot = self.slot_of(expression);
            self.scope.remember(&projection.text, slot);
            if let Some(alias) = &projection.alias {
                self.scope.name(&alias.node, slot);
            }
            (column_name(projection), slot)
        };
        projections.iter().map(column).collect()
    }

    /// Rows that are the same in these keys stay in the order they had.
    fn sort(&mut self, keys: &[SortKey]) {
        let mut keys: Vec<(usize, bool)> = keys
            .iter()
            .map(|key| {
                let expression = match self.time.filter(|_| self.is_timestamp(&key.expression)) {
                    Some(time) => Expression::Slot(time),
                    None => self.expression(&key.expression),
                };
                (self.slot_of(expression), key.descending)
            })
            .collect();
        keys.append(&mut self.keys);
        self.keys = keys;
    }

    /// Returns whether an expression is `@timestamp`, and nothing is called so here.
    fn is_timestamp(&self, expression: &Argument) -> bool {
        let is_it = |name: &str| name == "@timestamp" && !self.scope.is_given(name);
        matches!(&expression.node, Node::Field(name) if is_it(name))
    }

    fn dedup(&mut self, names: &[Spanned<String>]) {
        let slots = names.iter().filter_map(|name| {
            let slot = self.scope.field(&name.node);
            if slot.is_none() {
                self.refuse(
                    &name.span,
                    format!("`{}` no longer exists here", name.node),
                    "name it in the `stats` before, or in its `by`",
                );
            }
            slot
        });
        let slots = slots.collect();
        self.collect(None, Some(slots));
    }

    /// Compiles `unnest`; two lists make a row of each two elements.
    fn unnest(&mut self, list: &Argument, into: &Spanned<String>) {
        self.want_structures(std::slice::from_ref(list));
        let list = self.expression(list);
        let slot = self.new_name(&into.node);
        self.steps.push(Step::Unnest(list, slot));
    }

    fn pattern(&mut self, text: &Argument) {
        let text = self.expression(text);
        self.end_phase(Sink::Pattern(Pattern { text }));
        let mut scope = Scope::default();
        let columns: Vec<(String, usize)> =
            Pattern::COLUMNS.iter().map(|name| ((*name).to_owned(), scope.new_slot())).collect();
        columns.iter().for_each(|(name, slot)| scope.name(name, *slot));
        self.begin_anew(scope, columns);
    }

    fn parse(&mut self, parse: &Parse) {
        let source = self.expression(&parse.source);
        let shape = match &parse.pattern.node {
            ParsePattern::Glob(glob) => self.glob(glob, &parse.names, &parse.pattern.span),
            ParsePattern::Regex(regex) => self.groups(regex, &parse.names, &parse.pattern.span),
        };
        if let Some(shape) = shape {
            self.steps.push(Step::Parse(stage::Parse { source, shape }));
        }
    }

    fn glob(&mut self, glob: &str, names: &[Spanned<String>], span: &Span) -> Option<Shape> {
        if self.has_parameter(glob, span) {
            return None;
        }
        let literals: Vec<String> = glob.split('*').map(str::to_owned).collect();
        let stars = literals.len() - 1;
        if stars != names.len() || stars == 0 {
            self.refuse(
                span,
                format!("{stars} `*` and {} names", names.len()),
                "give each `*` a name after `as`",
            );
            return None;
        }
        let slots = names.iter().map(|name| self.new_name(&name.node)).collect();
        Some(Shape::Glob(Glob { literals, slots }))
    }

    /// Names the groups of a regular expression: those with a name, or all in turn if names stand after `as`.
    fn groups(&mut self, regex: &str, names: &[Spanned<String>], span: &Span) -> Option<Shape> {
        let (regex, found) = self.named_regex(regex, span)?;
        let found = found.into_iter().enumerate().skip(1);
        let groups: Vec<(usize, usize)> = if names.is_empty() {
            found.filter_map(|(group, name)| Some((group, self.new_name(&name?)))).collect()
        } else {
            found.zip(names).map(|((group, _), name)| (group, self.new_name(&name.node))).collect()
        };
        if groups.is_empty() || groups.len() < names.len() {
            self.refuse(
                span,
                "the regular expression has too few groups",
                "name them like `(?<name>…)`",
            );
            return None;
        }
        Some(Shape::Regex(regex, groups))
    }

    /// Names a new slot; it is a column too where columns are listed.
    fn new_name(&mut self, name: &str) -> usize {
        let slot = self.scope.new_slot();
        self.scope.name(name, slot);
        if self.columns.listed.is_some() {
            self.columns.add(name, slot);
        } else {
            self.made.retain(|(made, _)| made != name);
            self.made.push((name.to_owned(), slot));
        }
        slot
    }
}
