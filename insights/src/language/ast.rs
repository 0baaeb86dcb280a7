//! What a query is, once it was read.
//!
//! A tree says what was written, also where the service would refuse it: that is for the linter to tell.

use std::ops::Range;

/// Where in a query's text something stands, in bytes.
pub type Span = Range<usize>;

/// Something and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Spanned<T> {
    /// What stands there.
    pub node: T,
    /// Where it stands.
    pub span: Span,
}

/// A query: commands in the order they are applied.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The commands between the pipes.
    pub commands: Vec<Spanned<Command>>,
}

/// One command.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// `fields a, b + 1 as c`
    Fields(Vec<Projection>),
    /// `display a, b`
    Display(Vec<Projection>),
    /// `filter level = "ERROR"`, also `where`
    Filter(Expression),
    /// `stats count(*) as n, max(@duration) by bin(5m) as t, level`
    Stats(Stats),
    /// `sort n desc, level`
    Sort(Vec<SortKey>),
    /// `limit 20`
    Limit(u64),
    /// `parse @message "user=*" as user`
    Parse(Parse),
    /// `dedup level, service`
    Dedup(Vec<Spanned<String>>),
    /// `pattern @message`
    Pattern(Expression),
    /// `unnest items into item`
    Unnest {
        /// The array.
        field: Expression,
        /// The name of each of its elements.
        into: Spanned<String>,
    },
    /// A command of the service that the local engine does not run, by its name in lower case: `anomaly`, `diff`…
    Foreign(String),
}

/// An expression and the name of its column.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// What is computed.
    pub expression: Expression,
    /// The name after `as`.
    pub alias: Option<Spanned<String>>,
    /// The expression as it was written, which names the column if nothing else does.
    pub text: String,
}

/// What `stats` computes, and of which groups.
#[derive(Clone, Debug, PartialEq)]
pub struct Stats {
    /// What is computed; calls of aggregates, or expressions that hold some.
    pub aggregates: Vec<Projection>,
    /// What makes a group.
    pub by: Vec<Projection>,
}

/// One key of `sort`.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// What is compared.
    pub expression: Expression,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// What `parse` takes out of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Parse {
    /// The text.
    pub source: Expression,
    /// What it looks like.
    pub pattern: Spanned<ParsePattern>,
    /// The names after `as`; those of a regular expression's groups stand in it.
    pub names: Vec<Spanned<String>>,
}

/// What `parse` looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum ParsePattern {
    /// A text with `*` for what is taken.
    Glob(String),
    /// A regular expression with named groups.
    Regex(String),
}

/// An expression and where it stands.
pub type Expression = Spanned<Node>;

/// What an expression is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Node {
    /// A field, without its backticks.
    Field(String),
    /// A number.
    Number(f64),
    /// A text, without its quotes and escapes.
    Text(String),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A duration such as `5m`, as an argument of `bin` and its like.
    Duration {
        /// How many units.
        count: u64,
        /// The unit, in lower case: `ms`, `s`, `m`, `h`, `d`, `w`, `mo`, `q`, `y`.
        unit: String,
    },
    /// `*` in `count(*)`.
    Star,
    /// A parameter of a saved query: `{{name}}`.
    Parameter(String),
    /// A function's call, by its name as it was written.
    Call {
        /// The function.
        name: Spanned<String>,
        /// What it is called with.
        arguments: Vec<Expression>,
    },
    /// `-x` or `not x`.
    Unary(UnaryOperator, Box<Expression>),
    /// Two operands.
    Binary(BinaryOperator, Box<Expression>, Box<Expression>),
    /// `x in [1, 2]`; `not in` is negated.
    In {
        /// What is looked for.
        operand: Box<Expression>,
        /// Where it is looked for.
        list: Vec<Expression>,
        /// Whether it must not be there.
        negated: bool,
    },
    /// `x like "text"`, `x like /regex/`, `x =~ /regex/`; `not like` is negated.
    Like {
        /// The text.
        operand: Box<Expression>,
        /// What it must contain.
        pattern: Spanned<LikePattern>,
        /// Whether it must not be there.
        negated: bool,
    },
}

/// What `like` looks for.
#[derive(Clone, Debug, PartialEq)]
pub enum LikePattern {
    /// A part of the text; `%` and `_` as in SQL where they stand in it.
    Text(String),
    /// A regular expression.
    Regex(String),
}

/// What stands before an operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `-`
    Minus,
    /// `not`
    Not,
}

/// What stands between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `or`
    Or,
    /// `and`
    And,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Remainder,
    /// `^`
    Power,
}
