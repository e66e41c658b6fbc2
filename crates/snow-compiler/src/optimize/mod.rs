//! `core` to better `core`. The passes are data: the pipeline runs them in this order and may
//! verify after each.

mod cluster_projections;
mod cut_branches;
mod cut_long;
mod frames;
mod guard_takes;
mod hoist_bytes;
mod inline_small;
mod look_only;
mod ownership;
mod rc_insert;
mod tail_groups;
mod take_fields;

use crate::core::ir::Program;

/// A pass over the whole program.
pub struct Pass {
    /// For `--dump=NAME`.
    pub name: &'static str,
    /// What it does.
    pub run: fn(&mut Program),
    /// Counts are explicit afterwards, and `core::verify` can check them.
    pub counted: bool,
}

/// All passes, in order.
pub const PASSES: &[Pass] = &[
    Pass {
        name: "tail-groups",
        run: tail_groups::run,
        counted: false,
    },
    // Before ownership, because it shortens the lives of what is taken apart.
    Pass {
        name: "cluster-projections",
        run: cluster_projections::run,
        counted: false,
    },
    Pass {
        name: "take-fields",
        run: take_fields::run,
        counted: false,
    },
    // After what looks at whole bodies, and before it is decided what a function borrows.
    Pass {
        name: "cut-long",
        run: cut_long::run,
        counted: false,
    },
    Pass {
        name: "cut-branches",
        run: cut_branches::run,
        counted: false,
    },
    // Decides who owns what; everything after it asks `Function::borrowed` and `VarInfo::alias`.
    Pass {
        name: "ownership",
        run: ownership::run,
        counted: false,
    },
    Pass {
        name: "rc-insert",
        run: rc_insert::run,
        counted: true,
    },
    Pass {
        name: "look-only",
        run: look_only::run,
        counted: true,
    },
    Pass {
        name: "hoist-bytes",
        run: hoist_bytes::run,
        counted: true,
    },
    Pass {
        name: "inline-small",
        run: inline_small::run,
        counted: true,
    },
    // Last, because it speaks of the code as it will be printed.
    Pass {
        name: "frames",
        run: frames::run,
        counted: true,
    },
];
