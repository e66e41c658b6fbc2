//! One function for each production of the grammar; see the naming law in [`super`].

pub(super) mod actors;
pub(super) mod arms;
pub(super) mod assertions;
mod assignments;
pub(super) mod behind;
pub(super) mod blocks;
pub(super) mod braces;
mod channels;
pub(super) mod closures;
pub(super) mod control;
pub(super) mod data;
pub(super) mod exprs;
pub(super) mod foreign;
pub(super) mod handlers;
pub(super) mod heads;
pub(super) mod import_paths;
pub(super) mod infix;
pub(super) mod items;
pub(super) mod lambdas;
pub(super) mod literals;
pub(super) mod macros;
pub(super) mod params;
pub(super) mod paths;
pub(super) mod patterns;
pub(super) mod statements;
pub(super) mod suffixes;
pub(super) mod types;
