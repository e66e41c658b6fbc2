//! Makes a function of statements, and what stands in their place.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::exits::{self, Exit, Exits, To};
use super::{Cutter, MOST_PARAMS, MOST_WORDS};
use crate::core::ir::*;
use crate::core::mentions::{self, Mention};
use crate::core::names::hash;
use crate::core::types::{TypeInfo, TypeKind, TypeRef};
use crate::optimize::cut_long::{length, note_place, variable, Count, Names};

/// What a part answers.
enum Answer {
    /// What the whole function does.
    Result,
    /// The value of the one variable that its one exit sets, or `()`.
    Value(Option<Var>),
    /// Which exit, and what is set there: a sum with a variant for each.
    Exit(TypeRef),
}

impl Cutter<'_> {
    /// Puts a call in the place of the block. Answers the new length, or `None` when the block stays
    /// as it is.
    pub(super) fn cut(&mut self, block: &mut Block) -> Option<usize> {
        let mut counts: FxHashMap<Var, Count> = FxHashMap::default();
        mentions::each(block, &mut |mention| {
            if let Some((v, defines)) = variable(mention) {
                counts.entry(v).or_default().add(defines);
            }
        });
        let is_set =
            |(v, here): &(&Var, &Count)| here.defined > 0 && **here != self.counts[v.0 as usize];
        let open: FxHashSet<Var> = counts.iter().filter(is_set).map(|(v, _)| *v).collect();
        let found = exits::of(block, &open)?;
        let taken = counts.iter().filter(|(_, here)| here.defined == 0);
        let mut inputs: Vec<Var> = taken.map(|(v, _)| *v).collect();
        inputs.extend(&found.inputs);
        inputs.sort_unstable();
        let is_refused = inputs.len() > MOST_PARAMS
            || found.all.is_empty()
            || inputs.iter().any(|v| self.untaken.contains(v))
            || (matches!(self.function.kind, Kind::Actor { .. }) && returns(&found));
        if is_refused {
            return None;
        }
        let answer = self.answer(&found)?;
        for (v, here) in &counts {
            let all = &mut self.counts[v.0 as usize];
            all.all -= here.all;
            all.defined -= here.defined;
        }
        let body = std::mem::take(block);
        let mut place = None;
        body.iter().for_each(|stmt| note_place(stmt, &mut place));
        let part = self.part(body, &inputs, &found, &answer);
        *block = self.site(part, inputs, &found.all, &answer);
        block.extend(place.map(Stmt::At).filter(|_| falls(&found)));
        let counts = &mut self.counts;
        mentions::each(block, &mut |mention| {
            if let Some((v, defines)) = variable(mention) {
                counts[v.0 as usize].add(defines);
            }
        });
        Some(length(block))
    }

    fn answer(&mut self, found: &Exits) -> Option<Answer> {
        match &found.all[..] {
            [(To::Return, _)] => return Some(Answer::Result),
            [(_, set)] if set.len() < 2 => return Some(Answer::Value(set.first().copied())),
            _ => {}
        }
        let variants: Vec<_> = found.all.iter().map(|exit| self.payload(exit)).collect();
        let words = variants.iter().map(|payload| {
            let words = payload.iter().map(|ty| self.types.get(*ty).words.max(1));
            words.sum::<usize>()
        });
        let words = 1 + words.max().unwrap_or_default();
        if words > MOST_WORDS {
            return None;
        }
        let names: Vec<String> = variants.iter().map(|payload| self.names(payload)).collect();
        let name = format!("%exits<{}>", names.join(" | "));
        let types = &mut self.types.list;
        if let Some(known) = types.iter().position(|info| info.name == name) {
            return Some(Answer::Exit(TypeRef(known as u32)));
        }
        let mut id = hash(&name) as i64;
        while id == 0 || types.iter().any(|info| info.id == id) {
            id = id.wrapping_add(1);
        }
        let managed = variants
            .iter()
            .flatten()
            .any(|ty| types[ty.0 as usize].managed);
        let named = variants.into_iter().map(|payload| ("Exit".into(), payload));
        types.push(TypeInfo {
            kind: TypeKind::Sum {
                variants: named.collect(),
            },
            name,
            short_name: "".into(),
            boxed: false,
            managed,
            id,
            words,
            name_only: Vec::new(),
            text_by_debug: false,
            collection: None,
            hooks: Vec::new(),
        });
        Some(Answer::Exit(TypeRef(types.len() as u32 - 1)))
    }

    /// Types of what is set at an exit.
    fn payload(&self, (to, set): &Exit) -> Vec<TypeRef> {
        match to {
            To::Return => vec![self.function.result],
            To::Next | To::Leave(_) | To::Repeat(_) => {
                set.iter().map(|v| self.function.type_of(*v)).collect()
            }
        }
    }

    fn names(&self, types: &[TypeRef]) -> String {
        let names: Vec<&str> = types.iter().map(|ty| &*self.types.get(*ty).name).collect();
        names.join(", ")
    }

    /// Adds the function; answers its reference.
    fn part(
        &mut self,
        mut body: Block,
        inputs: &[Var],
        found: &Exits,
        answer: &Answer,
    ) -> FunctionRef {
        let mut order = found.order.iter();
        let mut inside = FxHashSet::default();
        mentions::each(&mut body, &mut |mention| {
            if let Mention::Places(label) = mention {
                inside.insert(*label);
            }
        });
        let meetings = self.meetings(found);
        self.leave(&mut body, &inside, &mut |cutter, jump| {
            let number = order.next().copied().unwrap_or_default();
            match meetings.get(&number) {
                Some(label) => vec![Stmt::Leave(*label)],
                None => cutter.answered(jump, (number, &found.all[number]), answer),
            }
        });
        if falls(found) {
            let number = order.next().copied().unwrap_or_default();
            body.extend(self.answered(None, (number, &found.all[number]), answer));
        }
        for (number, label) in meetings {
            body = vec![Stmt::Scope(label, body)];
            body.extend(self.answered(None, (number, &found.all[number]), answer));
        }
        let mut names = Names::default();
        let params: Vec<Var> = inputs
            .iter()
            .map(|v| names.var(*v, self.function))
            .collect();
        mentions::each(&mut body, &mut |mention| match mention {
            Mention::Defines(v) | Mention::Uses(v) => *v = names.var(*v, self.function),
            Mention::Places(l) | Mention::Jumps(l) => *l = names.label(*l),
        });
        let number = self.parts.len();
        self.parts.push(Function {
            symbol: format!("{}__branch{number}", self.function.symbol),
            name: self.function.name.clone(),
            unit: self.function.unit.clone(),
            kind: Kind::Plain,
            borrowed: vec![false; params.len()],
            params,
            result: self.result(answer),
            vars: names.vars,
            labels: names.labels.len() as u32,
            body,
            inline: false,
            hook: false,
            exported: false,
            apart: true,
            frame: None,
            compiled: None,
        });
        FunctionRef((self.first + number) as u32)
    }

    /// Labels for exits that several jumps lead to: the answer of each is made once.
    fn meetings(&mut self, found: &Exits) -> BTreeMap<usize, Label> {
        let mut meetings = BTreeMap::new();
        for (number, (to, _)) in found.all.iter().enumerate() {
            let jumps = found.order.iter().filter(|other| **other == number);
            if jumps.count() > 1 && matches!(to, To::Leave(_) | To::Repeat(_)) {
                meetings.insert(number, Label(self.function.labels));
                self.function.labels += 1;
            }
        }
        meetings
    }

    fn result(&self, answer: &Answer) -> TypeRef {
        match answer {
            Answer::Result => self.function.result,
            Answer::Value(Some(v)) => self.function.type_of(*v),
            Answer::Value(None) => self.unit,
            Answer::Exit(ty) => *ty,
        }
    }

    /// Replaces each jump out of the block, in source order.
    fn leave(
        &mut self,
        block: &mut Block,
        inside: &FxHashSet<Label>,
        replaced: &mut dyn FnMut(&mut Self, Option<Stmt>) -> Block,
    ) {
        for stmt in block.iter_mut() {
            stmt.blocks_mut(&mut |inner| self.leave(inner, inside, replaced));
        }
        let last = block.iter().rposition(|stmt| !matches!(stmt, Stmt::At(_)));
        let leaves = match last.map(|at| &block[at]) {
            Some(Stmt::Return(_)) => true,
            Some(Stmt::Leave(label) | Stmt::Repeat(label)) => !inside.contains(label),
            Some(_) | None => false,
        };
        if leaves {
            block.truncate(last.map_or(0, |at| at + 1));
            let jump = block.pop();
            let code = replaced(self, jump);
            block.extend(code);
        }
    }

    /// The end of a path through the part.
    fn answered(
        &mut self,
        jump: Option<Stmt>,
        (number, (_, set)): (usize, &Exit),
        answer: &Answer,
    ) -> Block {
        match answer {
            Answer::Result => jump.into_iter().collect(),
            Answer::Value(set) => vec![Stmt::Return(set.map_or(Operand::Unit, Operand::Var))],
            Answer::Exit(ty) => {
                let fields = match jump {
                    Some(Stmt::Return(operand)) => vec![operand],
                    Some(_) | None => set.iter().map(|v| Operand::Var(*v)).collect(),
                };
                let made = self.fresh(*ty);
                let made_of = Rvalue::Variant {
                    ty: *ty,
                    variant: number,
                    fields,
                };
                vec![Stmt::Let(made, made_of), Stmt::Return(Operand::Var(made))]
            }
        }
    }

    /// The call, and what comes after it.
    fn site(
        &mut self,
        part: FunctionRef,
        inputs: Vec<Var>,
        exits: &[Exit],
        answer: &Answer,
    ) -> Block {
        let args = inputs.into_iter().map(Operand::Var).collect();
        let result = self.fresh(self.result(answer));
        let mut block = vec![Stmt::Let(result, Rvalue::Call(part, args))];
        match answer {
            Answer::Result => block.push(Stmt::Return(Operand::Var(result))),
            Answer::Value(set) => {
                block.extend(set.map(|v| Stmt::Assign(v, Operand::Var(result))));
                block.extend(exits.first().and_then(|exit| jump(exit.0)));
            }
            Answer::Exit(_) => {
                let tag = self.fresh(self.int);
                block.push(Stmt::Let(tag, Rvalue::Tag(Operand::Var(result))));
                let branches = exits.iter().enumerate();
                let mut branches: Vec<Block> = branches
                    .map(|(number, exit)| self.branch(result, number, exit))
                    .collect();
                let default = branches.pop().unwrap_or_default();
                let cases = branches.into_iter().enumerate();
                block.push(Stmt::Switch {
                    on: Operand::Var(tag),
                    cases: cases
                        .map(|(at, branch)| (vec![at as i64], branch))
                        .collect(),
                    default,
                });
            }
        }
        block
    }

    fn branch(&mut self, result: Var, variant: usize, exit: &Exit) -> Block {
        let mut block = Vec::new();
        for (index, ty) in self.payload(exit).into_iter().enumerate() {
            let value = self.fresh(ty);
            let base = Operand::Var(result);
            block.push(Stmt::Let(
                value,
                Rvalue::Payload {
                    base,
                    variant,
                    index,
                },
            ));
            block.push(match exit.1.get(index) {
                Some(v) => Stmt::Assign(*v, Operand::Var(value)),
                None => Stmt::Return(Operand::Var(value)),
            });
        }
        block.extend(jump(exit.0));
        block
    }

    fn fresh(&mut self, ty: TypeRef) -> Var {
        self.function.vars.push(VarInfo { ty, alias: false });
        self.counts.push(Count::default());
        Var(self.function.vars.len() as u32 - 1)
    }
}

fn jump(to: To) -> Option<Stmt> {
    match to {
        To::Leave(label) => Some(Stmt::Leave(label)),
        To::Repeat(label) => Some(Stmt::Repeat(label)),
        To::Next | To::Return => None,
    }
}

fn returns(found: &Exits) -> bool {
    found.all.iter().any(|(to, _)| *to == To::Return)
}

fn falls(found: &Exits) -> bool {
    found.all.iter().any(|(to, _)| *to == To::Next)
}
