//! Operands and right-hand sides.

use std::sync::Arc;

use super::cursor::Cursor;
use super::{Read, Reader};
use crate::core::ir::*;
use crate::core::primitive::{Extern, Prim};
use crate::core::types::{Derived, TypeRef};
use crate::source::Span;

const DERIVED: &[(&str, Derived)] = &[
    ("Equal<", Derived::Equal),
    ("Compare<", Derived::Compare),
    ("Hash<", Derived::Hash),
    ("Display<", Derived::Display),
    ("Inspect<", Derived::Inspect),
];

impl<'t> Reader<'t> {
    pub(super) fn operand(&mut self, cursor: &mut Cursor<'t>) -> Read<Operand> {
        if let Some(found) = self.opt_operand(cursor)? {
            return Ok(found);
        }
        Ok(Operand::Function(self.function_named(cursor.word())?))
    }

    /// Any operand but a function.
    fn opt_operand(&mut self, cursor: &mut Cursor<'t>) -> Read<Option<Operand>> {
        let mut letters = cursor.rest().chars();
        let (first, second) = (letters.next(), letters.next());
        let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        Ok(Some(match first {
            Some('v') if is_digit(second) => Operand::Var(cursor.variable()?),
            Some('"') => Operand::Text(cursor.text()?.into()),
            Some('-') => number(cursor)?,
            _ if is_digit(first) => number(cursor)?,
            _ if cursor.eat("true") => Operand::Bool(true),
            _ if cursor.eat("false") => Operand::Bool(false),
            _ if cursor.eat("()") => Operand::Unit,
            _ if cursor.eat("NaN") => Operand::Float(f64::NAN),
            _ if cursor.eat("inf") => Operand::Float(f64::INFINITY),
            _ if cursor.eat("[] as ") => Operand::EmptyList(self.type_named(cursor.type_name())?),
            _ if cursor.eat("static ") => Operand::Static(Arc::new(self.constant(cursor)?)),
            _ if cursor.eat("undef as ") => Operand::Undef(self.type_named(cursor.type_name())?),
            _ => return Ok(None),
        }))
    }

    /// What stands behind `static`.
    fn constant(&mut self, cursor: &mut Cursor<'t>) -> Read<Static> {
        if cursor.at("[] as ") {
            return self.operand(cursor).map(Static::Plain);
        }
        if cursor.eat("<<") {
            return self.constant_bytes(cursor);
        }
        if cursor.eat("[") {
            let (items, ty) = self.constants(cursor, "]")?;
            return Ok(Static::List(ty, items));
        }
        if cursor.eat("{") {
            let (fields, ty) = self.constants(cursor, "}")?;
            return Ok(Static::Make(ty, fields));
        }
        if cursor.eat("#") {
            let variant = cursor.index()?;
            cursor.expect("{")?;
            let (fields, ty) = self.constants(cursor, "}")?;
            return Ok(Static::Variant {
                ty,
                variant,
                fields,
            });
        }
        self.operand(cursor).map(Static::Plain)
    }

    /// Pairs of hexadecimal digits up to `>>`.
    fn constant_bytes(&self, cursor: &mut Cursor<'t>) -> Read<Static> {
        let mut bytes = Vec::new();
        loop {
            let pair = cursor.rest().get(..2).unwrap_or_default();
            let Ok(byte) = u8::from_str_radix(pair, 16) else {
                cursor.expect(">>")?;
                return Ok(Static::Bytes(bytes.into()));
            };
            cursor.expect(pair)?;
            bytes.push(byte);
        }
    }

    /// Constants up to `close`, and the type of the whole.
    fn constants(&mut self, cursor: &mut Cursor<'t>, close: &str) -> Read<(Vec<Static>, TypeRef)> {
        let mut list = Vec::new();
        while !cursor.eat(close) {
            list.push(self.constant(cursor)?);
            cursor.eat(", ");
        }
        cursor.expect(" as ")?;
        let ty = self.type_named(cursor.type_name())?;
        Ok((list, ty))
    }

    /// Operands up to `close`.
    fn operands(&mut self, cursor: &mut Cursor<'t>, close: &str) -> Read<Vec<Operand>> {
        let mut list = Vec::new();
        while !cursor.eat(close) {
            list.push(self.operand(cursor)?);
            cursor.eat(", ");
        }
        Ok(list)
    }

    /// A right-hand side for a variable of type `ty`.
    pub(super) fn rvalue(&mut self, cursor: &mut Cursor<'t>, ty: TypeRef) -> Read<Rvalue> {
        let found = match self.by_word(cursor, ty)? {
            Some(found) => found,
            None => self.by_shape(cursor)?,
        };
        match cursor.at_end() {
            true => Ok(found),
            false => Err(format!("`{}` is left over", cursor.rest())),
        }
    }

    /// Forms that begin with a word or sign of their own.
    fn by_word(&mut self, cursor: &mut Cursor<'t>, ty: TypeRef) -> Read<Option<Rvalue>> {
        if cursor.eat("%") {
            return self.primitive(cursor).map(Some);
        }
        if let Some((word, op)) = DERIVED.iter().find(|(word, _)| cursor.at(word)) {
            cursor.expect(word)?;
            let ty = self.type_named(cursor.type_name())?;
            cursor.expect(">(")?;
            let args = self.operands(cursor, ")")?;
            return Ok(Some(Rvalue::Derived { op: *op, ty, args }));
        }
        Ok(Some(if cursor.eat("call ") {
            let closure = self.operand(cursor)?;
            cursor.expect("(")?;
            Rvalue::CallClosure(closure, self.operands(cursor, ")")?)
        } else if cursor.eat("tag ") {
            Rvalue::Tag(self.operand(cursor)?)
        } else if cursor.eat("closure ") {
            let function = self.function_named(cursor.word())?;
            cursor.expect("[")?;
            Rvalue::Closure(function, self.operands(cursor, "]")?)
        } else if cursor.eat("capture ") {
            Rvalue::Capture(cursor.index()?)
        } else if cursor.eat("accept ") {
            Rvalue::Accept(cursor.variable()?)
        } else if cursor.eat("spawn ") {
            let actor = self.function_named(cursor.word())?;
            cursor.expect("(")?;
            Rvalue::Spawn(actor, self.operands(cursor, ")")?)
        } else if cursor.eat("guard ") {
            let body = if cursor.eat("call ") {
                let function = self.function_named(cursor.word())?;
                cursor.expect("(")?;
                GuardedCode::Call(function, self.operands(cursor, ")")?)
            } else {
                GuardedCode::Closure(self.operand(cursor)?)
            };
            let limit = match cursor.eat(" within ") {
                true => {
                    let within = self.operand(cursor)?;
                    cursor.expect(" as ")?;
                    Some((within, self.operand(cursor)?))
                }
                false => None,
            };
            Rvalue::Guard {
                body,
                limit,
                result: ty,
            }
        } else if cursor.eat("send ") {
            self.send(cursor, " to ", Manner::Plain)?
        } else if cursor.eat("request ") {
            self.send(cursor, " of ", Manner::Request)?
        } else if cursor.eat("offer ") {
            self.send(cursor, " to ", Manner::Offer)?
        } else if cursor.rest() == "self" {
            cursor.expect("self")?;
            Rvalue::SelfPid
        } else {
            return Ok(None);
        }))
    }

    fn primitive(&mut self, cursor: &mut Cursor<'t>) -> Read<Rvalue> {
        let name = cursor.word();
        let op = match Extern::of(&format!("%{name}")) {
            Extern::Prim(op) => op,
            Extern::Intrinsic(_) | Extern::Unknown | Extern::Runtime => {
                return Err(format!("no primitive is named `{name}`"))
            }
        };
        let ty = match cursor.eat("<") {
            true => {
                let ty = self.type_named(cursor.type_name())?;
                cursor.expect(">")?;
                Some(ty)
            }
            false => None,
        };
        cursor.expect("(")?;
        let args = self.operands(cursor, ")")?;
        Ok(primitive(op, ty, args))
    }

    fn send(&mut self, cursor: &mut Cursor<'t>, word: &str, manner: Manner) -> Read<Rvalue> {
        let message = self.operand(cursor)?;
        cursor.expect(word)?;
        let to = self.operand(cursor)?;
        let manner = if cursor.eat(" after ") {
            Manner::After(self.operand(cursor)?)
        } else if cursor.eat(" exempt") {
            Manner::Exempt
        } else {
            manner
        };
        Ok(Rvalue::Send {
            to,
            message,
            manner,
        })
    }

    /// Forms that begin with an operand, a type or a function.
    fn by_shape(&mut self, cursor: &mut Cursor<'t>) -> Read<Rvalue> {
        let mut ahead = Cursor::new(cursor.rest());
        let named = ahead.type_name();
        if let Some(ty) = self.types.get(named).copied() {
            if ahead.eat(" {") {
                *cursor = ahead;
                return Ok(Rvalue::Make(ty, self.operands(cursor, "}")?));
            }
            if ahead.eat("#") {
                *cursor = ahead;
                let variant = cursor.index()?;
                cursor.expect("(")?;
                return Ok(Rvalue::Variant {
                    ty,
                    variant,
                    fields: self.operands(cursor, ")")?,
                });
            }
        }
        let Some(base) = self.opt_operand(cursor)? else {
            return self.call(cursor);
        };
        if cursor.eat(".") {
            return Ok(Rvalue::Field(base, cursor.index()?));
        }
        if cursor.eat("#") {
            let variant = cursor.index()?;
            cursor.expect(".")?;
            return Ok(Rvalue::Payload {
                base,
                variant,
                index: cursor.index()?,
            });
        }
        if cursor.eat(" with ") {
            let mut fields = Vec::new();
            while cursor.eat(".") {
                let index = cursor.index()?;
                cursor.expect(" = ")?;
                fields.push((index, self.operand(cursor)?));
                cursor.eat(", ");
            }
            return Ok(Rvalue::Update { base, fields });
        }
        Ok(Rvalue::Use(base))
    }

    /// A call of a function of the program or of the runtime, or a function as a value.
    fn call(&mut self, cursor: &mut Cursor<'t>) -> Read<Rvalue> {
        let symbol = cursor.word();
        let own = self.functions.get(symbol).copied();
        if !cursor.eat("(") {
            return Ok(Rvalue::Use(Operand::Function(self.function_named(symbol)?)));
        }
        let args = self.operands(cursor, ")")?;
        match (own, snow_abi::functions::find(symbol)) {
            (Some(own), _) => Ok(Rvalue::Call(own, args)),
            (None, Some(entry)) => Ok(Rvalue::Runtime {
                symbol: entry.name,
                args,
            }),
            (None, None) => Err(format!("no function is named `{symbol}`")),
        }
    }
}

fn primitive(op: Prim, ty: Option<TypeRef>, args: Vec<Operand>) -> Rvalue {
    Rvalue::Primitive {
        op,
        ty,
        args,
        span: Span::default(),
    }
}

fn number(cursor: &mut Cursor) -> Read<Operand> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let text = cursor.rest();
    let text = &text[..text.find(|c| !is_part(c)).unwrap_or(text.len())];
    cursor.expect(text)?;
    if let Ok(value) = text.parse() {
        return Ok(Operand::Int(value));
    }
    let value = text.parse().map_err(|_| format!("`{text}` is no number"))?;
    Ok(Operand::Float(value))
}
