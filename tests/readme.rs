//! The programs of the README, compiled with the documentation's tests.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
