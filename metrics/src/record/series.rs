use std::borrow::Cow;

use super::samples::Samples;
use crate::{
    Metric, MetricError, Resolution, Unit,
    definition::{Kind, Name},
};

/// One metric with its values.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: Cow<'static, str>,
    pub(crate) unit: Unit,
    pub(crate) resolution: Resolution,
    kind: Kind,
    pub(crate) samples: Samples,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            name: Cow::Borrowed(""),
            unit: Unit::None,
            resolution: Resolution::Standard,
            kind: Kind::Distribution,
            samples: Samples::default(),
        }
    }
}

impl Series {
    /// Becomes the series of `metric`, without values.
    pub(crate) fn begin(&mut self, metric: &Metric<'_>) {
        self.name = match metric.name {
            Name::Static(name) => Cow::Borrowed(name),
            Name::Borrowed(name) => Cow::Owned(name.to_owned()),
        };
        self.unit = metric.unit;
        self.resolution = metric.resolution;
        self.kind = metric.kind;
        self.samples.clear();
    }

    /// Records a value of `metric`, which has this series' name.
    pub(crate) fn record(&mut self, metric: &Metric<'_>, value: f64) -> Result<(), MetricError> {
        let own = Metric {
            name: metric.name,
            unit: self.unit,
            resolution: self.resolution,
            kind: self.kind,
        };
        if own != *metric {
            let (before, now) = ((own.unit, own.how()), (metric.unit, metric.how()));
            return Err(MetricError::redefined(&self.name, before, now));
        }
        match self.kind {
            Kind::Counter if !self.samples.add(value) => {
                Err(MetricError::Value { name: self.name.to_string(), value: "the sum".into() })
            }
            Kind::Counter => Ok(()),
            Kind::Distribution => {
                self.samples.keep(value);
                Ok(())
            }
        }
    }
}
