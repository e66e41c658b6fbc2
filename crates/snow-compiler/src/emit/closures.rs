//! Closure objects: their environment, description and static instances.

use std::fmt::Write;

use super::unit::Emitter;
use crate::core::ir::*;

impl Emitter<'_> {
    /// Declares the environment and, for a closure without captures, its one static object.
    pub(super) fn declare_closure(&mut self, f: FunctionRef) {
        let function = self.program.function(f);
        let Kind::Closure(captured) = &function.kind else {
            return;
        };
        let symbol = &function.symbol;
        if captured.is_empty() {
            let storage = if self.is_static(f) {
                "static"
            } else {
                "extern"
            };
            let _ = writeln!(self.prototypes, "{storage} sn_closure {symbol}_value;");
        } else {
            let mut fields = String::new();
            for (i, ty) in captured.clone().iter().enumerate() {
                let c = self.c_type(*ty);
                let _ = write!(fields, "{c} e{i}; ");
            }
            let _ = writeln!(self.types, "struct E_{symbol} {{ sn_closure c; {fields}}};");
            let _ = writeln!(
                self.prototypes,
                "static const sn_closure_info {symbol}_info;"
            );
        }
    }

    /// Defines what `declare_closure` declared; called once, where the function's body is.
    pub(super) fn define_closure(&mut self, f: FunctionRef) {
        let function = self.program.function(f);
        let Kind::Closure(captured) = function.kind.clone() else {
            return;
        };
        let symbol = &function.symbol;
        if captured.is_empty() {
            let storage = if self.is_static(f) { "static " } else { "" };
            let _ = writeln!(
                self.bodies,
                "static const sn_closure_info {symbol}_info = {{(const void *){symbol}, NULL, NULL, NULL, NULL}};\n\
                 {storage}sn_closure {symbol}_value = {{{{0, SN_TAG_CLOSURE, 0, 0}}, &{symbol}_info}};"
            );
            return;
        }
        // Functions may capture one another in a chain of any length.
        let mut drops = String::new();
        let mut packs = String::new();
        let mut unpacks = String::new();
        for (i, ty) in captured.iter().enumerate() {
            drops.push_str(&self.drop(*ty, &format!("e->e{i}")));
            packs.push_str(&self.pack(*ty, "w", &format!("e->e{i}")));
            let one = self.unpack(*ty, "r");
            let _ = write!(unpacks, "e->e{i} = {one}; ");
        }
        self.captured_shape(symbol, &captured);
        let _ = writeln!(
            self.bodies,
            "static void {symbol}_drop(sn_cx *cx, sn_closure *c) {{ struct E_{symbol} *e = (struct E_{symbol} *)c; \
             (void)e; if (SN_DEEP(cx)) {{ snow_drop_deep(cx, c, NULL); return; }} {drops} sn_free(cx, c); }}\n\
             static void {symbol}_pack(sn_writer *w, sn_closure *c) {{ struct E_{symbol} *e = (struct E_{symbol} *)c; \
             (void)e; if (SN_DEEP(w->cx)) {{ snow_pack_deep(w->cx, w, c, NULL); return; }} {packs} }}\n\
             static sn_closure *{symbol}_unpack(sn_cx *cx, sn_reader *r) {{ if (SN_DEEP(cx)) return snow_unpack_deep_closure(cx, r, (void *)&{symbol}_info); struct E_{symbol} *e = \
             sn_new(cx, sizeof *e, SN_TAG_CLOSURE); e->c.info = &{symbol}_info; {unpacks} return &e->c; }}\n\
             static const sn_closure_info {symbol}_info = {{(const void *){symbol}, {symbol}_drop, {symbol}_pack, \
             {symbol}_unpack, &{symbol}_captured}};"
        );
    }
}
