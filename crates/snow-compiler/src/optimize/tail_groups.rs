//! Turns functions that call each other in tail position into one loop.
//!
//! In: any program. Out: the same, where each group of mutually tail-recursive functions (a
//! strongly connected component of the tail-call graph) has become one function `group(which,
//! parameters of all)`, and each member a call of it. So mutual recursion in tail position needs
//! constant stack at any level of the C compiler, whatever must be dropped between the calls.
//! Parameters of members that are not running hold nothing: callers pass `Operand::Undef` for them,
//! and what `Kill` and `Revive` say about them costs nothing at run time.

use rustc_hash::FxHashMap;

use crate::core::ir::*;
use crate::core::types::TypeRef;
use crate::core::uses;
use crate::graph;

/// Runs over the whole program.
pub(super) fn run(program: &mut Program) {
    for group in groups(program) {
        merge(program, &group);
    }
}

/// Components of two or more plain functions with one result type.
fn groups(program: &Program) -> Vec<Vec<usize>> {
    let same_kind = |from: &Function, to: &Function| {
        to.kind == Kind::Plain && to.result == from.result && to.unit == from.unit
    };
    let targets = |from: &Function| {
        let mut targets = Vec::new();
        if from.kind == Kind::Plain {
            tail_calls(&from.body, &mut |callee| {
                if same_kind(from, program.function(callee)) {
                    targets.push(callee.0 as usize);
                }
            });
        }
        targets
    };
    let edges: Vec<Vec<usize>> = program.functions.iter().map(targets).collect();
    let mut found = graph::components(&edges);
    found.retain(|group| group.len() > 1);
    // A group is the same in every program, whichever member a program mentions first.
    let symbol = |at: &usize| &program.functions[*at].symbol;
    for group in &mut found {
        group.sort_by(|a, b| symbol(a).cmp(symbol(b)));
    }
    found.sort_by(|a, b| symbol(&a[0]).cmp(symbol(&b[0])));
    found
}

/// The callee when a block ends in `v = f(…); return v`.
fn final_call(block: &Block) -> Option<(usize, FunctionRef)> {
    let Some(Stmt::Return(Operand::Var(result))) = block.last() else {
        return None;
    };
    let at = block[..block.len() - 1]
        .iter()
        .rposition(|s| !matches!(s, Stmt::At(_)))?;
    match &block[at] {
        Stmt::Let(v, Rvalue::Call(f, _)) if v == result => Some((at, *f)),
        Stmt::At(_)
        | Stmt::Let(..)
        | Stmt::Assign(..)
        | Stmt::Kill(_)
        | Stmt::Revive(_)
        | Stmt::Regain(_)
        | Stmt::Dup(_)
        | Stmt::Drop(_)
        | Stmt::If { .. }
        | Stmt::Switch { .. }
        | Stmt::Scope(..)
        | Stmt::Leave(_)
        | Stmt::Loop(..)
        | Stmt::Repeat(_)
        | Stmt::Return(_)
        | Stmt::Panic { .. }
        | Stmt::Receive(_) => None,
    }
}

fn tail_calls(block: &Block, visit: &mut dyn FnMut(FunctionRef)) {
    if let Some((_, f)) = final_call(block) {
        visit(f);
    }
    for stmt in block {
        stmt.blocks(&mut |inner| tail_calls(inner, visit));
    }
}

fn merge(program: &mut Program, members: &[usize]) {
    let first = &program.functions[members[0]];
    let Some(int) = program
        .types
        .list
        .iter()
        .position(|t| t.kind == crate::core::types::TypeKind::Int)
    else {
        return;
    };
    let int = TypeRef(int as u32);
    let mut group = Function {
        symbol: format!("{}_group", first.symbol),
        name: first.name.clone(),
        unit: first.unit.clone(),
        kind: Kind::Plain,
        params: vec![Var(0)],
        borrowed: Vec::new(),
        result: first.result,
        vars: vec![VarInfo {
            ty: int,
            alias: false,
        }],
        labels: 1,
        body: Vec::new(),
        inline: false,
        hook: false,
        exported: false,
        apart: false,
        frame: None,
        compiled: None,
    };
    let head = Label(0);
    let mut params: FxHashMap<usize, Vec<Var>> = FxHashMap::default();
    let mut bodies = Vec::new();
    for member in members {
        let function = &program.functions[*member];
        let (var_base, label_base) = (group.vars.len() as u32, group.labels);
        let mut body = function.body.clone();
        shift(&mut body, var_base, label_base);
        let moved: Vec<Var> = function
            .params
            .iter()
            .map(|p| Var(p.0 + var_base))
            .collect();
        group.vars.extend(function.vars.iter().cloned());
        group.labels += function.labels;
        group.params.extend(&moved);
        params.insert(*member, moved);
        bodies.push(body);
    }
    let target = FunctionRef(program.functions.len() as u32);
    let mut cases = Vec::new();
    for (at, mut body) in bodies.into_iter().enumerate() {
        let mut rewrite = Rewrite {
            members,
            params: &params,
            head,
            group: &mut group,
        };
        rewrite.block(&mut body);
        body.insert(0, Stmt::Kill(rewrite.all_but(members[at])));
        cases.push((vec![at as i64], body));
    }
    let default = cases.pop().map(|c| c.1).unwrap_or_default();
    group.body = vec![Stmt::Loop(
        head,
        vec![Stmt::Switch {
            on: Operand::Var(Var(0)),
            cases,
            default,
        }],
    )];

    let group_params: Vec<TypeRef> = group.params.iter().map(|p| group.type_of(*p)).collect();
    for (at, member) in members.iter().enumerate() {
        let mine = &params[member];
        let own_params = program.functions[*member].params.clone();
        let mut args = vec![Operand::Int(at as i64)];
        for (param, ty) in group.params.iter().zip(&group_params).skip(1) {
            args.push(match mine.iter().position(|m| m == param) {
                Some(i) => Operand::Var(own_params[i]),
                None => Operand::Undef(*ty),
            });
        }
        let function = &mut program.functions[*member];
        let result = function.result;
        function.vars.push(VarInfo {
            ty: result,
            alias: false,
        });
        let value = Var(function.vars.len() as u32 - 1);
        function.body = vec![
            Stmt::Let(value, Rvalue::Call(target, args)),
            Stmt::Return(Operand::Var(value)),
        ];
    }
    program.functions.push(group);
}

/// Renames the variables and labels of a body that moves into a larger function.
fn shift(block: &mut Block, vars: u32, labels: u32) {
    let var = |v: &mut Var| v.0 += vars;
    let label = |l: &mut Label| l.0 += labels;
    let operand = |o: &mut Operand| {
        if let Operand::Var(v) = o {
            v.0 += vars;
        }
    };
    for stmt in block {
        match stmt {
            Stmt::Let(v, rvalue) => {
                var(v);
                uses::map_operands(rvalue, &mut |o| operand(o));
            }
            Stmt::Assign(v, o) => {
                var(v);
                operand(o);
            }
            Stmt::Dup(v) | Stmt::Drop(v) => var(v),
            Stmt::Return(o) => operand(o),
            Stmt::If { condition, .. } => operand(condition),
            Stmt::Switch { on, .. } => operand(on),
            Stmt::Scope(l, _) | Stmt::Loop(l, _) | Stmt::Leave(l) | Stmt::Repeat(l) => label(l),
            Stmt::At(_) | Stmt::Panic { .. } => {}
            // Only actors receive, and merged parameters come from here.
            Stmt::Receive(_) | Stmt::Kill(_) | Stmt::Revive(_) | Stmt::Regain(_) => {}
        }
        stmt.blocks_mut(&mut |inner| shift(inner, vars, labels));
    }
}

struct Rewrite<'r> {
    members: &'r [usize],
    params: &'r FxHashMap<usize, Vec<Var>>,
    head: Label,
    group: &'r mut Function,
}

impl Rewrite<'_> {
    fn block(&mut self, block: &mut Block) {
        for stmt in block.iter_mut() {
            stmt.blocks_mut(&mut |inner| self.block(inner));
        }
        let Some((at, callee)) = final_call(block) else {
            return;
        };
        let Some(which) = self.members.iter().position(|m| *m == callee.0 as usize) else {
            return;
        };
        let rest = block.split_off(at);
        let Some(Stmt::Let(_, Rvalue::Call(_, args))) = rest.into_iter().next() else {
            return;
        };
        // All arguments are evaluated before any parameter changes.
        let target = self.params[&(callee.0 as usize)].clone();
        let mut copies = Vec::new();
        for (arg, param) in args.into_iter().zip(&target) {
            let ty = self.group.type_of(*param);
            self.group.vars.push(VarInfo { ty, alias: false });
            let copy = Var(self.group.vars.len() as u32 - 1);
            block.push(Stmt::Let(copy, Rvalue::Use(arg)));
            copies.push(copy);
        }
        for (param, copy) in target.iter().zip(copies) {
            block.push(Stmt::Assign(*param, Operand::Var(copy)));
        }
        block.push(Stmt::Assign(Var(0), Operand::Int(which as i64)));
        block.push(Stmt::Revive(self.all_but(callee.0 as usize)));
        block.push(Stmt::Repeat(self.head));
    }

    /// The parameters of all members but one.
    fn all_but(&self, member: usize) -> Vec<Var> {
        let others = self.members.iter().filter(|other| **other != member);
        others
            .flat_map(|other| self.params[other].iter().copied())
            .collect()
    }
}
