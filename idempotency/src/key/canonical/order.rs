//! The order of members.

use std::cmp::Ordering;

/// A member that has been written, as places in the output.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Member {
    /// The first bytes of its name, so that most names are compared as one number.
    head: u64,
    /// Where its name begins, with its quote.
    pub(super) start: usize,
    /// Where its name ends, with its quote.
    pub(super) name_end: usize,
    /// Where its value ends.
    pub(super) end: usize,
}

/// How many bytes of a name are compared at once.
const HEAD: usize = 8;

impl Member {
    /// Takes the name that was written from `start` to `name_end`.
    #[inline]
    pub(super) fn named(out: &[u8], start: usize, name_end: usize) -> Self {
        let length = name_end - start - 2;
        let head = match out[start + 1..].first_chunk::<HEAD>() {
            // What comes after the name does not count.
            Some(head) if length >= HEAD => u64::from_be_bytes(*head),
            Some(head) => u64::from_be_bytes(*head) & !(u64::MAX >> (8 * length)),
            None => 0,
        };
        Self { head, start, name_end, end: name_end }
    }

    /// Returns the name as it is written, without its quotes.
    pub(super) fn name<'o>(&self, out: &'o [u8]) -> &'o [u8] {
        &out[self.start + 1..self.name_end - 1]
    }

    /// Compares names by their code points, as Python does; names are plain if they have no escapes.
    #[inline]
    pub(super) fn compare(&self, other: &Self, out: &[u8], are_plain: bool) -> Ordering {
        // Code points in ASCII are bytes.
        if are_plain && self.head != other.head {
            return self.head.cmp(&other.head);
        }
        self.compare_names(other, out, are_plain)
    }

    #[cold]
    fn compare_names(&self, other: &Self, out: &[u8], are_plain: bool) -> Ordering {
        let (own, other) = (self.name(out), other.name(out));
        if are_plain { own.cmp(other) } else { code_points(own).cmp(code_points(other)) }
    }
}

/// How many members are sorted by insertion.
const FEW: usize = 20;

/// Sorts members by their names, and returns whether these differ; of those with one name the last comes first.
pub(super) fn sort(members: &mut [Member], out: &[u8], are_plain: bool) -> bool {
    if are_plain && members.len() <= FEW && sort_by_heads(members) {
        return true;
    }
    let mut are_distinct = true;
    members.sort_unstable_by(|a, b| {
        let order = a.compare(b, out, are_plain);
        are_distinct &= order.is_ne();
        order.then_with(|| b.start.cmp(&a.start))
    });
    are_distinct
}

/// Sorts members by the first bytes of their names alone; `false` if that does not tell all of them apart.
///
/// Few objects have names that begin with the same eight bytes, and comparing numbers is much faster than comparing
/// names. Two members with equal heads are compared with each other here, because insertion moves the later one past
/// all members that are greater and stops at its equal.
#[inline]
fn sort_by_heads(members: &mut [Member]) -> bool {
    for next in 1..members.len() {
        let member = members[next];
        let mut at = next;
        while at > 0 && member.head < members[at - 1].head {
            members[at] = members[at - 1];
            at -= 1;
        }
        members[at] = member;
        if at > 0 && members[at - 1].head == member.head {
            return false;
        }
    }
    true
}

/// Returns the code points of a text that is written in ASCII; half of a surrogate pair is one, too.
fn code_points(escaped: &[u8]) -> impl Iterator<Item = u32> {
    let mut units = units(escaped).peekable();
    std::iter::from_fn(move || {
        let first = u32::from(units.next()?);
        if !(0xd800..0xdc00).contains(&first) {
            return Some(first);
        }
        let second = units.next_if(|second| (0xdc00..0xe000).contains(second));
        Some(second.map_or(first, |second| {
            0x1_0000 + ((first - 0xd800) << 10) + (u32::from(second) - 0xdc00)
        }))
    })
}

/// Returns the UTF-16 code units of a text that is written in ASCII.
fn units(escaped: &[u8]) -> impl Iterator<Item = u16> {
    let mut rest = escaped;
    std::iter::from_fn(move || {
        let (unit, length) = match rest {
            [b'\\', b'u', a, b, c, d, ..] => (hex([*a, *b, *c, *d])?, 6),
            [b'\\', escape, ..] => (u16::from(control(*escape)), 2),
            [byte, ..] => (u16::from(*byte), 1),
            [] => return None,
        };
        rest = &rest[length..];
        Some(unit)
    })
}

/// Returns the character that a short escape stands for.
pub(super) fn control(escape: u8) -> u8 {
    match escape {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        itself => itself,
    }
}

/// Returns the number that four hex digits write.
pub(super) fn hex(digits: [u8; 4]) -> Option<u16> {
    digits.into_iter().try_fold(0_u16, |number, digit| {
        let digit = char::from(digit).to_digit(16)?;
        Some(number << 4 | u16::try_from(digit).ok()?)
    })
}
