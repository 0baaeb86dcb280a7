//! Which slots an expression reads.

use super::Expression;

impl Expression {
    /// Returns whether all slots that the expression reads are among these.
    pub(crate) fn reads_only(&self, slots: &dyn Fn(usize) -> bool) -> bool {
        let all = |expressions: &[Self]| expressions.iter().all(|each| each.reads_only(slots));
        match self {
            Self::Slot(slot) | Self::Path(slot, _) => slots(*slot),
            Self::Literal(_) | Self::Now => true,
            Self::Not(operand) | Self::Minus(operand) | Self::One(_, operand) => {
                operand.reads_only(slots)
            }
            Self::All(operands)
            | Self::Any(operands)
            | Self::Coalesce(operands)
            | Self::Many(_, operands) => all(operands),
            Self::Compare(_, a, b) | Self::Arithmetic(_, a, b) => {
                a.reads_only(slots) && b.reads_only(slots)
            }
            Self::In { operand, list, .. } => operand.reads_only(slots) && all(list),
            Self::Like { operand, .. } => operand.reads_only(slots),
            Self::Case(cases, otherwise) => {
                let otherwise = otherwise.as_deref().is_none_or(|value| value.reads_only(slots));
                otherwise
                    && cases.iter().all(|(condition, value)| {
                        condition.reads_only(slots) && value.reads_only(slots)
                    })
            }
            Self::Round { time, .. } => time.reads_only(slots),
            Self::RegexReplace { operand, replacement, .. } => {
                operand.reads_only(slots) && replacement.reads_only(slots)
            }
            Self::Two(_, operands) => all(&operands[..]),
            Self::Three(_, operands) => all(&operands[..]),
        }
    }

    /// Returns the conditions that must all hold for this to hold.
    pub(crate) fn into_conditions(self) -> Vec<Self> {
        match self {
            Self::All(conditions) => conditions,
            condition => vec![condition],
        }
    }
}
