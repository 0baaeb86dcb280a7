/// One way to build the function.
#[derive(Debug)]
pub(crate) struct Stack {
    pub(crate) name: &'static str,
    /// Features of `bench-function`.
    pub(crate) features: &'static str,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Bare,
    Ours,
    Rival,
}

const fn ours(name: &'static str, features: &'static str) -> Stack {
    Stack { name, features, kind: Kind::Ours }
}

const fn rival(name: &'static str, features: &'static str) -> Stack {
    Stack { name, features, kind: Kind::Rival }
}

static STACKS: [Stack; 19] = [
    Stack { name: "bare", features: "", kind: Kind::Bare },
    rival("subscriber", "subscriber"),
    ours("logger", "logger"),
    ours("metrics", "metrics"),
    ours("logger+metrics", "logger,metrics"),
    ours("logger+metrics+log", "log,metrics"),
    ours("facade+registry", "facade,registry"),
    ours("xray", "xray"),
    ours("xray+triggers", "triggers"),
    ours("otlp-udp", "otlp-udp"),
    ours("otlp-http", "otlp-http"),
    ours("idempotency", "idempotency"),
    ours("four", "logger,metrics,xray,idempotency"),
    ours("default", "log,managed-instances,metrics,triggers"),
    ours("logger+metrics+otlp-http", "logger,metrics,otlp-http"),
    ours("everything", "everything"),
    ours("dynamodb", "dynamodb"),
    rival("rival-otel", "rival-otel"),
    rival("rival-otel-lite", "rival-otel-lite"),
];

impl Stack {
    pub(crate) fn all() -> Vec<&'static Self> {
        STACKS.iter().collect()
    }

    pub(crate) fn bare() -> &'static Self {
        &STACKS[0]
    }

    pub(crate) fn named(name: &str) -> Option<&'static Self> {
        STACKS.iter().find(|stack| stack.name == name)
    }

    /// Whether it needs a database to run.
    pub(crate) fn needs_dynamodb(&self) -> bool {
        self.features.contains("dynamodb")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_has_no_features_and_names_are_unique() {
        assert_eq!(Stack::bare().kind, Kind::Bare);
        assert_eq!(Stack::bare().features, "");
        for stack in Stack::all() {
            assert!(std::ptr::eq(Stack::named(stack.name).unwrap(), stack), "{}", stack.name);
        }
    }
}
