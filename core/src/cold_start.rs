use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::Environment;

/// How Lambda initialized this execution environment (`AWS_LAMBDA_INITIALIZATION_TYPE`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum InitializationType {
    /// `on-demand`; also assumed if the variable is missing or unknown.
    #[default]
    OnDemand,
    /// `provisioned-concurrency`: initialized before invocations arrive.
    ProvisionedConcurrency,
    /// `snap-start`: restored from a snapshot.
    SnapStart,
    /// `lambda-managed-instances`: concurrent invocations in one process.
    ManagedInstances,
}

impl InitializationType {
    /// Reads the type from `AWS_LAMBDA_INITIALIZATION_TYPE`.
    pub fn from_environment(environment: &Environment) -> Self {
        match environment.text("AWS_LAMBDA_INITIALIZATION_TYPE").as_deref() {
            Some("provisioned-concurrency") => Self::ProvisionedConcurrency,
            Some("snap-start") => Self::SnapStart,
            Some("lambda-managed-instances") => Self::ManagedInstances,
            _ => Self::OnDemand,
        }
    }
}

static PROCESS: AtomicBool = AtomicBool::new(false);

/// The cold-start flag, which is true for the first invocation of a process that was initialized on demand.
///
/// All utilities share [`ColdStart::process`], so that they always agree. A test that simulates several execution
/// environments in one process can create a flag for each of them with [`own`](ColdStart::own).
#[derive(Clone, Debug)]
pub struct ColdStart {
    flag: Flag,
    initialization: InitializationType,
}

#[derive(Clone, Debug)]
enum Flag {
    Process,
    Own(Arc<AtomicBool>),
}

impl ColdStart {
    /// Returns the flag of this process.
    pub fn process(initialization: InitializationType) -> Self {
        Self { flag: Flag::Process, initialization }
    }

    /// Creates a flag that is shared only by its clones.
    pub fn own(initialization: InitializationType) -> Self {
        Self { flag: Flag::Own(Arc::default()), initialization }
    }

    /// Notes that an invocation begins, and returns whether it is a cold start.
    ///
    /// If invocations begin concurrently, exactly one caller gets `true`.
    pub fn take(&self) -> bool {
        let seen = match &self.flag {
            Flag::Process => &PROCESS,
            Flag::Own(own) => own,
        };
        let first = !seen.swap(true, Ordering::Relaxed);
        first && self.initialization == InitializationType::OnDemand
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_start_is_true_once() {
        let flag = ColdStart::own(InitializationType::OnDemand);
        assert_eq!([flag.take(), flag.clone().take(), flag.take()], [true, false, false]);
    }

    #[test]
    fn cold_start_is_false_after_provisioned_or_snap_start_init() {
        for ahead in ["provisioned-concurrency", "snap-start", "lambda-managed-instances"] {
            let environment = Environment::of([("AWS_LAMBDA_INITIALIZATION_TYPE", ahead)]);
            let kind = InitializationType::from_environment(&environment);
            assert!(!ColdStart::own(kind).take(), "{ahead}");
        }
    }

    #[test]
    fn unknown_initialization_types_count_as_on_demand() {
        let environment = Environment::of([("AWS_LAMBDA_INITIALIZATION_TYPE", "on-tuesdays")]);
        assert!(ColdStart::own(InitializationType::from_environment(&environment)).take());
    }
}
