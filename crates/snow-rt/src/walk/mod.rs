//! Walks over values by the descriptions of their types, for values that are nested too deeply for
//! recursion.
//!
//! Generated code walks a value by recursion, and calls a function of this module where its stack
//! is short. A walk here needs no stack in proportion to the depth of the value: dropping
//! (`mem::drop`) and unpacking keep their way back in the objects themselves, which nothing else
//! refers to; the others keep it in a list that is charged to the actor ([`work`]). What a walk
//! does is what the generated helper does: the same order, bytes, text and hash.

/// Equality and order.
pub mod compare;
/// Entries of maps.
mod entries;
/// Hashes.
pub mod hash;
/// Equality and order of maps.
mod maps;
/// Packing.
pub mod pack;
/// Texts.
pub mod show;
/// Unpacking.
pub mod unpack;
/// A list of what is left to do.
mod work;
