//! The text of `core` to `core`: what [`super::print`] writes is read back.
//!
//! In: types, then functions. Out: the program, or what is wrong in which line. Spans, names for
//! reports and C units are not in the text; a program that was read has none. Tests of passes and
//! of the verifier are written this way.

mod cursor;
mod frame;
mod rvalue;

use rustc_hash::FxHashMap;

use super::ir::*;
use super::types::{TypeInfo, TypeKind, TypeRef};
use crate::source::Span;
use cursor::Cursor;

/// What a line lacks.
type Read<T> = Result<T, String>;

/// Reads a program.
pub fn program(text: &str) -> Read<Program> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let content = line.trim_start();
        if !content.is_empty() && !content.starts_with('#') {
            let depth = (line.len() - content.len()) / 2;
            lines.push(Line {
                number: index + 1,
                depth,
                content,
            });
        }
    }
    let mut reader = Reader::new(lines);
    let read = reader.run();
    let number = reader.lines.get(reader.at).map_or(0, |line| line.number);
    read.map_err(|problem| format!("line {number}: {problem}"))?;
    Ok(reader.program)
}

#[derive(Clone, Copy)]
struct Line<'t> {
    number: usize,
    depth: usize,
    content: &'t str,
}

struct Reader<'t> {
    lines: Vec<Line<'t>>,
    at: usize,
    program: Program,
    types: FxHashMap<String, TypeRef>,
    functions: FxHashMap<&'t str, FunctionRef>,
    /// Of the function being read.
    vars: Vec<VarInfo>,
    labels: u32,
}

impl<'t> Reader<'t> {
    fn new(lines: Vec<Line<'t>>) -> Self {
        Reader {
            lines,
            at: 0,
            program: Program::default(),
            types: FxHashMap::default(),
            functions: FxHashMap::default(),
            vars: Vec::new(),
            labels: 0,
        }
    }

    fn run(&mut self) -> Read<()> {
        for (name, kind) in [
            ("Int", TypeKind::Int),
            ("Float", TypeKind::Float),
            ("Bool", TypeKind::Bool),
            ("()", TypeKind::Unit),
            ("String", TypeKind::String),
            ("Bytes", TypeKind::Bytes),
        ] {
            self.add_type(name, kind, false);
        }
        let lines = self.lines.clone();
        for line in &lines {
            if let Some((name, _)) = split_type(line) {
                self.add_type(name, TypeKind::Unit, false);
            } else if line.depth == 0 {
                let symbol = header(line.content)?.1;
                let reference = FunctionRef(self.functions.len() as u32);
                self.functions.insert(symbol, reference);
            }
        }
        while let Some(line) = self.lines.get(self.at).copied() {
            match split_type(&line) {
                Some((name, parts)) => self.declaration(name, parts)?,
                None => break,
            }
            self.at += 1;
        }
        self.find_managed();
        while self.at < self.lines.len() {
            self.function()?;
        }
        self.find_managed();
        Ok(())
    }

    fn add_type(&mut self, name: &str, kind: TypeKind, boxed: bool) -> TypeRef {
        let reference = TypeRef(self.program.types.list.len() as u32);
        self.program.types.list.push(TypeInfo {
            kind,
            name: name.into(),
            short_name: name.into(),
            boxed,
            managed: boxed,
            id: i64::from(reference.0) + 1,
            words: 1,
            name_only: Vec::new(),
            text_by_debug: false,
            collection: None,
            hooks: Vec::new(),
        });
        self.types.insert(name.into(), reference);
        reference
    }

    /// The type of that name. Lists and pids are what their names say.
    fn type_named(&mut self, name: &str) -> Read<TypeRef> {
        if let Some(known) = self.types.get(name) {
            return Ok(*known);
        }
        let inside = |prefix: &str| name.strip_prefix(prefix)?.strip_suffix('>');
        if let Some(item) = inside("List<") {
            let item = self.type_named(item)?;
            return Ok(self.add_type(name, TypeKind::List(item), false));
        }
        if inside("Pid<").is_some() {
            return Ok(self.add_type(name, TypeKind::Pid, false));
        }
        Err(format!("no type is named `{name}`"))
    }

    fn declaration(&mut self, name: &str, parts: &'t str) -> Read<()> {
        let boxed = parts.strip_prefix("boxed ");
        let mut cursor = Cursor::new(boxed.unwrap_or(parts));
        let kind = match cursor.word() {
            "tuple" => TypeKind::Tuple(self.types_in(&mut cursor)?),
            "struct" => {
                let types = self.types_in(&mut cursor)?;
                let field = |(i, ty)| (format!("f{i}").into(), ty);
                TypeKind::Struct {
                    fields: types.into_iter().enumerate().map(field).collect(),
                }
            }
            "sum" => {
                cursor.expect("(")?;
                let mut variants = Vec::new();
                while !cursor.eat(")") {
                    let name = format!("C{}", variants.len()).into();
                    variants.push((name, self.types_in(&mut cursor)?));
                    cursor.eat(", ");
                }
                TypeKind::Sum { variants }
            }
            "fun" => {
                let mut params = self.types_in(&mut cursor)?;
                let result = params.pop().ok_or("a function has a result")?;
                TypeKind::Function { params, result }
            }
            other => return Err(format!("`{other}` is no kind of type")),
        };
        let reference = self.type_named(name)?;
        let info = &mut self.program.types.list[reference.0 as usize];
        (info.kind, info.boxed) = (kind, boxed.is_some());
        Ok(())
    }

    /// `(A, B)`.
    fn types_in(&mut self, cursor: &mut Cursor) -> Read<Vec<TypeRef>> {
        cursor.expect("(")?;
        let mut types = Vec::new();
        while !cursor.eat(")") {
            types.push(self.type_named(cursor.type_name())?);
            cursor.eat(", ");
        }
        Ok(types)
    }

    fn find_managed(&mut self) {
        loop {
            let mut changed = false;
            for at in 0..self.program.types.list.len() {
                let list = &self.program.types.list;
                let any = |types: &[TypeRef]| types.iter().any(|t| list[t.0 as usize].managed);
                let managed = list[at].boxed
                    || match &list[at].kind {
                        TypeKind::Int
                        | TypeKind::Float
                        | TypeKind::Bool
                        | TypeKind::Unit
                        | TypeKind::Pid => false,
                        TypeKind::String
                        | TypeKind::Bytes
                        | TypeKind::List(_)
                        | TypeKind::Function { .. } => true,
                        TypeKind::Tuple(items) => any(items),
                        TypeKind::Struct { fields } => fields.iter().any(|(_, t)| any(&[*t])),
                        TypeKind::Sum { variants } => variants.iter().any(|(_, v)| any(v)),
                    };
                changed |= managed != list[at].managed;
                self.program.types.list[at].managed = managed;
            }
            if !changed {
                return;
            }
        }
    }

    fn function(&mut self) -> Read<()> {
        let (kind, symbol, rest) = header(self.lines[self.at].content)?;
        (self.vars, self.labels) = (Vec::new(), 0);
        let (inline, kind) = match kind.strip_prefix("inline ") {
            Some(kind) => (true, kind),
            None => (false, kind),
        };
        let (apart, kind) = match kind.strip_prefix("apart ") {
            Some(kind) => (true, kind),
            None => (false, kind),
        };
        let kind = self.kind(kind)?;
        let mut cursor = Cursor::new(rest);
        cursor.expect("(")?;
        let (mut params, mut borrowed) = (Vec::new(), Vec::new());
        while !cursor.eat(")") {
            let is_borrowed = cursor.eat("&");
            let param = self.variable(&mut cursor, is_borrowed)?;
            params.push(param);
            borrowed.push(is_borrowed);
            cursor.eat(", ");
        }
        cursor.expect(" -> ")?;
        let result = self.type_named(cursor.type_name())?;
        self.at += 1;
        let frame = self.frame()?;
        while let Some(rest) = self.line_at(1).and_then(|l| l.strip_prefix("var ")) {
            self.variable(&mut Cursor::new(rest), false)?;
            self.at += 1;
        }
        let body = self.block(1)?;
        self.program.functions.push(Function {
            symbol: symbol.into(),
            name: symbol.into(),
            unit: "Main".into(),
            kind,
            params,
            borrowed,
            result,
            vars: std::mem::take(&mut self.vars),
            labels: self.labels,
            body,
            inline,
            hook: false,
            exported: false,
            apart,
            frame,
            compiled: None,
        });
        Ok(())
    }

    fn kind(&mut self, text: &'t str) -> Read<Kind> {
        let inside = |prefix: &str| text.strip_prefix(prefix)?.strip_suffix(']');
        if let Some(types) = inside("closure [") {
            let mut cursor = Cursor::new(types);
            let mut captured = Vec::new();
            while !cursor.at_end() {
                captured.push(self.type_named(cursor.type_name())?);
                cursor.eat(", ");
            }
            return Ok(Kind::Closure(captured));
        }
        if let Some(actor) = inside("actor [") {
            let (message, end) = match actor.split_once(" ends with ") {
                Some((message, end)) => (message, Some(end)),
                None => (actor, None),
            };
            return Ok(Kind::Actor {
                message: self.type_named(message)?,
                terminate: end.map(|end| self.function_named(end)).transpose()?,
            });
        }
        match text {
            "fn" => Ok(Kind::Plain),
            "guarded fn" => Ok(Kind::Guarded),
            _ => Err(format!("`{text}` is no kind of function")),
        }
    }

    fn function_named(&self, symbol: &str) -> Read<FunctionRef> {
        let known = self.functions.get(symbol).copied();
        known.ok_or_else(|| format!("no function is named `{symbol}`"))
    }

    /// `v3: Type`, whose definition this is.
    fn variable(&mut self, cursor: &mut Cursor<'t>, alias: bool) -> Read<Var> {
        let var = cursor.variable()?;
        cursor.expect(": ")?;
        let ty = self.type_named(cursor.type_name())?;
        let unit = VarInfo {
            ty: TypeRef(3),
            alias: false,
        };
        let count = self.vars.len().max(var.0 as usize + 1);
        self.vars.resize(count, unit);
        self.vars[var.0 as usize] = VarInfo { ty, alias };
        Ok(var)
    }

    fn label(&mut self, text: &str) -> Read<Label> {
        let number = text.strip_prefix('L').and_then(|n| n.parse().ok());
        let label = number.ok_or_else(|| format!("`{text}` is no label"))?;
        self.labels = self.labels.max(label + 1);
        Ok(Label(label))
    }

    fn line_at(&self, depth: usize) -> Option<&'t str> {
        let line = self.lines.get(self.at)?;
        (line.depth == depth).then_some(line.content)
    }

    fn block(&mut self, depth: usize) -> Read<Block> {
        let mut block = Vec::new();
        while let Some(content) = self.line_at(depth) {
            let (word, rest) = content.split_once(' ').unwrap_or((content, ""));
            if matches!(word, "else" | "case" | "default" | "after") {
                break;
            }
            let stmt = self.statement(word, rest, content, depth)?;
            block.push(stmt);
        }
        match self.lines.get(self.at) {
            Some(line) if line.depth > depth => Err("is too far to the right".into()),
            _ => Ok(block),
        }
    }

    fn statement(
        &mut self,
        word: &str,
        rest: &'t str,
        content: &'t str,
        depth: usize,
    ) -> Read<Stmt> {
        let mut cursor = Cursor::new(rest);
        let stmt = match word {
            "dup" => Stmt::Dup(cursor.variable()?),
            "drop" => Stmt::Drop(cursor.variable()?),
            "kill" => Stmt::Kill(cursor.variables()?),
            "revive" => Stmt::Revive(cursor.variables()?),
            "regain" => Stmt::Regain(cursor.variables()?),
            "leave" => Stmt::Leave(self.label(rest)?),
            "repeat" => Stmt::Repeat(self.label(rest)?),
            "return" => Stmt::Return(self.operand(&mut cursor)?),
            "panic" => Stmt::Panic {
                message: cursor.text()?,
                span: Span::default(),
            },
            "if" | "switch" | "scope" | "loop" | "receive" => {
                return self.nested(word, &mut cursor, rest, depth)
            }
            _ => self.definition(&mut Cursor::new(content))?,
        };
        self.at += 1;
        Ok(stmt)
    }

    /// `v1 := operand` or `v1: Type = …`.
    fn definition(&mut self, cursor: &mut Cursor<'t>) -> Read<Stmt> {
        if let Some((target, value)) = cursor.rest().split_once(" := ") {
            let target = Cursor::new(target).variable()?;
            return Ok(Stmt::Assign(target, self.operand(&mut Cursor::new(value))?));
        }
        let alias = cursor.eat("view ");
        let var = self.variable(cursor, alias)?;
        cursor.expect(" = ")?;
        let ty = self.vars[var.0 as usize].ty;
        Ok(Stmt::Let(var, self.rvalue(cursor, ty)?))
    }

    /// Statements with blocks below them.
    fn nested(
        &mut self,
        word: &str,
        cursor: &mut Cursor<'t>,
        rest: &'t str,
        depth: usize,
    ) -> Read<Stmt> {
        Ok(match word {
            "if" => {
                let condition = self.operand(cursor)?;
                self.at += 1;
                let then = self.block(depth + 1)?;
                self.part("else", depth)?.ok_or("an `if` has an `else`")?;
                let otherwise = self.block(depth + 1)?;
                Stmt::If {
                    condition,
                    then,
                    otherwise,
                }
            }
            "switch" => {
                let on = self.operand(cursor)?;
                self.at += 1;
                let mut cases = Vec::new();
                while let Some(value) = self.part("case", depth)? {
                    let values: Result<Vec<i64>, _> =
                        value.split(", ").map(|value| value.parse()).collect();
                    let values = values.map_err(|_| "a case is a list of numbers")?;
                    cases.push((values, self.block(depth + 1)?));
                }
                self.part("default", depth)?
                    .ok_or("a `switch` has a `default`")?;
                let default = self.block(depth + 1)?;
                Stmt::Switch { on, cases, default }
            }
            "scope" | "loop" => {
                let label = self.label(rest)?;
                self.at += 1;
                let body = self.block(depth + 1)?;
                match word {
                    "scope" => Stmt::Scope(label, body),
                    _ => Stmt::Loop(label, body),
                }
            }
            _ => {
                let alias = cursor.eat("view ");
                let message = self.variable(cursor, alias)?;
                self.at += 1;
                let scan = self.block(depth + 1)?;
                let after = match self.part("after", depth)? {
                    Some(ms) => {
                        let ms = self.operand(&mut Cursor::new(ms))?;
                        Some((ms, self.block(depth + 1)?))
                    }
                    None => None,
                };
                Stmt::Receive(Box::new(Receive {
                    message,
                    scan,
                    after,
                    span: Span::default(),
                }))
            }
        })
    }

    /// The rest of a line that begins with `word`, if there is one here.
    fn part(&mut self, word: &str, depth: usize) -> Read<Option<&'t str>> {
        let Some(content) = self.line_at(depth) else {
            return Ok(None);
        };
        let (first, rest) = content.split_once(' ').unwrap_or((content, ""));
        if first != word {
            return Ok(None);
        }
        self.at += 1;
        Ok(Some(rest))
    }
}

/// Name and parts of a line that declares a type.
fn split_type<'t>(line: &Line<'t>) -> Option<(&'t str, &'t str)> {
    line.content.strip_prefix("type ")?.split_once(" = ")
}

/// Kind, symbol and the rest of a function's first line.
fn header(content: &str) -> Read<(&str, &str, &str)> {
    let begin = match content.find("] ") {
        Some(at) if !content.starts_with("fn") && !content.starts_with("inline fn") => at + 1,
        _ => content.find("fn").map_or(0, |at| at + 2),
    };
    let (kind, rest) = content.split_at(begin);
    let rest = rest.trim_start();
    let end = rest.find('(').ok_or("a function has parameters")?;
    Ok((kind, &rest[..end], &rest[end..]))
}
