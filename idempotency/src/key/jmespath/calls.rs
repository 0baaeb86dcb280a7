use jmespath::{ErrorReason, JmespathError, Runtime, RuntimeError, ast::Ast};

/// The functions that take a reference to an expression.
const TAKE_REFERENCES: [&str; 4] = ["map", "max_by", "min_by", "sort_by"];

/// Refuses what fails on each payload, before any comes: a function that is not there, and a reference to an
/// expression (`&`) that no function takes, which would be the same key for all payloads.
pub(super) fn check(expression: &str, ast: &Ast, runtime: &Runtime) -> Result<(), JmespathError> {
    match ast {
        Ast::Function { name, offset, .. } if runtime.get_function(name).is_none() => {
            let reason = ErrorReason::Runtime(RuntimeError::UnknownFunction(name.clone()));
            return Err(JmespathError::new(expression, *offset, reason));
        }
        Ast::Expref { offset, .. } => {
            let reason = "an expression reference outside of a function that takes one";
            let reason = ErrorReason::Parse(reason.to_owned());
            return Err(JmespathError::new(expression, *offset, reason));
        }
        _ => {}
    }
    parts(ast).into_iter().try_for_each(|part| check(expression, part, runtime))
}

/// Returns what an expression is made of.
fn parts<'a>(ast: &'a Ast) -> Vec<&'a Ast> {
    match ast {
        Ast::Comparison { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => vec![lhs, rhs],
        Ast::Condition { predicate, then, .. } => vec![predicate, then],
        Ast::Flatten { node, .. } | Ast::Not { node, .. } | Ast::ObjectValues { node, .. } => {
            vec![node]
        }
        Ast::Function { name, args, .. } => {
            let takes_references = TAKE_REFERENCES.contains(&name.as_str());
            let part = |arg: &'a Ast| match arg {
                Ast::Expref { ast, .. } if takes_references => ast.as_ref(),
                other => other,
            };
            args.iter().map(part).collect()
        }
        Ast::MultiList { elements, .. } => elements.iter().collect(),
        Ast::MultiHash { elements, .. } => elements.iter().map(|pair| &pair.value).collect(),
        Ast::Identity { .. }
        | Ast::Expref { .. }
        | Ast::Field { .. }
        | Ast::Index { .. }
        | Ast::Literal { .. }
        | Ast::Slice { .. } => Vec::new(),
    }
}
