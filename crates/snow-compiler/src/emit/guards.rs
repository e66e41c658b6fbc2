//! Guards: C functions that run code and come back when it crashes.
//!
//! `__builtin_setjmp` returns a second time with all registers lost, so a guard reads nothing but
//! its own record after that, and is a function that is never copied into another one.

use std::fmt::Write;

use super::unit::Emitter;
use crate::core::ir::*;
use crate::core::types::{TypeKind, TypeRef};

impl Emitter<'_> {
    /// `guard(closure, limit)`: the value, or the text of the crash.
    pub(super) fn guard_helper(&mut self, result: TypeRef) {
        let name = format!("guard_{}", super::names::key(&self.program.types, result));
        let Some(value) = self.guarded_type(result) else {
            return;
        };
        let run = format!("(({value} (*)(sn_cx *, sn_closure *))body->info->code)(cx, body)");
        let held = Held {
            parameters: ", sn_closure *body".into(),
            record: "body",
            enter: "snow_guard_enter(cx, &g);".into(),
            after: "sn_drop_closure(cx, body);".into(),
            after_crash: "sn_drop_closure(cx, g.body);",
        };
        self.guard_function(&name, &held, &run, result);
    }

    /// The guard that runs `f`; it takes the arguments of `f`, which stay its caller's unless `f`
    /// owns them and returns. With a guard around, a crash gives back counts only, so the caller
    /// holds on to what `f` owns until it has returned.
    pub(super) fn guard_around(&mut self, f: FunctionRef, result: TypeRef) -> String {
        let program = self.program;
        let function = program.function(f);
        let name = format!("guard_{}", function.symbol);
        if !self.guards.insert(f) {
            return name;
        }
        // Where the code around the guard is a copy, the function is another file's.
        self.declare(f);
        let mut parameters = String::new();
        let mut run = format!("{}(cx", function.symbol);
        for param in &function.params {
            let c = self.c_type(function.type_of(*param));
            let _ = write!(parameters, ", {c} v{}", param.0);
            let _ = write!(run, ", v{}", param.0);
        }
        run.push(')');
        let taken = function.params.iter().zip(&function.borrowed);
        let taken: Vec<Var> = taken.filter(|(_, b)| !**b).map(|(v, _)| *v).collect();
        let mut held = Held {
            parameters,
            record: "NULL",
            enter: "snow_guard_enter(cx, &g);".into(),
            after: String::new(),
            after_crash: "",
        };
        let (mut dups, mut drops) = (String::new(), String::new());
        for var in taken {
            let (ty, name) = (function.type_of(var), format!("v{}", var.0));
            dups.push_str(&self.dup(ty, &name));
            drops.push_str(&self.drop(ty, &name));
        }
        if !dups.is_empty() {
            held.enter =
                format!("snow_guard_enter_taking(cx, &g); if (g.outer != NULL) {{ {dups} }}");
            held.after = format!("if (g.outer != NULL) {{ {drops} }}");
        }
        self.guard_function(&name, &held, &run, result);
        name
    }

    fn guard_function(&mut self, name: &str, held: &Held, run: &str, result: TypeRef) {
        let Some(value) = self.guarded_type(result) else {
            return;
        };
        let ok = self.ok_of(result);
        let c = self.c_type(result);
        let good = self.variant(result, ok, &["v".into()]);
        let bad = self.variant(result, 1 - ok, &["snow_caught_panic(cx)".into()]);
        let Held {
            parameters,
            record,
            enter,
            after,
            after_crash,
        } = held;
        let head = format!("static {c} {name}(sn_cx *cx{parameters}, sn_limit *limit)");
        let _ = writeln!(self.prototypes, "{head};");
        let _ = writeln!(
            self.bodies,
            "__attribute__((noinline)) {head} {{\n  \
             sn_guard g; g.outer = cx->guard; g.limit = limit; g.body = {record};\n  \
             if (__builtin_setjmp(g.jump) == 0) {{\n    {enter}\n    \
             {value} v = {run};\n    \
             snow_guard_leave(cx, &g);\n    {after}\n    return {good};\n  }}\n  \
             {after_crash}\n  return {bad};\n}}"
        );
    }

    /// The type of what is guarded, as C has it.
    fn guarded_type(&mut self, result: TypeRef) -> Option<String> {
        let ok = self.ok_of(result);
        let TypeKind::Sum { variants } = &self.program.types.get(result).kind else {
            return None;
        };
        let value = *variants.get(ok)?.1.first()?;
        Some(self.c_type(value))
    }

    fn ok_of(&self, result: TypeRef) -> usize {
        match &self.program.types.get(result).kind {
            TypeKind::Sum { variants } => variants.iter().position(|v| &*v.0 == "Ok").unwrap_or(0),
            TypeKind::Tuple(_)
            | TypeKind::Struct { .. }
            | TypeKind::Function { .. }
            | TypeKind::Int
            | TypeKind::Float
            | TypeKind::Bool
            | TypeKind::Unit
            | TypeKind::String
            | TypeKind::Bytes
            | TypeKind::Pid
            | TypeKind::List(_) => 0,
        }
    }
}

/// What a guard owns while the code runs, and how it gives that back.
struct Held {
    parameters: String,
    record: &'static str,
    enter: String,
    after: String,
    after_crash: &'static str,
}
