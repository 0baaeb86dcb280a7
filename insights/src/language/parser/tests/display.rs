use crate::ast::{BinaryOperator, Expression, LikePattern, Node, UnaryOperator};

/// An expression with all its parentheses.
pub(super) fn display(expression: &Expression) -> String {
    match &expression.node {
        Node::Field(name) => name.clone(),
        Node::Number(number) => number.to_string(),
        Node::Text(text) => format!("{text:?}"),
        Node::Bool(value) => value.to_string(),
        Node::Null => "null".to_owned(),
        Node::Star => "*".to_owned(),
        Node::Duration { count, unit } => format!("{count}{unit}"),
        Node::Parameter(name) => format!("{{{{{name}}}}}"),
        Node::Call { name, arguments } => format!("{}({})", name.node, all_shown(arguments)),
        Node::Unary(UnaryOperator::Minus, operand) => format!("(- {})", display(operand)),
        Node::Unary(UnaryOperator::Not, operand) => format!("(not {})", display(operand)),
        Node::Binary(operator, left, right) => {
            format!("({} {} {})", display(left), symbol(*operator), display(right))
        }
        Node::In { operand, list, negated } => {
            format!("({} {}in [{}])", display(operand), not(*negated), all_shown(list))
        }
        Node::Like { operand, pattern, negated } => {
            let pattern = match &pattern.node {
                LikePattern::Text(text) => format!("{text:?}"),
                LikePattern::Regex(regex) => format!("/{regex}/"),
            };
            format!("({} {}like {pattern})", display(operand), not(*negated))
        }
    }
}

fn all_shown(expressions: &[Expression]) -> String {
    expressions.iter().map(display).collect::<Vec<_>>().join(", ")
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

fn symbol(operator: BinaryOperator) -> &'static str {
    match operator {
        BinaryOperator::Or => "or",
        BinaryOperator::And => "and",
        BinaryOperator::Equal => "=",
        BinaryOperator::NotEqual => "!=",
        BinaryOperator::Less => "<",
        BinaryOperator::LessOrEqual => "<=",
        BinaryOperator::Greater => ">",
        BinaryOperator::GreaterOrEqual => ">=",
        BinaryOperator::Add => "+",
        BinaryOperator::Subtract => "-",
        BinaryOperator::Multiply => "*",
        BinaryOperator::Divide => "/",
        BinaryOperator::Remainder => "%",
        BinaryOperator::Power => "^",
    }
}
