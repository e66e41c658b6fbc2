//! Actor bodies as resumable functions.
//!
//! `receive` saves where it stands in the frame and returns; the next turn jumps back there. So an
//! actor that waits holds its frame and no stack. Which variables live in the frame `frames` has
//! decided; everything else is a C local. So all that a waiting actor knows can be packed from its
//! frame, and its heap be given back.

use std::fmt::Write;

use rustc_hash::FxHashSet;

use super::function::{appends_much, comment, Printer};
use super::unit::{Emitter, NO_LINE};
use crate::core::ir::*;
use crate::core::types::TypeRef;

impl<'p> Emitter<'p> {
    pub(super) fn actor(&mut self, function: &'p Function) {
        let symbol = &function.symbol;
        let Kind::Actor { terminate, .. } = &function.kind else {
            return;
        };
        let frame = function.frame.clone().unwrap_or_default();
        let mut fields = String::from("int64_t resume; ");
        for v in &frame.vars {
            let c = self.c_type(function.type_of(*v));
            let _ = write!(fields, "{c} v{}; ", v.0);
        }
        if terminate.is_some() {
            fields.push_str("bool saved; ");
            for v in &function.params {
                let c = self.c_type(function.type_of(*v));
                let _ = write!(fields, "{c} t{}; ", v.0);
            }
        }
        let _ = writeln!(self.types, "struct F_{symbol} {{ {fields}}};");
        let terminator = terminate.map(|t| self.terminate(function, t));
        let save = terminate.is_some();

        let save_name = format!("save_{symbol}");
        let save_at = match function.body.first() {
            Some(Stmt::Loop(label, _)) if save => Some((*label, save_name.clone())),
            _ => None,
        };
        let first = if save && save_at.is_none() {
            format!("{save_name}(cx, f); ")
        } else {
            String::new()
        };
        let mut printer = Printer {
            emitter: self,
            function,
            out: String::new(),
            framed: frame.vars.iter().copied().collect(),
            resume_points: Vec::new(),
            resumable: true,
            save_at,
            returned: FxHashSet::default(),
            nesting: 0,
            jumps: 0,
            calls_appends: appends_much(function),
        };
        printer.declarations();
        let head = std::mem::take(&mut printer.out);
        printer.block(&function.body);
        let body = std::mem::take(&mut printer.out);
        let points = std::mem::take(&mut printer.resume_points);
        let mut open = String::new();
        let line = self.first_line(function);
        if !points.is_empty() {
            open.push_str("switch (f->resume) { ");
            (1..=points.len()).for_each(|n| open.push_str(&format!("case {n}: goto P{n}; ")));
            open.push_str("default: break; } ");
        }
        let _ = writeln!(
            self.bodies,
            "\n/* actor {} */{line}static int64_t {symbol}(sn_cx *cx, void *frame) {{ struct F_{symbol} *f = frame; \
             (void)f; {head}{open}{first}{body}\nreturn SN_TURN_DONE; }}{NO_LINE}",
            comment(&function.name)
        );
        let packing = self.frame_packing(function, &frame, &points);
        let receives = self.receive_places(function, &points);
        let terminator = terminator.unwrap_or_else(|| "NULL".into());
        self.actor_info(function, &terminator, &packing, &receives);
    }

    /// Emits the functions that pack and unpack what the frame holds at each `receive`; answers
    /// their names.
    fn frame_packing(&mut self, function: &Function, frame: &Frame, points: &[&Receive]) -> String {
        let types = &self.program.types;
        let Some(held) = &frame.held else {
            return "NULL, NULL".into();
        };
        let (mut packs, mut unpacks) = (
            String::from("sn_pack_int(w, f->resume); "),
            String::from("f->resume = sn_unpack_int(cx, r); "),
        );
        let plain = frame
            .vars
            .iter()
            .filter(|v| !types.managed(function.type_of(**v)));
        // A plain value needs no owner. One that was not set yet is zeros, which are a value of any
        // type.
        for v in plain {
            self.pack_place(
                function.type_of(*v),
                &format!("f->v{}", v.0),
                1,
                &mut packs,
                &mut unpacks,
            );
        }
        if let Kind::Actor {
            terminate: Some(_), ..
        } = function.kind
        {
            packs.push_str("sn_pack_bool(w, f->saved); if (f->saved) { ");
            unpacks.push_str("f->saved = sn_unpack_bool(cx, r); if (f->saved) { ");
            for v in &function.params {
                self.pack_place(
                    function.type_of(*v),
                    &format!("f->t{}", v.0),
                    1,
                    &mut packs,
                    &mut unpacks,
                );
            }
            packs.push_str("} ");
            unpacks.push_str("} ");
        }
        packs.push_str("switch (f->resume) { ");
        unpacks.push_str("switch (f->resume) { ");
        for (at, receive) in points.iter().enumerate() {
            let _ = write!(packs, "case {}: {{ ", at + 1);
            let _ = write!(unpacks, "case {}: {{ ", at + 1);
            let held = held.iter().filter(|at| at.message == receive.message);
            for (v, count) in held.flat_map(|at| &at.owned) {
                self.pack_place(
                    function.type_of(*v),
                    &format!("f->v{}", v.0),
                    *count,
                    &mut packs,
                    &mut unpacks,
                );
            }
            packs.push_str("break; } ");
            unpacks.push_str("break; } ");
        }
        packs.push_str("default: break; }");
        unpacks.push_str("default: break; }");
        let symbol = &function.symbol;
        let _ = writeln!(
            self.bodies,
            "static void {symbol}_pack(sn_writer *w, void *frame) {{ struct F_{symbol} *f = frame; (void)w; {packs} }}\n\
             static void {symbol}_unpack(sn_cx *cx, void *frame, sn_reader *r) {{ struct F_{symbol} *f = frame; \
             (void)cx; (void)r; {unpacks} }}"
        );
        format!("{symbol}_pack, {symbol}_unpack")
    }

    /// Emits the table of where the `receive`s stand, in the order of their resume points; answers
    /// its name.
    fn receive_places(&mut self, function: &Function, points: &[&Receive]) -> String {
        if points.is_empty() {
            return "NULL".into();
        }
        let symbol = &function.symbol;
        let places: String = points
            .iter()
            .map(|receive| format!("{{{}}}, ", self.place(receive.span)))
            .collect();
        let _ = writeln!(
            self.bodies,
            "static const sn_place {symbol}_receives[] = {{{places}}};"
        );
        format!("{symbol}_receives")
    }

    /// Statements that pack and unpack a place of the frame which holds `count` references.
    fn pack_place(
        &mut self,
        ty: TypeRef,
        place: &str,
        count: i64,
        packs: &mut String,
        unpacks: &mut String,
    ) {
        packs.push_str(&self.pack(ty, "w", place));
        let value = self.unpack(ty, "r");
        let _ = write!(unpacks, "{place} = {value}; ");
        for _ in 1..count {
            unpacks.push_str(&self.dup(ty, place));
        }
    }

    /// Emits the description of an actor, which refers to what was emitted under those names.
    fn actor_info(&mut self, function: &Function, terminate: &str, packing: &str, receives: &str) {
        let symbol = &function.symbol;
        let mut unpacks = String::new();
        for param in &function.params {
            let one = self.unpack(function.type_of(*param), "r");
            let _ = write!(unpacks, "f->v{} = {one}; ", param.0);
        }
        let message = match function.kind {
            Kind::Actor { message, .. } => self.program.types.get(message).id,
            Kind::Plain | Kind::Guarded | Kind::Closure(_) => 0,
        };
        let _ = writeln!(
            self.bodies,
            "static void {symbol}_init(sn_cx *cx, void *frame, sn_reader *r) {{ struct F_{symbol} *f = frame; \
             (void)f; (void)r; {unpacks} }}\n\
             const sn_actor_info {symbol}_actor = {{{}, sizeof(struct F_{symbol}), {symbol}, {symbol}_init, {terminate}, {packing}, \
             (int64_t)UINT64_C({}), {receives}}};",
            super::names::literal(function.name.as_bytes()),
            message as u64
        );
    }

    /// The function that runs the `terminate` block with the parameters as they were when the body
    /// last started over.
    fn terminate(&mut self, function: &Function, terminate: FunctionRef) -> String {
        self.declare(terminate);
        let symbol = &function.symbol;
        let target = self.program.function(terminate).symbol.clone();
        let mut saves = String::new();
        let mut args = String::from("cx");
        for v in &function.params {
            let ty = function.type_of(*v);
            let drop = self.drop(ty, &format!("f->t{}", v.0));
            let dup = self.dup(ty, &format!("f->v{}", v.0));
            let _ = write!(
                saves,
                "if (f->saved) {{ {drop} }} {dup} f->t{0} = f->v{0}; ",
                v.0
            );
            let _ = write!(args, ", f->t{}", v.0);
        }
        let _ = writeln!(
            self.bodies,
            "static void save_{symbol}(sn_cx *cx, struct F_{symbol} *f) {{ (void)cx; {saves}f->saved = true; }}\n\
             static void {symbol}_ends(sn_cx *cx, void *frame) {{ struct F_{symbol} *f = frame; \
             if (f->saved) (void){target}({args}); }}"
        );
        format!("{symbol}_ends")
    }
}
