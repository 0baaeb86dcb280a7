use std::collections::VecDeque;

/// The number of ended invocations that are remembered, to distinguish late responses from invalid ones.
const REMEMBERED: usize = 4096;

/// The request ids of ended invocations, newest last.
#[derive(Default)]
pub(super) struct CompletedRequests {
    ids: VecDeque<String>,
}

impl CompletedRequests {
    pub(super) fn remember(&mut self, request_id: &str) {
        if self.ids.len() == REMEMBERED {
            self.ids.pop_front();
        }
        self.ids.push_back(request_id.to_owned());
    }

    pub(super) fn contains(&self, request_id: &str) -> bool {
        self.ids.iter().any(|id| id == request_id)
    }
}
