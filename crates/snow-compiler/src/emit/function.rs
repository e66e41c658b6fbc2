//! Function bodies.

use std::fmt::Write;

use rustc_hash::FxHashSet;

use super::names::literal;
use super::operations::Helper;
use super::traces;
use super::unit::{Emitter, NO_LINE};
use crate::core::blocks;
use crate::core::ir::*;
use crate::core::primitive::Prim;

/// State while one body is printed.
pub(super) struct Printer<'e, 'p> {
    pub emitter: &'e mut Emitter<'p>,
    pub function: &'p Function,
    pub out: String,
    /// Variables of an actor that live in its frame.
    pub framed: FxHashSet<Var>,
    /// Resume points so far, each by its `receive`.
    pub resume_points: Vec<&'p Receive>,
    /// The body is an actor's own: `receive` returns to the worker, `return` ends the turn.
    pub resumable: bool,
    /// At the head of this loop the function of that name saves the parameters for `terminate`.
    pub save_at: Option<(Label, String)>,
    /// Variables whose value may be the result as it is, in a function of the program.
    pub returned: FxHashSet<Var>,
    /// Braces around the statement being printed, and `if`s and `switch`es written as jumps so far.
    pub nesting: usize,
    pub jumps: usize,
    /// Appends are calls and not inlined.
    pub calls_appends: bool,
}

/// Deeper blocks are written as jumps. Compilers are only asked to nest 127 of them.
const MOST_BRACES: usize = 50;

impl<'p> Emitter<'p> {
    /// The C prototype of a function, behind `storage`.
    pub(super) fn prototype(&mut self, function: &Function, storage: &str) -> String {
        if matches!(function.kind, Kind::Actor { .. }) {
            return format!("static int64_t {}(sn_cx *cx, void *frame)", function.symbol);
        }
        let result = self.c_type(function.result);
        let mut text = format!("{storage}{result} {}(sn_cx *cx", function.symbol);
        if matches!(function.kind, Kind::Closure(_)) {
            text.push_str(", sn_closure *self");
        }
        for param in &function.params {
            let c = self.c_type(function.type_of(*param));
            let _ = write!(text, ", {c} v{}", param.0);
        }
        text.push(')');
        text
    }

    /// Prints a function and what belongs to its kind.
    pub(super) fn function(&mut self, f: FunctionRef) {
        let program = self.program;
        let function = program.function(f);
        if matches!(function.kind, Kind::Actor { .. }) {
            self.actor(function);
            return;
        }
        let storage = self.storage(f);
        let prototype = self.prototype(function, storage);
        let is_own = self.traces.is_own(f);
        let is_hook = self.linkage.is_hook(f);
        let returned = if is_own {
            traces::returned(function)
        } else {
            FxHashSet::default()
        };
        let distinct = if is_own { "SN_DISTINCT " } else { "" };
        let apart = if function.apart { "SN_APART " } else { "" };
        let line = self.first_line(function);
        let mut printer = Printer {
            emitter: self,
            function,
            out: String::new(),
            framed: FxHashSet::default(),
            resume_points: Vec::new(),
            resumable: false,
            save_at: None,
            returned,
            nesting: 0,
            jumps: 0,
            calls_appends: function.apart || appends_much(function),
        };
        printer.declarations();
        if needs_check(function, is_hook) {
            printer.out.push_str("SN_CHECK(cx); ");
        }
        printer.block(&function.body);
        let body = printer.out;
        let _ = writeln!(
            self.bodies,
            "\n/* {} */{line}{distinct}{apart}{prototype} {{ {body}\n}}{NO_LINE}",
            comment(&function.name)
        );
        self.define_closure(f);
    }
}

/// Names may hold anything that a test title may.
pub(super) fn comment(text: &str) -> String {
    text.replace("*/", "* /").replace(['\n', '\r'], " ")
}

/// A function that calls nothing and does not loop cannot run long or deep. One that stands in for
/// a structural operation comes back to itself through such an operation on what holds its type.
fn needs_check(function: &Function, is_hook: bool) -> bool {
    let mut calls = false;
    blocks::walk(&function.body, &mut |stmt| {
        calls |= match stmt {
            Stmt::Let(_, Rvalue::Derived { .. }) => is_hook,
            Stmt::Let(_, r) => matches!(
                r,
                Rvalue::Call(..) | Rvalue::CallClosure(..) | Rvalue::Guard { .. }
            ),
            Stmt::At(_)
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
            | Stmt::Receive(_) => false,
        };
    });
    calls && !function.inline
}

/// Appends of one function that are inlined, unless it is a part of a longer one; the time of C compilers grows faster than their number.
const MOST_INLINED_APPENDS: usize = 64;

pub(super) fn appends_much(function: &Function) -> bool {
    let mut appends = 0;
    blocks::walk(&function.body, &mut |stmt| {
        if let Stmt::Let(_, Rvalue::Primitive { op, .. }) = stmt {
            appends += usize::from(is_append(*op));
        }
    });
    appends > MOST_INLINED_APPENDS
}

pub(super) fn is_append(op: Prim) -> bool {
    matches!(
        op,
        Prim::BytesAppend | Prim::BytesPutBe | Prim::BytesPutLe | Prim::ListAppend
    )
}

impl<'p> Printer<'_, 'p> {
    /// How a variable is spelled.
    pub(super) fn var(&self, v: Var) -> String {
        if self.framed.contains(&v) {
            format!("f->v{}", v.0)
        } else {
            format!("v{}", v.0)
        }
    }

    /// Declares all local variables at the top, so that jumps never cross a declaration.
    pub(super) fn declarations(&mut self) {
        let function = self.function;
        let mut seen: FxHashSet<Var> = function.params.iter().copied().collect();
        let mut list = Vec::new();
        let mut messages = Vec::new();
        blocks::walk(&function.body, &mut |stmt| match stmt {
            Stmt::Let(v, _) | Stmt::Assign(v, _) if seen.insert(*v) => list.push(*v),
            Stmt::Receive(r) => {
                messages.push(r.message);
                if seen.insert(r.message) {
                    list.push(r.message);
                }
            }
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
            | Stmt::Panic { .. } => {}
        });
        for v in list {
            if !self.framed.contains(&v) {
                let c = self.emitter.c_type(function.type_of(v));
                let _ = write!(self.out, "{c} v{}; ", v.0);
            }
        }
        for m in messages {
            let _ = write!(self.out, "sn_message *m{}; int64_t w{}; ", m.0, m.0);
        }
    }

    pub(super) fn block(&mut self, block: &'p [Stmt]) {
        let mut at = 0;
        while at < block.len() {
            match self.take_apart(&block[at..]) {
                Some(length) => at += length,
                None => {
                    self.statement(&block[at]);
                    at += 1;
                }
            }
        }
    }

    pub(super) fn statement(&mut self, stmt: &'p Stmt) {
        match stmt {
            Stmt::At(span) => {
                let line = self.emitter.line(*span);
                self.out.push_str(&line);
            }
            Stmt::Let(v, rvalue) => {
                let ty = self.function.type_of(*v);
                let value = self.rvalue(rvalue, ty);
                let name = self.var(*v);
                if matches!(rvalue, Rvalue::Call(f, _) if self.emitter.program.function(*f).apart) {
                    // Traces show where the part stands in the program, and not where it is called.
                    self.out.push_str(NO_LINE);
                }
                let _ = write!(self.out, "{name} = {value}; ");
                if self.returned.contains(v) && self.emitter.traces.keeps_frame(rvalue) {
                    self.out.push_str("SN_KEEP_FRAME; ");
                }
            }
            Stmt::Assign(v, operand) => {
                let value = self.operand(operand);
                let name = self.var(*v);
                let _ = write!(self.out, "{name} = {value}; ");
            }
            Stmt::Dup(v) => {
                let name = self.var(*v);
                let text = self.emitter.dup(self.function.type_of(*v), &name);
                let _ = write!(self.out, "{text} ");
            }
            Stmt::Kill(_) | Stmt::Revive(_) | Stmt::Regain(_) => {}
            Stmt::Drop(v) => {
                let name = self.var(*v);
                let text = self.emitter.drop(self.function.type_of(*v), &name);
                let _ = write!(self.out, "{text} ");
            }
            Stmt::If {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.operand(condition);
                if self.nesting >= MOST_BRACES {
                    return self.flat_if(&condition, then, otherwise);
                }
                self.nesting += 1;
                let _ = write!(self.out, "if ({condition}) {{ ");
                self.block(then);
                if !otherwise.is_empty() {
                    self.out.push_str("} else { ");
                    self.block(otherwise);
                }
                self.out.push_str("} ");
                self.nesting -= 1;
            }
            Stmt::Switch { on, cases, default } => {
                let on = self.operand(on);
                if self.nesting >= MOST_BRACES {
                    return self.flat_switch(&on, cases, default);
                }
                self.nesting += 1;
                let _ = write!(self.out, "switch ({on}) {{ ");
                for (values, body) in cases {
                    for value in values {
                        let _ = write!(self.out, "case {}: ", super::names::int(*value));
                    }
                    self.out.push_str("{ ");
                    self.block(body);
                    self.out.push_str("break; } ");
                }
                self.out.push_str("default: { ");
                self.block(default);
                self.out.push_str("break; } } ");
                self.nesting -= 1;
            }
            Stmt::Scope(label, body) => {
                self.block(body);
                let _ = write!(self.out, "L{}:; ", label.0);
            }
            Stmt::Loop(label, body) => {
                let _ = write!(self.out, "L{}:; SN_CHECK(cx); ", label.0);
                if let Some((_, save)) = self.save_at.as_ref().filter(|(at, _)| at == label) {
                    let _ = write!(self.out, "{save}(cx, f); ");
                }
                self.block(body);
            }
            Stmt::Leave(label) | Stmt::Repeat(label) => {
                let _ = write!(self.out, "goto L{}; ", label.0);
            }
            Stmt::Return(operand) => {
                if self.resumable {
                    self.out.push_str("return SN_TURN_DONE; ");
                } else {
                    let value = self.operand(operand);
                    let _ = write!(self.out, "return {value}; ");
                }
            }
            Stmt::Panic { message, span } => {
                let place = self.emitter.place(*span);
                let _ = write!(
                    self.out,
                    "SN_PANIC(cx, {}, {place}); ",
                    literal(message.as_bytes())
                );
            }
            Stmt::Receive(receive) => self.receive(receive),
        }
    }

    /// An `if` by jumps: C compilers nest braces to a small depth only.
    fn flat_if(&mut self, condition: &str, then: &'p [Stmt], otherwise: &'p [Stmt]) {
        let at = self.next_jump();
        let _ = write!(self.out, "if (!({condition})) goto E{at}; ");
        self.block(then);
        if !otherwise.is_empty() {
            let _ = write!(self.out, "goto J{at}; E{at}:; ");
            self.block(otherwise);
            let _ = write!(self.out, "J{at}:; ");
        } else {
            let _ = write!(self.out, "E{at}:; ");
        }
    }

    fn flat_switch(&mut self, on: &str, cases: &'p [(Vec<i64>, Block)], default: &'p [Stmt]) {
        let at = self.next_jump();
        let _ = write!(self.out, "switch ({on}) {{ ");
        for (index, (values, _)) in cases.iter().enumerate() {
            for value in values {
                let _ = write!(self.out, "case {}: ", super::names::int(*value));
            }
            let _ = write!(self.out, "goto E{at}_{index}; ");
        }
        let _ = write!(self.out, "default: break; }} ");
        self.block(default);
        let _ = write!(self.out, "goto J{at}; ");
        for (index, (_, body)) in cases.iter().enumerate() {
            let _ = write!(self.out, "E{at}_{index}:; ");
            self.block(body);
            let _ = write!(self.out, "goto J{at}; ");
        }
        let _ = write!(self.out, "J{at}:; ");
    }

    fn next_jump(&mut self) -> usize {
        self.jumps += 1;
        self.jumps
    }

    fn receive(&mut self, receive: &'p Receive) {
        let message = receive.message;
        let id = message.0;
        let ty = self.function.type_of(message);
        let c = self.emitter.c_type(ty);
        let value = self.emitter.helper_name(Helper::Receive, ty);
        let name = self.var(message);
        self.resume_points.push(receive);
        let point = self.resume_points.len();
        let line = self.emitter.line(receive.span);
        self.out.push_str(&line);
        let resume = if self.resumable {
            format!("P{point}:; ")
        } else {
            String::new()
        };
        let _ = write!(
            self.out,
            "snow_receive_begin(cx); {resume}R{id}:; while ((m{id} = snow_receive_next(cx)) != NULL) {{ \
             if (m{id}->kept != NULL) {name} = *({c} *)((uint8_t *)m{id}->kept + SN_KEPT_AT); \
             else {name} = {value}(cx, m{id}); "
        );
        self.block(&receive.scan);
        let _ = write!(
            self.out,
            "{{ void *box = m{id}->kept; if (box == NULL) {{ box = sn_new(cx, SN_KEPT_AT + sizeof({c}), 0); \
             ((void **)box)[1] = (void *)forget_{value}; \
             memcpy((uint8_t *)box + SN_KEPT_AT, &{name}, sizeof({c})); }} snow_receive_keep(cx, m{id}, box); }} }} "
        );
        let ms = match &receive.after {
            Some((ms, _)) => self.operand(ms),
            None => "INT64_C(-1)".into(),
        };
        let suspend = match self.resumable {
            true => format!("f->resume = {point}; return SN_TURN_WAITING;"),
            false => format!("snow_park(cx); goto R{id};"),
        };
        let _ = write!(
            self.out,
            "w{id} = snow_receive_wait(cx, {ms}); if (w{id} == SN_WAIT_MORE) goto R{id}; \
             if (w{id} == SN_WAIT_SUSPEND) {{ {suspend} }} "
        );
        if let Some((_, body)) = &receive.after {
            self.block(body);
        }
    }
}
