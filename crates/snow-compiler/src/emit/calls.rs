//! Calls, closures, spawning and sending.

use std::fmt::Write;

use super::function::Printer;
use crate::core::ir::*;
use crate::core::types::TypeKind;

impl Printer<'_, '_> {
    pub(super) fn call(&mut self, f: FunctionRef, args: &[Operand]) -> String {
        self.emitter.declare(f);
        let mut list = vec!["cx".to_string()];
        list.extend(self.operands(args));
        format!(
            "{}({})",
            self.emitter.program.function(f).symbol,
            list.join(", ")
        )
    }

    pub(super) fn call_closure(&mut self, closure: &Operand, args: &[Operand]) -> String {
        let ty = match closure {
            Operand::Var(v) => self.function.type_of(*v),
            Operand::Function(f) => return self.call_static_closure(*f, args),
            Operand::Int(_)
            | Operand::Float(_)
            | Operand::Bool(_)
            | Operand::Unit
            | Operand::Text(_)
            | Operand::EmptyList(_)
            | Operand::Static(_)
            | Operand::Undef(_) => return "0".into(),
        };
        let TypeKind::Function { params, result } = self.emitter.program.types.get(ty).kind.clone()
        else {
            return "0".into();
        };
        let mut signature = format!("{} (*)(sn_cx *, sn_closure *", self.emitter.c_type(result));
        for param in &params {
            let c = self.emitter.c_type(*param);
            let _ = write!(signature, ", {c}");
        }
        signature.push(')');
        let c = self.operand(closure);
        let mut list = vec!["cx".to_string(), c.clone()];
        list.extend(self.operands(args));
        format!("(({signature}){c}->info->code)({})", list.join(", "))
    }

    /// A closure without captures that is known here is called directly.
    fn call_static_closure(&mut self, f: FunctionRef, args: &[Operand]) -> String {
        self.emitter.declare(f);
        let symbol = self.emitter.program.function(f).symbol.clone();
        let mut list = vec!["cx".to_string(), format!("&{symbol}_value")];
        list.extend(self.operands(args));
        format!("{symbol}({})", list.join(", "))
    }

    pub(super) fn closure(&mut self, f: FunctionRef, captured: &[Operand]) -> String {
        self.emitter.declare(f);
        let symbol = self.emitter.program.function(f).symbol.clone();
        let mut sets = String::new();
        for (i, operand) in captured.iter().enumerate() {
            let value = self.operand(operand);
            let _ = write!(sets, "e->e{i} = {value}; ");
        }
        format!(
            "({{ struct E_{symbol} *e = sn_new(cx, sizeof *e, SN_TAG_CLOSURE); e->c.info = &{symbol}_info; \
             {sets}&e->c; }})"
        )
    }

    pub(super) fn spawn(&mut self, f: FunctionRef, args: &[Operand]) -> String {
        self.emitter.declare(f);
        let target = self.emitter.program.function(f);
        let symbol = target.symbol.clone();
        let types: Vec<_> = target.params.iter().map(|p| target.type_of(*p)).collect();
        let mut packs = String::new();
        for (arg, ty) in args.iter().zip(types) {
            let value = self.operand(arg);
            packs.push_str(&self.emitter.pack(ty, "&w", &value));
        }
        format!("({{ sn_writer w; snow_writer_open(cx, &w); {packs}snow_spawn(cx, (void *)&{symbol}_actor, &w); }})")
    }

    pub(super) fn send(&mut self, to: &Operand, message: &Operand, manner: &Manner) -> String {
        let pid = self.operand(to);
        let value = self.operand(message);
        let ty = match message {
            Operand::Var(v) => self.function.type_of(*v),
            Operand::Int(_)
            | Operand::Float(_)
            | Operand::Bool(_)
            | Operand::Unit
            | Operand::Text(_)
            | Operand::Function(_)
            | Operand::EmptyList(_)
            | Operand::Static(_)
            | Operand::Undef(_) => unreachable!("lowering gives a message a variable"),
        };
        let pack = self.emitter.pack(ty, "&w", &value);
        let sent = match manner {
            Manner::Plain => format!("snow_send(cx, {pid}, &w); (sn_unit)0;"),
            Manner::After(ms) => format!("snow_send_after(cx, {pid}, {}, &w);", self.operand(ms)),
            Manner::Request => format!("snow_deliver(cx, {pid}, SN_MANNER_PLAIN, &w);"),
            Manner::Offer => format!("snow_deliver(cx, {pid}, SN_MANNER_OFFER, &w);"),
            Manner::Exempt => format!("snow_deliver(cx, {pid}, SN_MANNER_EXEMPT, &w);"),
        };
        format!("({{ sn_writer w; snow_writer_open(cx, &w); {pack}{sent} }})")
    }
}
