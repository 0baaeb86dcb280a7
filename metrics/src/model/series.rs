use std::borrow::Cow;

use powertools_core::json::{write_key, write_string};

use super::{
    Unit,
    metric::{Kind, Metric, Name, Resolution},
    samples::Samples,
};
use crate::MetricError;

/// One metric with its values.
#[derive(Debug)]
pub(crate) struct Series {
    pub(crate) name: Cow<'static, str>,
    unit: Unit,
    resolution: Resolution,
    kind: Kind,
    pub(crate) samples: Samples,
    /// The metric's object in the directive, rendered.
    pub(crate) definition: Vec<u8>,
    /// The key before the values, rendered.
    pub(crate) key: Vec<u8>,
}

impl Default for Series {
    fn default() -> Self {
        Self {
            name: Cow::Borrowed(""),
            unit: Unit::None,
            resolution: Resolution::Standard,
            kind: Kind::Distribution,
            samples: Samples::default(),
            definition: Vec::new(),
            key: Vec::new(),
        }
    }
}

impl Series {
    /// Becomes the series of `metric`, without values.
    ///
    /// Invocations record the same metrics in the same order, so the slot often was this series before,
    /// and what was rendered is still right.
    pub(crate) fn begin(&mut self, metric: &Metric<'_>) {
        self.samples.clear();
        self.kind = metric.kind;
        let same = self.name == metric.name()
            && self.unit == metric.unit
            && self.resolution == metric.resolution;
        // The slot's last metric is mostly this one, of an earlier invocation; then its rendered parts are right.
        if !same {
            self.name = match metric.name {
                Name::Static(name) => Cow::Borrowed(name),
                Name::Borrowed(name) => Cow::Owned(name.to_owned()),
            };
            self.unit = metric.unit;
            self.resolution = metric.resolution;
            self.render();
        }
    }

    fn render(&mut self) {
        let definition = &mut self.definition;
        definition.clear();
        definition.extend_from_slice(b"{\"Name\":");
        write_string(definition, &self.name);
        definition.extend_from_slice(b",\"Unit\":\"");
        definition.extend_from_slice(self.unit.as_str().as_bytes());
        definition.extend_from_slice(match self.resolution {
            Resolution::Standard => b"\"}".as_slice(),
            Resolution::High => b"\",\"StorageResolution\":1}".as_slice(),
        });
        self.key.clear();
        write_key(&mut self.key, &self.name);
    }

    /// Records a value of `metric`, which has this series' name.
    pub(crate) fn record(&mut self, metric: &Metric<'_>, value: f64) -> Result<(), MetricError> {
        let same = self.unit == metric.unit
            && self.resolution == metric.resolution
            && self.kind == metric.kind;
        if !same {
            return Err(self.redefined_by(metric));
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

    #[cold]
    fn redefined_by(&self, metric: &Metric<'_>) -> MetricError {
        let how = Metric { kind: self.kind, resolution: self.resolution, ..*metric }.how();
        MetricError::redefined(&self.name, (self.unit, how), (metric.unit, metric.how()))
    }
}
