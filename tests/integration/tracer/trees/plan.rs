//! What a tree is made from, and what must be read of it again.

use std::collections::BTreeMap;

use proptest::{prelude::*, sample::Index};
use serde_json::{Value, json};
use tracing::{Span, info_span};

use crate::tracer::validator;

/// A span to make: whose child it is, how much it carries, and how it runs beside others.
#[derive(Clone, Debug)]
pub(super) struct Planned {
    parent: Index,
    is_root: bool,
    carries: usize,
    annotation: String,
    fails: bool,
    pub(super) course: Course,
}

/// How a span runs where its parent leaves that open.
#[derive(Clone, Debug)]
pub(super) struct Course {
    pub(super) runs: Runs,
    pub(super) awaited_by: AwaitedBy,
    /// How often it lets others run: before it opens, before its children, and before it closes.
    pub(super) pauses: [u8; 3],
    /// Whether what is over is handed on before it closes.
    pub(super) flushes: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runs {
    /// After the children before it.
    InTurn,
    /// Together with its siblings, in the task of its parent.
    Joined,
    Task,
    Thread,
}

/// Who awaits a task or a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AwaitedBy {
    Parent,
    /// The invocation: it may end after its parent's work, and siblings' too.
    Invocation,
    /// Nobody: it ends when the invocation is over.
    Nobody,
}

/// The spans of an invocation.
pub(super) fn plan() -> impl Strategy<Value = Vec<Planned>> {
    prop::collection::vec(planned(), 1..40)
}

fn planned() -> impl Strategy<Value = Planned> {
    let carries = prop_oneof![Just(0_usize), 0..200_usize, 0..6000_usize];
    let place = (any::<Index>(), prop::bool::weighted(0.1));
    let content = (carries, ".{0,20}", any::<bool>());
    (place, content, course()).prop_map(|((parent, is_root), content, course)| {
        let (carries, annotation, fails) = content;
        Planned { parent, is_root, carries, annotation, fails, course }
    })
}

fn course() -> impl Strategy<Value = Course> {
    let runs = prop_oneof![
        2 => Just(Runs::InTurn),
        4 => Just(Runs::Joined),
        3 => Just(Runs::Task),
        1 => Just(Runs::Thread),
    ];
    let awaited_by =
        prop_oneof![Just(AwaitedBy::Parent), Just(AwaitedBy::Invocation), Just(AwaitedBy::Nobody),];
    (runs, awaited_by, [0..6_u8, 0..6_u8, 0..6_u8], prop::bool::weighted(0.05)).prop_map(
        |(runs, awaited_by, pauses, flushes)| Course { runs, awaited_by, pauses, flushes },
    )
}

/// Returns the number of each span's parent, `None` for those that hang under the invocation.
pub(super) fn parents(plan: &[Planned]) -> Vec<Option<usize>> {
    let parent = |(number, it): (usize, &Planned)| {
        (!it.is_root && number > 0).then(|| it.parent.index(number))
    };
    plan.iter().enumerate().map(parent).collect()
}

impl Planned {
    /// Opens the span under `parent`, or else under the current one.
    pub(super) fn open(&self, number: usize, parent: Option<&Span>) -> Span {
        let (name, carries) = (name(number), self.text(number));
        match parent {
            Some(parent) => {
                info_span!(parent: parent, "planned", otel.name = name, number, carries)
            }
            None => info_span!("planned", otel.name = name, number, carries),
        }
    }

    /// Gives the current span all that comes later than its fields.
    pub(super) fn fill(&self, number: usize) {
        powertools_tracer::annotation("Number", number as u64);
        powertools_tracer::annotation(&self.annotation, self.carries as u64);
        powertools_tracer::metadata_in(&self.annotation, "text", &self.annotation);
        if self.fails {
            tracing::error!(error = self.annotation, "failed");
        }
    }

    fn text(&self, number: usize) -> String {
        let letter = char::from(b'a' + (number % 26) as u8);
        letter.to_string().repeat(self.carries)
    }

    /// Says what is wrong with what was read of the span: it has all of this span's, or says that something is cut.
    fn problem(&self, number: usize, document: &Value) -> Option<String> {
        let is_cut = document["metadata"]["powertools"]["cut"].is_string();
        let fields = &document["metadata"]["service_undefined"];
        let is = |read: &Value, written: Value| *read == written || (is_cut && read.is_null());
        let text = self.text(number);
        let noted = format!("<cut: {} bytes>", text.len() + 2);
        let checks = [
            ("open", document.get("in_progress").is_none()),
            ("fault", document.get("fault").is_some_and(|it| *it == true) == self.fails),
            ("number", is(&fields["number"], json!(number))),
            ("annotation", is(&document["annotations"]["Number"], json!(number))),
            ("text", is(&fields["carries"], json!(text)) || (is_cut && fields["carries"] == noted)),
        ];
        let wrong = checks.into_iter().find(|(_, holds)| !holds);
        wrong.map(|(what, _)| format!("{what} of {document}"))
    }
}

/// Returns names and parents' names, as they were made.
pub(super) fn expected(plan: &[Planned]) -> BTreeMap<String, Option<String>> {
    let named = |(number, parent): (usize, Option<usize>)| (name(number), parent.map(name));
    parents(plan).into_iter().enumerate().map(named).collect()
}

/// Reads names and parents' names back.
pub(super) fn read(datagrams: &[Vec<u8>]) -> BTreeMap<String, Option<String>> {
    let spans = validator::tree(datagrams);
    let name_of = |id: &String| spans.get(id).map(|span| span.name.clone());
    spans.values().map(|span| (span.name.clone(), name_of(&span.parent))).collect()
}

/// Says what is wrong with what the spans carry.
pub(super) fn wrong(plan: &[Planned], datagrams: &[Vec<u8>]) -> Vec<String> {
    let spans = validator::tree(datagrams);
    let of = |number: usize| spans.values().filter(move |span| span.name == name(number));
    let planned = plan.iter().enumerate();
    let wrong = planned.flat_map(|(number, planned)| {
        of(number).filter_map(move |span| planned.problem(number, &span.document))
    });
    wrong.collect()
}

pub(super) fn name(number: usize) -> String {
    format!("span {number}")
}
