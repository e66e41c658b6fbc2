//! Hindley–Milner type inference: `hir` in, [`Typed`] out.
//!
//! In: a resolved program. Out: a type for every expression, pattern and local, a scheme for every
//! function, and what each method call, field and `for` turned out to mean. Promised: the tables
//! are complete and free of `Ty::Var` whatever was wrong; each independent mistake is reported
//! once. Never done here: names (`resolve` did that), matching (`matches`).
//!
//! Why functions are taken in groups, and why some constraints wait: `src/README.md`.

mod actor;
mod advice;
mod bits;
mod bounds;
mod call;
mod callback;
mod control;
mod counts;
mod deferred;
mod expr;
mod finish;
mod function;
mod generalise;
mod groups;
mod habits;
mod holes;
mod interfaces;
mod introduced;
mod late_fields;
mod member;
mod nil;
mod operator;
mod origin;
mod pattern;
mod report;
mod unify;
mod unsolved;
mod unwrapping;

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::diagnostics::{Code, Diagnostics};
use crate::hir::{ExprId, Extent, FnId, LocalId, ModuleId, PatId, Program, Role};
use crate::source::{Name, Span};
use crate::table::Table;
use crate::types::{Bounds, InterfaceBound, Scheme, Ty, Typed};

use deferred::Deferred;

/// How often a program with errors is inferred.
const MOST_ROUNDS: usize = 3;

/// Infers the types of the whole program.
///
/// What a method call means is known only afterwards, so the first round takes functions together
/// that may use each other. Inside a group a function has one type, and a group that is too large
/// refuses what is right. When there are errors, the next round therefore believes the last one
/// about the methods that it found.
pub fn program(program: &Program, diagnostics: &mut Diagnostics) -> Typed {
    program_after(program, None, diagnostics).0
}

/// What was inferred of the library for another program that needs the same of it.
pub(crate) struct Inferred {
    expr: Arc<Vec<Ty>>,
    pat: Arc<Vec<Ty>>,
    local: Arc<Vec<Ty>>,
    scheme: Arc<Vec<Scheme>>,
    message: FxHashMap<FnId, Ty>,
    tried: Tried,
}

/// Functions whose result was decided by a `?`, which stands there.
pub(crate) type Tried = FxHashMap<FnId, Span>;

impl Inferred {
    /// Shares what is known of the library with the programs to come.
    pub(crate) fn of(typed: &mut Typed, tried: &Tried, extent: Extent) -> Inferred {
        let is_library = |id: &FnId| id.index() < extent.functions;
        let message = typed.message.iter().filter(|(id, _)| is_library(id));
        let tried = tried.iter().filter(|(id, _)| is_library(id));
        Inferred {
            message: message.map(|(id, ty)| (*id, ty.clone())).collect(),
            tried: tried.map(|(id, span)| (*id, *span)).collect(),
            expr: typed.expr.share(extent.exprs as usize),
            pat: typed.pat.share(extent.pats as usize),
            local: typed.local.share(extent.locals),
            scheme: typed.scheme.share(extent.functions),
        }
    }
}

/// The same, where the types of the library's functions may be known: then nothing is said of what
/// members in them mean.
pub(crate) fn program_after(
    program: &Program,
    library: Option<&Inferred>,
    diagnostics: &mut Diagnostics,
) -> (Typed, Tried) {
    let before = diagnostics.clone();
    let mut last = first_round(program, library, diagnostics);
    for _ in 1..MOST_ROUNDS {
        if !diagnostics.any_error() {
            break;
        }
        let mut found = before.clone();
        match next_round(program, library, &last, &mut found) {
            Some(next) if next.in_order => (last, *diagnostics) = (next, found),
            Some(_) | None => break,
        }
    }
    (last.typed, last.tried)
}

/// What one inference of the whole program gave.
struct Round {
    typed: Typed,
    tried: Tried,
    groups: Vec<Vec<FnId>>,
    /// Every function was used after it was inferred, or inside its group.
    in_order: bool,
}

fn first_round(
    program: &Program,
    library: Option<&Inferred>,
    diagnostics: &mut Diagnostics,
) -> Round {
    let infer = Infer::new(program, library, diagnostics);
    let groups = infer.groups(&FxHashMap::default());
    round(infer, groups)
}

/// The next round believes the last one about what method calls mean. `None` when nothing comes of
/// that.
fn next_round(
    program: &Program,
    library: Option<&Inferred>,
    last: &Round,
    diagnostics: &mut Diagnostics,
) -> Option<Round> {
    let infer = Infer::new(program, library, diagnostics);
    let groups = infer.groups(&last.typed.method);
    (groups != last.groups).then(|| round(infer, groups))
}

fn round(mut infer: Infer, groups: Vec<Vec<FnId>>) -> Round {
    for group in &groups {
        infer.group(group);
    }
    infer.check_impls();
    infer.fill_holes();
    Round {
        in_order: !infer.is_early,
        typed: infer.typed,
        tried: infer.tried,
        groups,
    }
}

/// A type variable.
#[derive(Clone, Debug, Default)]
struct Variable {
    /// What it stands for, once that is known.
    link: Option<Ty>,
    /// What it must support.
    bounds: Bounds,
    /// Where an interface was asked for.
    asked: Option<Span>,
    /// The name of the type parameter that it is: then it stands for itself only.
    rigid: Option<Name>,
    /// How many values of `let` its place is inside of. One that a name from outside mentions has
    /// the level of that name.
    level: u32,
    /// Where it got to know what it stands for.
    fixed: Option<Span>,
    /// What stands here waits for the type, so a name of `let` cannot have several.
    waits: Option<Span>,
}

/// A function of the group being inferred.
struct Pending {
    /// Its type parameters, by `Ty::Param`.
    rigid: Vec<Ty>,
    params: Vec<Ty>,
    result: Ty,
    /// Parameters and result as written, when all of them are: then it can be used at any type even
    /// inside its group.
    declared: Option<(Vec<Ty>, Ty)>,
    /// Message type of an actor or a test.
    message: Option<Ty>,
    /// A `receive` stands in it.
    receives: bool,
    /// What is to be settled with it.
    touched: Touched,
}

/// A type that must be known in the end, because a function that is used compares it.
struct KnownUse {
    caller: FnId,
    callee: FnId,
    ty: Ty,
    /// What the use gives.
    result: Ty,
    span: Span,
}

/// The ids that a function's inference gave a type to.
#[derive(Default)]
struct Touched {
    exprs: Vec<ExprId>,
    pats: Vec<PatId>,
    locals: Vec<LocalId>,
    /// Names of `let` whose values can be of several types, with the variables that stand for the
    /// parts that differ.
    generalised: Vec<(LocalId, Vec<u32>)>,
}

/// The function or closure whose body is being looked at.
struct Frame {
    function: FnId,
    module: ModuleId,
    /// What `return` gives.
    result: Ty,
    /// Why it is that: shown beside a mismatch.
    cause: Cause,
    /// A `?` that decided what is returned, and whether that was found wrong.
    tried: Option<(Span, bool)>,
    /// The body of an actor or a test: what it returns is nobody's business.
    returns_nothing: bool,
    /// `Pid<M>` of `self()`, where there is one.
    pid: Option<Ty>,
    /// What `Ty::Param` means in annotations.
    rigid: Vec<Ty>,
}

/// What an expression is wanted for.
#[derive(Clone, Copy)]
enum Expectation<'w> {
    /// Its value, of whatever type.
    Value,
    /// Nothing: branches need not agree.
    Effect,
    /// A value of that type.
    Type(&'w Ty, Cause),
}

/// Where an expectation comes from, and the code to report when it is not met.
#[derive(Clone, Copy)]
struct Cause {
    code: Code,
    /// A place and what it is; the report adds the type that it asks for.
    because: Option<(Span, &'static str)>,
    /// A value could be converted; a pattern could not.
    advice: bool,
    /// The value is a function that is handed to another one.
    asked: Option<callback::Asked>,
    /// The value is the argument of that number of a call of that function.
    argument: Option<(FnId, usize)>,
    /// The value is that function.
    given: Option<FnId>,
}

impl Cause {
    /// Nothing to show but the place itself.
    const PLAIN: Cause = Cause {
        code: Code::E0001,
        because: None,
        advice: true,
        asked: None,
        argument: None,
        given: None,
    };
    /// A pattern that does not fit its subject.
    const PATTERN: Cause = Cause {
        code: Code::E0001,
        because: None,
        advice: false,
        asked: None,
        argument: None,
        given: None,
    };

    fn because(span: Span, what: &'static str) -> Cause {
        Cause {
            because: Some((span, what)),
            ..Cause::PLAIN
        }
    }

    fn code(code: Code) -> Cause {
        Cause {
            code,
            ..Cause::PLAIN
        }
    }
}

/// Puts what inference found into fields that leave the types of a service's messages out.
pub fn complete(program: &mut Program, typed: &Typed) {
    holes::fill(&mut program.types, typed);
}

struct Infer<'p, 'd> {
    program: &'p Program,
    typed: Typed,
    diagnostics: &'d mut Diagnostics,
    variables: Vec<Variable>,
    /// Of variables that are made now.
    level: u32,
    /// All functions of a module under a name.
    by_name: FxHashMap<(ModuleId, Name), Vec<FnId>>,
    /// Functions of the group being inferred.
    pending: FxHashMap<FnId, Pending>,
    /// Uses of a function of the group inside the group: caller, place, callee.
    inner_uses: Vec<(FnId, ExprId, FnId, Span)>,
    /// Uses of a declared generic function of the group inside the group, with caller, callee, type
    /// arguments and what the use gives: their bounds follow later.
    inner_instances: Vec<(FnId, FnId, Vec<Ty>, Ty, Span)>,
    /// Uses of a function that compares a type when the program runs.
    known_uses: Vec<KnownUse>,
    /// Constraints that need a type that is not known yet.
    deferred: Vec<Deferred>,
    tried: Tried,
    /// Types of the program's functions as they came to be, with the places that fixed them.
    inferred: FxHashMap<FnId, Ty>,
    /// Methods of interfaces by name.
    methods: FxHashMap<Name, Vec<FnId>>,
    /// What is looked at, for questions that come up while types are made one.
    place: Span,
    /// A type of too many parts has been reported.
    is_oversized: bool,
    /// The first functions, which are the library's and were inferred for another program.
    known: usize,
    /// Functions whose types are known for good.
    finished: Vec<bool>,
    /// A function was used before it was inferred.
    is_early: bool,
    /// Impls being asked for inside each other.
    depth: usize,
    /// What was asked inside of the outermost one: what holds, and what holds if that does.
    asked_inside: Vec<(Ty, InterfaceBound)>,
    frame: Frame,
    touched: Touched,
}

impl<'p, 'd> Infer<'p, 'd> {
    fn new(
        program: &'p Program,
        library: Option<&Inferred>,
        diagnostics: &'d mut Diagnostics,
    ) -> Self {
        let mut by_name: FxHashMap<(ModuleId, Name), Vec<FnId>> = FxHashMap::default();
        let mut methods: FxHashMap<Name, Vec<FnId>> = FxHashMap::default();
        for (index, function) in program.functions.iter().enumerate() {
            let (id, name) = (FnId(index as u32), function.name.clone());
            match function.role {
                Role::Free => by_name.entry((function.module, name)).or_default().push(id),
                Role::Interface(..) => methods.entry(name).or_default().push(id),
                Role::Impl(..) => {}
            }
        }
        let typed = blank(program, library);
        let known = library.map_or(0, |library| library.scheme.len());
        let mut finished = vec![false; program.functions.len()];
        finished[..known].fill(true);
        let frame = Frame {
            function: FnId(0),
            module: ModuleId(0),
            result: Ty::Error,
            cause: Cause::PLAIN,
            tried: None,
            returns_nothing: false,
            pid: None,
            rigid: Vec::new(),
        };
        Infer {
            program,
            typed,
            diagnostics,
            variables: vec![Variable::default(); program.holes as usize],
            level: 1,
            by_name,
            pending: FxHashMap::default(),
            inner_uses: Vec::new(),
            inner_instances: Vec::new(),
            known_uses: Vec::new(),
            deferred: Vec::new(),
            tried: library.map_or_else(Tried::default, |library| library.tried.clone()),
            inferred: FxHashMap::default(),
            methods,
            place: Span::default(),
            is_oversized: false,
            known,
            finished,
            is_early: false,
            depth: 0,
            asked_inside: Vec::new(),
            frame,
            touched: Touched::default(),
        }
    }

    /// Groups of functions that are to be inferred, callees before callers.
    fn groups(&self, methods: &FxHashMap<ExprId, FnId>) -> Vec<Vec<FnId>> {
        let names = (&self.by_name, &self.methods);
        groups::of(self.program, names, methods, self.known)
    }

    fn group(&mut self, group: &[FnId]) {
        let first = self.variables.len();
        for id in group {
            self.announce(*id);
        }
        for id in group {
            self.function(*id);
        }
        self.solve_deferred();
        self.finish(group, first);
        group.iter().for_each(|id| self.finished[id.index()] = true);
        self.seed_holes(group);
    }
}

/// Tables in which nothing is known of the program.
fn blank(program: &Program, library: Option<&Inferred>) -> Typed {
    let none = Scheme {
        bounds: Vec::new(),
        params: Vec::new(),
        result: Ty::Error,
    };
    let (exprs, pats) = (program.expr_count as usize, program.pat_count as usize);
    let (locals, functions) = (program.locals.len(), program.functions.len());
    let Some(known) = library else {
        return Typed {
            expr: vec![Ty::Error; exprs].into(),
            pat: vec![Ty::Error; pats].into(),
            local: vec![Ty::Error; locals].into(),
            scheme: vec![none; functions].into(),
            ..Typed::default()
        };
    };
    let after =
        |shared: &Arc<Vec<Ty>>, all: usize| Table::after(shared, all - shared.len(), &Ty::Error);
    Typed {
        expr: after(&known.expr, exprs),
        pat: after(&known.pat, pats),
        local: after(&known.local, locals),
        scheme: Table::after(&known.scheme, functions - known.scheme.len(), &none),
        message: known.message.clone(),
        ..Typed::default()
    }
}
