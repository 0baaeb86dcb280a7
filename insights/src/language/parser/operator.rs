//! What stands between operands, and what binds closer.

use crate::ast::BinaryOperator;

use super::{
    Input, Parsed,
    token::{taken, word_taken},
};

use BinaryOperator::{
    Add, And, Divide, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, Multiply, NotEqual, Or,
    Power, Remainder, Subtract,
};
use Operator::{Binary, In, Like};

/// What stands after an operand.
#[derive(Clone, Copy, Debug)]
pub(super) enum Operator {
    Binary(BinaryOperator),
    In { negated: bool },
    Like { negated: bool },
}

/// How closely the loosest operator binds.
pub(super) const LOOSEST: u8 = 1;
/// How closely `not` binds: looser than comparisons.
pub(super) const NOT: u8 = 3;
/// How closely a minus before its operand binds: looser than `^`.
pub(super) const MINUS: u8 = 7;
const POWER: u8 = 8;

// What begins like another stands before it.
static OPERATORS: &[(&[&str], Operator)] = &[
    (&["and"], Binary(And)),
    (&["or"], Binary(Or)),
    (&["in"], In { negated: false }),
    (&["like"], Like { negated: false }),
    (&["not", "in"], In { negated: true }),
    (&["not", "like"], Like { negated: true }),
    (&["=~"], Like { negated: false }),
    (&["=="], Binary(Equal)),
    (&["="], Binary(Equal)),
    (&["!="], Binary(NotEqual)),
    (&["<="], Binary(LessOrEqual)),
    (&["<"], Binary(Less)),
    (&[">="], Binary(GreaterOrEqual)),
    (&[">"], Binary(Greater)),
    (&["+"], Binary(Add)),
    (&["-"], Binary(Subtract)),
    (&["*"], Binary(Multiply)),
    (&["/"], Binary(Divide)),
    (&["%"], Binary(Remainder)),
    (&["^"], Binary(Power)),
];

impl Operator {
    /// The operator here, if one is here, and what follows it.
    pub(super) fn next<'q>(input: &Input<'q>) -> Parsed<Option<(Self, Input<'q>)>> {
        for (pieces, operator) in OPERATORS {
            let mut ahead = input.clone();
            if all_taken(&mut ahead, pieces)? {
                return Ok(Some((*operator, ahead)));
            }
        }
        Ok(None)
    }

    /// How closely it binds.
    pub(super) fn power(self) -> u8 {
        match self {
            Binary(Or) => LOOSEST,
            Binary(And) => 2,
            Binary(Add | Subtract) => 5,
            Binary(Multiply | Divide | Remainder) => 6,
            Binary(Power) => POWER,
            Binary(_) | In { .. } | Like { .. } => 4,
        }
    }

    /// How closely what is to its right must bind: `^` begins from the right.
    pub(super) fn right_power(self) -> u8 {
        self.power() + u8::from(self.power() != POWER)
    }
}

fn all_taken(input: &mut Input<'_>, pieces: &[&'static str]) -> Parsed<bool> {
    for piece in pieces {
        let is_word = piece.starts_with(|first: char| first.is_ascii_alphabetic());
        let found = if is_word { word_taken(input, piece)? } else { taken(input, piece)? };
        if found.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}
