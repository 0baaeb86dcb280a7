use jmespath::{ErrorReason, JmespathError, Runtime, RuntimeError, ast::Ast};

/// Refuses an expression that calls a function which is not there, before any payload comes.
pub(super) fn check(expression: &str, ast: &Ast, runtime: &Runtime) -> Result<(), JmespathError> {
    if let Ast::Function { name, offset, .. } = ast
        && runtime.get_function(name).is_none()
    {
        let reason = ErrorReason::Runtime(RuntimeError::UnknownFunction(name.clone()));
        return Err(JmespathError::new(expression, *offset, reason));
    }
    parts(ast).into_iter().try_for_each(|part| check(expression, part, runtime))
}

/// Returns what an expression is made of.
fn parts(ast: &Ast) -> Vec<&Ast> {
    match ast {
        Ast::Comparison { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Subexpr { lhs, rhs, .. } => vec![lhs, rhs],
        Ast::Condition { predicate, then, .. } => vec![predicate, then],
        Ast::Expref { ast, .. } => vec![ast],
        Ast::Flatten { node, .. } | Ast::Not { node, .. } | Ast::ObjectValues { node, .. } => {
            vec![node]
        }
        Ast::Function { args, .. } => args.iter().collect(),
        Ast::MultiList { elements, .. } => elements.iter().collect(),
        Ast::MultiHash { elements, .. } => elements.iter().map(|pair| &pair.value).collect(),
        Ast::Identity { .. }
        | Ast::Field { .. }
        | Ast::Index { .. }
        | Ast::Literal { .. }
        | Ast::Slice { .. } => Vec::new(),
    }
}
