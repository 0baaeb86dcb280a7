//! Where lines go.

use std::{fmt, sync::Arc};

use powertools_core::write_line;

use crate::{config::Settings, output::indent};

/// The settings of a logger and the way to its sink, which the logger, its layers and its buffers share.
#[derive(Clone)]
pub(crate) struct Pipeline(Arc<Settings>);

impl Pipeline {
    pub(crate) fn new(settings: Settings) -> Self {
        Self(Arc::new(settings))
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.0
    }

    /// Tells loggers apart that format differently, also those that are gone.
    pub(crate) fn id(&self) -> usize {
        self.0.id
    }

    pub(crate) fn write(&self, line: &[u8]) {
        if self.0.dev {
            write_line(&self.0.sink, &indent(line));
        } else {
            write_line(&self.0.sink, line);
        }
    }
}

impl fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pipeline").field("service", &self.0.service).finish_non_exhaustive()
    }
}
