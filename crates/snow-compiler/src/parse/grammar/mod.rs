//! One function for each production of the grammar; see the naming law in [`super`].

pub mod actors;
pub mod blocks;
pub mod closures;
pub mod control;
pub mod data;
pub mod exprs;
pub mod items;
pub mod literals;
pub mod patterns;
pub mod types;
