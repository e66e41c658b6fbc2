//! The rules. Each takes the repository and returns its breaches.

/// The table of runtime functions and its implementation.
pub mod abi;
/// Every feature of the language has tests.
pub mod coverage;
/// Every dependency is explained.
pub mod dependencies;
/// Every code of a finding is explained.
pub mod diagnostics;
/// The floors of the runtime.
pub mod floors;
/// Every function of the library says what it means and shows a call.
pub mod library_docs;
/// The table of the library's names is true.
pub mod library_names;
/// Paths in the documentation exist.
pub mod links;
/// Numbers that name a constant.
pub mod numbers;
/// Functions of Snow have few parameters.
pub mod parameters;
/// Sizes, headers, names, and what no file may contain.
pub mod shape;
/// Files that come in pairs.
pub mod twins;
