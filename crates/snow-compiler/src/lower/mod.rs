//! Typed `hir` to `core`.
//!
//! In: the typed program and its decision trees. Out: one `core` function for each function and
//! tuple of type arguments that is reachable from the entry (whole-program monomorphisation).
//! Promised: no type variable is left; evaluation order is left to right; a call in tail position
//! stays the last thing a path does, and a self call there is a loop. `types.rs` chooses what is
//! boxed and what travels by value. Never done here: counts.
//!
//! Why a version for each tuple of types, why loops, why no counts: `src/README.md`.

mod bits;
mod calls;
mod closure;
mod expr;
mod failing;
mod function;
mod generalised;
mod guards;
mod in_order;
mod instances;
mod iterate;
mod known;
mod layout;
mod library;
mod operators;
mod patterns;
mod primitives;
mod receive;
mod statics;
mod switches;
mod types;
mod values;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::core::ir::{FunctionRef, Program};
use crate::core::types::TypeRef;
use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::hir::{self, Expr, ExprId, FnId, LocalId, TypeId};
use crate::matches::tree::Decisions;
use crate::pipeline::Precompiled;
use crate::source::Span;
use crate::types::{Ty, Typed};

use closure::Closure;

/// Where lowering begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Roots {
    /// At `fn main`.
    Main,
    /// At all tests.
    Tests,
}

/// Lowers everything that is reachable from the roots. Of a function in `compiled` whose callers
/// need not see its code, nothing but how it is called.
pub(crate) fn program(
    hir: &hir::Program,
    typed: &Typed,
    decisions: &Decisions,
    (roots, compiled): (Roots, Option<&Precompiled>),
    diagnostics: &mut Diagnostics,
) -> Program {
    let mut lowering = Lowering::new(hir, typed, decisions, compiled);
    lowering.program.entry = match roots {
        Roots::Main => lowering.main_entry(),
        Roots::Tests => lowering.test_entry(),
    };
    lowering.finish(diagnostics).0
}

/// Lowers every function of the library that has no type parameters, and says which is which.
pub(crate) fn library(
    hir: &hir::Program,
    typed: &Typed,
    decisions: &Decisions,
    diagnostics: &mut Diagnostics,
) -> (Program, FxHashMap<FnId, FunctionRef>) {
    let mut lowering = Lowering::new(hir, typed, decisions, None);
    lowering.library_roots();
    let (program, instances) = lowering.finish(diagnostics);
    let alone = instances
        .into_iter()
        .filter(|((_, args), _)| args.is_empty());
    (
        program,
        alone.map(|((id, _), reference)| (id, reference)).collect(),
    )
}

impl<'a> Lowering<'a> {
    fn new(
        hir: &'a hir::Program,
        typed: &'a Typed,
        decisions: &'a Decisions,
        compiled: Option<&'a Precompiled>,
    ) -> Self {
        Lowering {
            hir,
            typed,
            decisions,
            compiled,
            program: Program::default(),
            type_index: FxHashMap::default(),
            type_ids: FxHashSet::default(),
            declared: FxHashMap::default(),
            instances: FxHashMap::default(),
            values: generalised::values(hir, typed),
            closures: FxHashMap::default(),
            wrappers: FxHashMap::default(),
            queue: Vec::new(),
            origin: Span::default(),
            in_library: false,
            errors: Vec::new(),
            place: Span::default(),
            is_oversized: false,
        }
    }

    /// Lowers what the roots reach.
    fn finish(mut self, diagnostics: &mut Diagnostics) -> (Program, Instances) {
        self.drain();
        layout::lay_out(&mut self.program.types);
        self.errors.into_iter().for_each(|d| diagnostics.push(d));
        (self.program, self.instances)
    }
}

/// Functions by what they are instances of.
type Instances = FxHashMap<(FnId, Vec<Ty>), FunctionRef>;

/// State of the whole-program part; `function::Body` holds that of one function.
pub(super) struct Lowering<'a> {
    hir: &'a hir::Program,
    typed: &'a Typed,
    decisions: &'a Decisions,
    /// Functions that were compiled before.
    compiled: Option<&'a Precompiled>,
    program: Program,
    type_index: FxHashMap<Ty, TypeRef>,
    /// Numbers of types that are taken.
    type_ids: FxHashSet<i64>,
    /// Declaration and arguments of each declared type, for hooks.
    declared: FxHashMap<TypeRef, (TypeId, Vec<Ty>)>,
    instances: Instances,
    /// The values of generalised names, which are put in the place of each use.
    values: FxHashMap<LocalId, &'a Expr>,
    /// Closures among these values, by expression and type arguments.
    closures: FxHashMap<(ExprId, Vec<Ty>), Closure>,
    /// Closures that stand for a function or constructor used as a value.
    wrappers: FxHashMap<String, FunctionRef>,
    queue: Vec<instances::Wanted>,
    /// Where the program asks for the function that is being lowered.
    origin: Span,
    /// That function is one of the library.
    in_library: bool,
    errors: Vec<Diagnostic>,
    /// The expression whose type is asked for.
    place: Span,
    /// A type of too many parts has been reported.
    is_oversized: bool,
}
