use powertools_core::SpanId;
use tracing::Metadata;

use super::{
    Kind, SpanBuffer,
    item::{Item, Purpose, Text},
    span_buffer::Status,
};

/// How many items one span may carry.
const MOST_ITEMS: u32 = 128;

/// How much text the spans of one invocation may carry together, in bytes.
const MOST_TEXT: usize = 4 * 1024 * 1024;

/// How much more text errors may have: they come last, and are what readers of a trace look for.
const RESERVE: usize = 256 * 1024;

/// The spans of one invocation, in the order they began; each lies behind its parent.
///
/// Everything is in three vectors that later invocations use again, so that a span allocates nothing. Positions are `u32`
/// instead of references: they stay right when a vector grows and when the arena is cloned for a flush, and need no
/// lifetime or counter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arena {
    pub(crate) spans: Vec<Record>,
    nodes: Vec<Node>,
    pub(crate) text: String,
}

/// The position of a span in the arena, and its id.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanLocation {
    pub(crate) index: u32,
    pub(crate) id: SpanId,
}

/// One span.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    pub(crate) metadata: &'static Metadata<'static>,
    pub(crate) id: u64,
    pub(crate) parent_id: u64,
    /// Where the parent lies, if it is one of these spans.
    #[cfg_attr(
        not(any(feature = "otel", feature = "otlp-udp", feature = "xray")),
        allow(dead_code, reason = "asked by exporters")
    )]
    pub(crate) parent: Option<u32>,
    pub(crate) name: Option<Text>,
    pub(crate) kind: Kind,
    /// Nanoseconds since 1970.
    pub(crate) start: u64,
    /// Nanoseconds since 1970, once it is over.
    pub(crate) end: Option<u64>,
    /// Whether something holds the span though it is over, so that it may turn out not to be.
    is_end_assumed: bool,
    pub(crate) fault: bool,
    /// Whether it was marked as successful.
    pub(crate) ok: bool,
    /// Which kinds of items it has.
    pub(crate) has: Has,
    /// Whether it was exported with its end.
    pub(crate) sent: bool,
    pub(crate) links: Links,
    items: u32,
    items_left_out: u32,
}

/// Which kinds of items a span has, so that exporters look for no others.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Has {
    pub(crate) attributes: bool,
    pub(crate) annotations: bool,
    pub(crate) metadata: bool,
    pub(crate) links: bool,
    pub(crate) errors: bool,
}

impl Has {
    fn note(&mut self, purpose: Purpose) {
        match purpose {
            Purpose::Attribute => self.attributes = true,
            Purpose::Annotation => self.annotations = true,
            Purpose::Metadata(_) => self.metadata = true,
            Purpose::Link => self.links = true,
            Purpose::Error(_) => self.errors = true,
        }
    }
}

/// The lists that a span heads, and its next sibling.
///
/// A list's nodes are not neighbours, because spans that are open at the same time add to theirs in turn. The last node is
/// known, so that adding is one write.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Links {
    pub(crate) first_child: Option<u32>,
    last_child: Option<u32>,
    pub(crate) next_sibling: Option<u32>,
    first_item: Option<u32>,
    last_item: Option<u32>,
}

/// An item of a list.
#[derive(Clone, Copy, Debug)]
struct Node {
    item: Item,
    /// Where in the arena's text that of the item begins.
    base: u32,
    next: Option<u32>,
}

impl Node {
    /// Returns the text that the item's positions count from.
    fn text(self, all: &str) -> &str {
        all.get(self.base as usize..).unwrap_or_default()
    }
}

impl Arena {
    /// Adds a span that begins.
    pub(crate) fn begin(
        &mut self,
        metadata: &'static Metadata<'static>,
        (id, parent_id): (u64, u64),
        parent: Option<u32>,
        start: u64,
    ) -> u32 {
        // An invocation's number of spans is bounded far below.
        let index = u32::try_from(self.spans.len()).unwrap_or(u32::MAX);
        if let Some(parent) = parent {
            self.adopt(parent, index);
        }
        self.spans.push(Record {
            metadata,
            id,
            parent_id,
            parent,
            name: None,
            kind: Kind::Internal,
            start,
            end: None,
            is_end_assumed: false,
            fault: false,
            ok: false,
            has: Has::default(),
            sent: false,
            links: Links::default(),
            items: 0,
            items_left_out: 0,
        });
        index
    }

    fn adopt(&mut self, parent: u32, child: u32) {
        let Some(record) = self.spans.get_mut(parent as usize) else {
            return;
        };
        let elder = record.links.last_child.replace(child);
        record.links.first_child.get_or_insert(child);
        if let Some(elder) = elder.and_then(|elder| self.spans.get_mut(elder as usize)) {
            elder.links.next_sibling = Some(child);
        }
    }

    /// Adds what was rendered to a span; newer values win.
    pub(crate) fn add(&mut self, index: u32, buffer: &SpanBuffer) {
        let size = self.text.len() + buffer.text.len();
        let is_fault = matches!(buffer.status, Some(Status::Fault | Status::FaultUnlessOk));
        let has_room = size <= MOST_TEXT || (is_fault && size <= MOST_TEXT + RESERVE);
        let Some(record) = self.spans.get_mut(index as usize) else {
            return;
        };
        record.kind = buffer.kind.unwrap_or(record.kind);
        match buffer.status {
            None => {}
            Some(Status::FaultUnlessOk) => record.fault |= !record.ok,
            Some(status) => {
                record.fault = status == Status::Fault;
                record.ok = status == Status::Ok;
            }
        }
        // What holds the span has something to add: it goes out again.
        record.sent &= !record.is_end_assumed;
        record.items_left_out += buffer.dropped;
        if !has_room {
            record.items_left_out += u32::try_from(buffer.items.len()).unwrap_or(u32::MAX);
            return;
        }
        // One copy takes all text of the buffer over; each node keeps where it begins, and its items count from there.
        let base = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.text.push_str(&buffer.text);
        if let Some(name) = buffer.name {
            record.name = Some(name.shifted(base));
        }
        if record.links.first_item.is_none() && buffer.items.len() <= MOST_ITEMS as usize {
            return self.begin_list(index, buffer, base);
        }
        for item in &buffer.items {
            let node = Node { item: *item, base, next: None };
            if !self.replace(index, node) {
                self.push(index, node);
            }
        }
    }

    /// Adds what a span begins with, without looking for items to replace: the fields of a call site have different names,
    /// and most spans get nothing after them.
    fn begin_list(&mut self, index: u32, buffer: &SpanBuffer, base: u32) {
        let record = &mut self.spans[index as usize];
        let (first, count) = (self.nodes.len(), buffer.items.len());
        let at = |place: usize| u32::try_from(place).ok();
        let Some(last) = count.checked_sub(1) else {
            return;
        };
        record.items = count as u32;
        (record.links.first_item, record.links.last_item) = (at(first), at(first + last));
        buffer.items.iter().for_each(|item| record.has.note(item.purpose));
        let items = buffer.items.iter().zip(first + 1..);
        self.nodes.extend(items.map(|(item, next)| Node { item: *item, base, next: at(next) }));
        if let Some(last) = self.nodes.last_mut() {
            last.next = None;
        }
    }

    /// Replaces the item of the same name, and returns whether there was one.
    fn replace(&mut self, index: u32, newer: Node) -> bool {
        let newer_text = newer.text(&self.text);
        let mut at = self.spans[index as usize].links.first_item;
        while let Some(node) = at.and_then(|at| self.nodes.get_mut(at as usize)) {
            if node.item.is_replaced_by(node.text(&self.text), &newer.item, newer_text) {
                *node = Node { next: node.next, ..newer };
                return true;
            }
            at = node.next;
        }
        false
    }

    fn push(&mut self, index: u32, node: Node) {
        let record = &mut self.spans[index as usize];
        if record.items == MOST_ITEMS {
            record.items_left_out += 1;
            return;
        }
        record.items += 1;
        record.has.note(node.item.purpose);
        let new = u32::try_from(self.nodes.len()).ok();
        let last = std::mem::replace(&mut record.links.last_item, new);
        match last.and_then(|last| self.nodes.get_mut(last as usize)) {
            Some(last) => last.next = new,
            None => record.links.first_item = new,
        }
        self.nodes.push(node);
    }

    /// Returns what a span carries, in the order it came, each with the text that it lies in.
    pub(crate) fn items(&self, record: &Record) -> impl Iterator<Item = (&Item, &str)> {
        let node = |at: Option<u32>| self.nodes.get(at? as usize);
        let first = node(record.links.first_item);
        std::iter::successors(first, move |last| node(last.next))
            .map(|node| (&node.item, node.text(&self.text)))
    }

    /// Tells whether it holds spans, or memory for them.
    pub(crate) fn has_room(&self) -> bool {
        self.spans.capacity() > 0
    }

    pub(crate) fn clear(&mut self) {
        self.spans.clear();
        self.nodes.clear();
        self.text.clear();
    }
}

impl Record {
    /// Ends it, unless it has ended; returns whether this end was not exported yet.
    pub(crate) fn set_end(&mut self, end: u64) -> bool {
        let is_assumed = std::mem::take(&mut self.is_end_assumed);
        if self.end.is_some() && !is_assumed {
            return false;
        }
        self.change_end(end);
        !self.sent
    }

    /// Ends it for now, though something holds the span.
    pub(crate) fn assume_end(&mut self, end: u64) {
        if self.end.is_none() || self.is_end_assumed {
            self.is_end_assumed = true;
            self.change_end(end);
        }
    }

    fn change_end(&mut self, end: u64) {
        // Clocks may be set back.
        let end = Some(end.max(self.start));
        self.sent &= self.end == end;
        self.end = end;
    }

    /// Returns how many items found no room.
    pub(crate) fn items_left_out(&self) -> u32 {
        self.items_left_out
    }
}
