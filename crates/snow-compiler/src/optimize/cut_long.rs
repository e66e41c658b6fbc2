//! Cuts what runs straight on for long into functions of bounded length.
//!
//! C compilers need more than linear time for a function of thousands of statements, whatever these
//! are. In: any program. Out: the same, where runs of statements of long bodies have become
//! functions that are called once. A run has few parameters and at most one result, and nothing in
//! it leaves the body: it does not return, receive, or jump out. What is left of a body may be
//! long, where no such run is found.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::core::blocks;
use crate::core::ir::*;
use crate::core::mentions::{self, Mention};
use crate::core::types::{TypeKind, TypeRef};
use crate::source::Span;

/// Statements of a body that stays as it is.
const LONG: usize = 512;

/// Statements of a run, more or less.
const PART: usize = 128;

/// Statements that a function of their own is worth.
const LEAST: usize = 32;

/// Values that a run may take from what stands before it.
const MOST_PARAMS: usize = 6;

/// Runs over all functions.
pub(super) fn run(program: &mut Program) {
    let kinds = &program.types.list;
    let unit = kinds.iter().position(|info| info.kind == TypeKind::Unit);
    let unit = unit.map(|index| TypeRef(index as u32));
    for at in 0..program.functions.len() {
        if length(&program.functions[at].body) <= LONG {
            continue;
        }
        let first = program.functions.len();
        let function = &mut program.functions[at];
        let mut body = std::mem::take(&mut function.body);
        let mut cutter = Cutter::new(function, &mut body, unit, first);
        cutter.block(&mut body);
        let parts = cutter.parts;
        program.functions[at].body = body;
        program.functions.extend(parts);
    }
}

pub(super) fn length(block: &Block) -> usize {
    let mut count = 0;
    blocks::walk(block, &mut |stmt| {
        count += usize::from(!matches!(stmt, Stmt::At(_)))
    });
    count
}

/// How often a variable is mentioned, and how often it gets a value.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Count {
    pub(super) all: u32,
    pub(super) defined: u32,
}

struct Cutter<'f> {
    function: &'f mut Function,
    /// What a run without a result answers, if the program has it.
    unit: Option<TypeRef>,
    /// By variable, in what the body is by now.
    counts: Vec<Count>,
    /// Number of the first part in the program.
    first: usize,
    parts: Vec<Function>,
}

/// Statements from `start` on that may become a function.
struct Run {
    start: usize,
    length: usize,
    counts: FxHashMap<Var, Count>,
    inputs: FxHashSet<Var>,
    /// Defined here and mentioned elsewhere, too.
    open: FxHashSet<Var>,
    /// Where it may end: behind the last statement, and its result.
    end: Option<(usize, usize, Option<Var>)>,
}

impl Run {
    fn at(start: usize) -> Run {
        Run {
            start,
            length: 0,
            counts: FxHashMap::default(),
            inputs: FxHashSet::default(),
            open: FxHashSet::default(),
            end: None,
        }
    }
}

impl<'f> Cutter<'f> {
    fn new(
        function: &'f mut Function,
        body: &mut Block,
        unit: Option<TypeRef>,
        first: usize,
    ) -> Self {
        let mut counts = vec![Count::default(); function.vars.len()];
        for param in &function.params {
            counts[param.0 as usize] = Count { all: 1, defined: 1 };
        }
        mentions::each(body, &mut |mention| {
            if let Some((v, defines)) = variable(mention) {
                counts[v.0 as usize].add(defines);
            }
        });
        Cutter {
            function,
            unit,
            counts,
            first,
            parts: Vec::new(),
        }
    }

    /// Cuts the blocks inside, and then this one when it is still long. Answers its length.
    fn block(&mut self, block: &mut Block) -> usize {
        let mut lengths = Vec::with_capacity(block.len());
        for stmt in block.iter_mut() {
            let mut length = usize::from(!matches!(stmt, Stmt::At(_)));
            stmt.blocks_mut(&mut |inner| length += self.block(inner));
            lengths.push(length);
        }
        let whole = lengths.iter().sum();
        if whole <= LONG {
            return whole;
        }
        let ends = self.runs(block, &lengths);
        if ends.is_empty() {
            return whole;
        }
        let mut rest = std::mem::take(block).into_iter();
        let (mut at, mut place) = (0, None);
        for run in ends {
            let Some((end, _, result)) = run.end else {
                continue;
            };
            for stmt in rest.by_ref().take(run.start - at) {
                note_place(&stmt, &mut place);
                block.push(stmt);
            }
            let body: Block = rest.by_ref().take(end - run.start).collect();
            let before = place;
            body.iter().for_each(|stmt| note_place(stmt, &mut place));
            block.extend(self.part(body, before, result));
            block.extend(place.map(Stmt::At));
            at = end;
        }
        block.extend(rest);
        length(block)
    }

    /// The runs of a block that are to be functions, in order.
    fn runs(&mut self, block: &mut Block, lengths: &[usize]) -> Vec<Run> {
        let mut found = Vec::new();
        let mut run = Run::at(0);
        let mut at = 0;
        while at < block.len() {
            let leaves = lengths[at] > PART || leaves(&mut block[at]);
            if !leaves {
                self.extend(&mut run, &mut block[at], at, lengths[at]);
            }
            let is_full = run.inputs.len() > MOST_PARAMS || run.length > 2 * PART;
            let is_done = run.length >= PART && run.end.is_some_and(|(end, ..)| end == at + 1);
            at += 1;
            if !(leaves || is_full || is_done) {
                continue;
            }
            let is_worth = run.end.is_some_and(|(_, length, _)| length >= LEAST);
            let next = match run.end {
                // What stands behind the end of the run may begin another.
                Some((end, ..)) if is_worth && !leaves => end,
                _ => at,
            };
            let last = std::mem::replace(&mut run, Run::at(next));
            if is_worth {
                found.push(last);
            }
            at = next;
        }
        if run.end.is_some_and(|(_, length, _)| length >= LEAST) {
            found.push(run);
        }
        found
    }

    /// Takes the next statement into the run.
    fn extend(&self, run: &mut Run, stmt: &mut Stmt, at: usize, length: usize) {
        run.length += length;
        let mut touched = Vec::new();
        mentions::each(std::slice::from_mut(stmt), &mut |mention| {
            if let Some((v, defines)) = variable(mention) {
                run.counts.entry(v).or_default().add(defines);
                touched.push(v);
            }
        });
        for v in touched {
            let (here, all) = (run.counts[&v], self.counts[v.0 as usize]);
            let is_defined = here.defined > 0;
            match is_defined {
                true => run.inputs.remove(&v),
                false => run.inputs.insert(v),
            };
            match is_defined && here != all {
                true => run.open.insert(v),
                false => run.open.remove(&v),
            };
        }
        let mut open = run.open.iter();
        let result = open.next().copied();
        let is_whole = |v: &Var| run.counts[v].defined == self.counts[v.0 as usize].defined;
        let may_end = match &result {
            Some(v) => open.next().is_none() && is_whole(v),
            None => self.unit.is_some(),
        };
        if may_end && run.inputs.len() <= MOST_PARAMS {
            run.end = Some((at + 1, run.length, result));
        }
    }

    /// Makes a function of a run; answers the call.
    fn part(&mut self, mut body: Block, place: Option<Span>, result: Option<Var>) -> Block {
        let mut counts: FxHashMap<Var, Count> = FxHashMap::default();
        mentions::each(&mut body, &mut |mention| {
            if let Some((v, defines)) = variable(mention) {
                counts.entry(v).or_default().add(defines);
            }
        });
        let inputs = counts.iter().filter(|(_, count)| count.defined == 0);
        let mut inputs: Vec<Var> = inputs.map(|(v, _)| *v).collect();
        inputs.sort_unstable();
        for (v, here) in &counts {
            let all = &mut self.counts[v.0 as usize];
            let is_mentioned = here.defined == 0 || result == Some(*v);
            all.all = all.all - here.all + u32::from(is_mentioned);
        }
        let answered = result.map(|v| self.function.type_of(v)).or(self.unit);
        let result_type = answered.unwrap_or(TypeRef(0));
        let mut names = Names::default();
        let params: Vec<Var> = inputs
            .iter()
            .map(|v| names.var(*v, self.function))
            .collect();
        let mut whole: Block = place.map(Stmt::At).into_iter().collect();
        mentions::each(&mut body, &mut |mention| match mention {
            Mention::Defines(v) | Mention::Uses(v) => *v = names.var(*v, self.function),
            Mention::Places(l) | Mention::Jumps(l) => *l = names.label(*l),
        });
        whole.extend(body);
        let answer = match result {
            Some(v) => Operand::Var(names.var(v, self.function)),
            None => Operand::Unit,
        };
        whole.push(Stmt::Return(answer));
        let number = self.parts.len();
        self.parts.push(Function {
            symbol: format!("{}__part{number}", self.function.symbol),
            name: self.function.name.clone(),
            unit: self.function.unit.clone(),
            kind: Kind::Plain,
            borrowed: vec![false; params.len()],
            params,
            result: result_type,
            vars: names.vars,
            labels: names.labels.len() as u32,
            body: whole,
            inline: false,
            hook: false,
            exported: false,
            apart: true,
            frame: None,
            compiled: None,
        });
        let call = Rvalue::Call(
            FunctionRef((self.first + number) as u32),
            inputs.into_iter().map(Operand::Var).collect(),
        );
        let to = result.unwrap_or_else(|| self.unused(result_type));
        vec![Stmt::Let(to, call)]
    }

    /// A variable for a result that is `()`.
    fn unused(&mut self, ty: TypeRef) -> Var {
        self.function.vars.push(VarInfo { ty, alias: false });
        self.counts.push(Count { all: 1, defined: 1 });
        Var(self.function.vars.len() as u32 - 1)
    }
}

impl Count {
    pub(super) fn add(&mut self, defines: bool) {
        self.all += 1;
        self.defined += u32::from(defines);
    }
}

/// Variables and labels of a part, by what they were.
#[derive(Default)]
pub(super) struct Names {
    known: FxHashMap<Var, Var>,
    pub(super) vars: Vec<VarInfo>,
    pub(super) labels: FxHashMap<Label, Label>,
}

impl Names {
    pub(super) fn var(&mut self, v: Var, of: &Function) -> Var {
        *self.known.entry(v).or_insert_with(|| {
            self.vars.push(of.vars[v.0 as usize].clone());
            Var(self.vars.len() as u32 - 1)
        })
    }

    pub(super) fn label(&mut self, label: Label) -> Label {
        let next = Label(self.labels.len() as u32);
        *self.labels.entry(label).or_insert(next)
    }
}

pub(super) fn variable(mention: Mention) -> Option<(Var, bool)> {
    match mention {
        Mention::Defines(v) => Some((*v, true)),
        Mention::Uses(v) => Some((*v, false)),
        Mention::Places(_) | Mention::Jumps(_) => None,
    }
}

pub(super) fn note_place(stmt: &Stmt, place: &mut Option<Span>) {
    blocks::walk(std::slice::from_ref(stmt), &mut |stmt| {
        if let Stmt::At(span) = stmt {
            *place = Some(*span);
        }
    });
}

/// Whether something in a statement is bound to the body that it stands in.
fn leaves(stmt: &mut Stmt) -> bool {
    let mut bound = matches!(stmt, Stmt::Panic { .. });
    blocks::walk(std::slice::from_ref(stmt), &mut |stmt| {
        bound |= match stmt {
            Stmt::Return(_)
            | Stmt::Receive(_)
            | Stmt::Kill(_)
            | Stmt::Revive(_)
            | Stmt::Regain(_)
            | Stmt::Dup(_)
            | Stmt::Drop(_)
            | Stmt::Let(_, Rvalue::Accept(_) | Rvalue::Capture(_)) => true,
            Stmt::At(_)
            | Stmt::Let(..)
            | Stmt::Assign(..)
            | Stmt::If { .. }
            | Stmt::Switch { .. }
            | Stmt::Scope(..)
            | Stmt::Leave(_)
            | Stmt::Loop(..)
            | Stmt::Repeat(_)
            | Stmt::Panic { .. } => false,
        }
    });
    if bound {
        return true;
    }
    let (mut placed, mut jumped) = (FxHashSet::default(), FxHashSet::default());
    mentions::each(std::slice::from_mut(stmt), &mut |mention| match mention {
        Mention::Places(l) => drop(placed.insert(*l)),
        Mention::Jumps(l) => drop(jumped.insert(*l)),
        Mention::Defines(_) | Mention::Uses(_) => {}
    });
    !jumped.is_subset(&placed)
}
