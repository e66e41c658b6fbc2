//! One function for each production of the grammar; see the naming law in [`super`].

pub mod items;
pub mod actors;
pub mod data;
pub mod blocks;
pub mod exprs;
pub mod control;
pub mod closures;
pub mod literals;
pub mod patterns;
pub mod types;
