mod commands;
mod display;
mod expressions;
mod problems;

use crate::{
    Problem,
    ast::{Command, Query},
};

fn commands(text: &str) -> Vec<Command> {
    let query = Query::parse(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
    query.commands.into_iter().map(|command| command.node).collect()
}

fn problems(text: &str) -> Vec<Problem> {
    Query::parse(text).expect_err(text)
}
