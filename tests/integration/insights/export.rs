//! Saved queries as code.

mod cfn_lint;
