//! What is said about types that do not fit.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{TypeId, TypeKind, VariantDef};
use crate::source::{Name, Span};
use crate::types::{print, Ty};

use super::bounds::{Bound, Lack};
use super::habits::{CHAINED, FILLED_IN, FIRST_VALUE};
use super::operator::{JOIN_LISTS, JOIN_TEXTS};
use super::unify::Clash;
use super::{Cause, Infer};
use crate::types::Need;

impl Infer<'_, '_> {
    pub(super) fn report(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.diagnostics
            .push(Diagnostic::error(code, span, message));
    }

    pub(super) fn report_with_help(
        &mut self,
        code: Code,
        span: Span,
        message: String,
        help: Option<String>,
    ) {
        let mut diagnostic = Diagnostic::error(code, span, message);
        diagnostic.help = help;
        self.diagnostics.push(diagnostic);
    }

    /// A type as it is known by now.
    pub(super) fn show(&self, ty: &Ty) -> String {
        let mut names: Vec<Name> = Vec::new();
        let named = self.name_rigid(&self.deep(ty), &mut names);
        print::ty(self.program, &named, &names)
    }

    /// Type parameters stand for themselves, so they print under their own names.
    fn name_rigid(&self, ty: &Ty, names: &mut Vec<Name>) -> Ty {
        match ty {
            Ty::Var(v) => match &self.variables[*v as usize].rigid {
                Some(name) => {
                    names.push(name.clone());
                    Ty::Param(names.len() as u32 - 1)
                }
                None => ty.clone(),
            },
            Ty::Con(id, args) => Ty::Con(
                *id,
                args.iter().map(|t| self.name_rigid(t, names)).collect(),
            ),
            Ty::Tuple(items) => {
                Ty::Tuple(items.iter().map(|t| self.name_rigid(t, names)).collect())
            }
            Ty::Fun(params, result) => {
                let params = params.iter().map(|t| self.name_rigid(t, names)).collect();
                Ty::Fun(params, Box::new(self.name_rigid(result, names)))
            }
            other => other.clone(),
        }
    }

    /// Makes `found` be `expected` or says why it is not.
    pub(super) fn expect(&mut self, expected: &Ty, found: &Ty, span: Span, cause: Cause) -> bool {
        self.place = span;
        let Err(clash) = self.unify(expected, found) else {
            return true;
        };
        let states = self.states(expected, found);
        let (expected, found) = states.as_ref().map_or((expected, found), |(e, f)| (e, f));
        match clash {
            Clash::Lacks(lack) => self.lacks(found, &lack, span),
            Clash::Infinite => match self.callback_advice(cause.asked, expected, found) {
                Some(help) => {
                    let message = self.differ(expected, found);
                    self.report_with_help(cause.code, span, message, Some(help));
                }
                None => {
                    let message =
                        "infinite type: this value would have a type that contains itself";
                    let help = self.own_pid_advice(found);
                    let help = help.unwrap_or_else(|| self.differ(expected, found));
                    self.report_with_help(Code::E0002, span, message.into(), Some(help));
                }
            },
            Clash::Shared => self.not_shared(expected, found, span, cause),
            Clash::Different if self.is_tried(expected, cause) => self.not_returned(found, span),
            Clash::Different if self.differ_by_nil(expected, found, span, cause) => {}
            Clash::Different => {
                let of_callback = self.callback_message(cause.asked, expected, found);
                let (message, here) = of_callback.unwrap_or_else(|| {
                    let here = format!("`{}`", self.show(found));
                    (self.differ(expected, found), here)
                });
                let mut report = Diagnostic::error(cause.code, span, message).here(here);
                if let Some((place, what)) = cause.because {
                    report = report.also(place, format!("{what}: `{}`", self.show(expected)));
                }
                report = self.with_origins(report, expected, found, span, cause);
                report.help = (states.is_some().then(|| self.of_state(expected, found)))
                    .or_else(|| self.callback_advice(cause.asked, expected, found))
                    .or_else(|| self.whole_number(expected, found, cause))
                    .or_else(|| self.conversion(expected, found))
                    .filter(|_| cause.advice)
                    .or_else(|| self.pattern_advice(expected, found, cause));
                let is_number = |ty: &Ty| self.is_number(ty);
                let is_mixed = !(is_number(expected) && is_number(found));
                if is_mixed && cause.because.is_some_and(|(_, what)| what == FIRST_VALUE) {
                    report = report.help(
                        "all values of a map are of one type: a `struct` holds several, and \
                         `deriving(Json)` makes JSON of it",
                    );
                }
                if cause.because.is_some_and(|(_, what)| what == CHAINED) {
                    let help = "a comparison has two sides: write `a < b and b < c`";
                    report.help = Some(help.to_string());
                }
                if let Some(help) = self.written_nil(expected, span) {
                    report = report.help(help);
                }
                if let Some(place) = self.waited_at(expected) {
                    let help = "a local function that asks its parameter for this has one type: \
                                write it outside, as `fn name(value :: Type)`, once for each type";
                    report = report.also(place, "this is decided once").help(help);
                }
                if let Some(help) = self.decided_by_use(cause.argument) {
                    report = report.help(help);
                }
                match Self::is_of_options(report.help.as_deref()) {
                    true => self.diagnostics.note_advice(report),
                    false => self.diagnostics.push(report),
                }
            }
        }
        false
    }

    /// True when a `?` decided what the function returns, and nothing else says that.
    fn is_tried(&self, expected: &Ty, cause: Cause) -> bool {
        let is_plain = cause.code == Cause::PLAIN.code && cause.advice;
        let is_result = || self.deep(expected) == self.deep(&self.frame.result);
        is_plain && self.frame.tried.is_some() && is_result()
    }

    /// E0036 at the `?`, once: the function does not return what that needs.
    fn not_returned(&mut self, found: &Ty, span: Span) {
        let Some((tried, false)) = self.frame.tried else {
            return;
        };
        self.frame.tried = Some((tried, true));
        let kind = match self.shallow(&self.frame.result) {
            Ty::Con(id, _) if Some(id) == self.program.lang.option => "Option",
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => "Result",
        };
        let message = format!("`?` requires function to return `{kind}`");
        let returns = format!("it returns `{}` here", self.show(found));
        let report = Diagnostic::error(Code::E0036, tried, message).also(span, returns);
        self.diagnostics
            .push(report.help("take the value apart with `case` instead"));
    }

    fn differ(&self, expected: &Ty, found: &Ty) -> String {
        let (wanted, given) = (self.show(expected), self.show(found));
        if wanted != given {
            return format!("expected `{wanted}`, found `{given}`");
        }
        // What differs is nothing that is written: the types that a service leaves open.
        let (expected, found) = self.parts_apart(expected, found);
        let (expected, found) = (self.show(&expected), self.show(&found));
        format!("expected `{expected}`, found `{found}`, where `{wanted}` leaves the type open")
    }

    /// The usual way from one type to the other.
    pub(super) fn conversion(&self, expected: &Ty, found: &Ty) -> Option<String> {
        let lang = &self.program.lang;
        let (expected, found) = (self.shallow(expected), self.shallow(found));
        if self.is_string(&expected) && self.is_json_value(&found) {
            return Some(
                "make text of it with `Json.encode(…)`; the text that it holds is `.as_text()`, an \
                 Option"
                    .to_string(),
            );
        }
        if let Some(advice) = self.payload(&expected, &found) {
            return Some(advice);
        }
        if let Some(advice) = self.function_around(&expected, &found) {
            return Some(advice);
        }
        if let Some(advice) = self.habit(&expected, &found) {
            return Some(advice.to_string());
        }
        if let Some(advice) = self.wrapping(&expected, &found) {
            return Some(advice);
        }
        let con = |ty: &Ty| {
            if let Ty::Con(id, _) = ty {
                Some(*id)
            } else {
                None
            }
        };
        let (to, from) = (con(&expected), con(&found));
        let may_be_nothing = from.is_some() && (from == lang.option || from == lang.result);
        if to == lang.string && may_be_nothing {
            return self.operand(&found).map(str::to_string);
        }
        let text = if from == lang.int && to == lang.float && to.is_some() {
            "write a Float literal such as `1.0`, or convert with `Int.to_float`"
        } else if from == lang.string && to == lang.int && to.is_some() {
            "write a number without quotes, or read it with `String.to_int(…)`, an Option"
        } else if to == lang.string && to.is_some() && from == lang.bytes {
            "text is UTF-8: read the bytes with `Bytes.to_string(…)`, a Result, or use the function \
             for bytes, such as `Ws.send_binary`"
        } else if to == lang.bytes && to.is_some() && from == lang.string {
            "make bytes of the text with `Bytes.from_string(…)`"
        } else if to == lang.string && to.is_some() && self.may_be_json(&found) {
            "make it text with `\"${…}\"`, or JSON with `Json.encode(…)`"
        } else if to == lang.string && to.is_some() && !matches!(found, Ty::Fun(..)) {
            "make it text with `\"${…}\"` or `.to_string()`"
        } else if to == lang.option && to.is_some() && from != lang.option && from != lang.result {
            "wrap the value: `Some(…)`"
        } else if let Some(advice) = self.result_advice(&expected, &found) {
            advice
        } else if from == lang.option && from.is_some() {
            "an Option may be empty: take it apart with `case`, or use `?`"
        } else if from == lang.result && from.is_some() && expected == Ty::unit() {
            "a Result may be an error: take it apart with `case`; `let _ = …`, on a line of its own, \
             drops it"
        } else if from == lang.result && from.is_some() {
            "a Result may be an error: take it apart with `case`, or use `?`"
        } else if matches!(found, Ty::Fun(ref params, _) if params.is_empty()) {
            "call it: `name()`"
        } else if from == lang.string && to.is_some_and(|id| self.is_json(id)) {
            "read the text with `Json.parse(…)`, a Result"
        } else if to == from {
            return None;
        } else {
            return self.makers(&expected);
        };
        Some(text.to_string())
    }

    /// Whether a value of that type is likely to be meant as JSON: a collection, or a type of the
    /// program.
    fn may_be_json(&self, found: &Ty) -> bool {
        let lang = &self.program.lang;
        let Ty::Con(id, _) = found else {
            return false;
        };
        let def = &self.program.types[id.index()];
        let is_own = !self.program.modules[def.module.index()].is_stdlib;
        let is_collection = [lang.list, lang.map].contains(&Some(*id));
        is_own || is_collection || &*def.name == "Json"
    }

    fn is_number(&self, ty: &Ty) -> bool {
        let lang = &self.program.lang;
        matches!(self.shallow(ty), Ty::Con(id, _) if [lang.int, lang.float].contains(&Some(id)))
    }

    fn is_string(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Con(id, _) if Some(*id) == self.program.lang.string)
    }

    fn is_json_value(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Con(id, _) if self.is_json(*id))
    }

    /// Whether that is the library's `Json`.
    pub(super) fn is_json(&self, id: TypeId) -> bool {
        let def = &self.program.types[id.index()];
        self.program.modules[def.module.index()].is_stdlib && &*def.name == "Json"
    }

    /// A sum type one of whose variants holds just what is asked for.
    pub(super) fn payload(&self, expected: &Ty, found: &Ty) -> Option<String> {
        let lang = &self.program.lang;
        let Ty::Con(id, args) = found else {
            return None;
        };
        let TypeKind::Sum(variants) = &self.program.types[id.index()].kind else {
            return None;
        };
        if Some(*id) == lang.option || Some(*id) == lang.result || self.is_open(expected) {
            return None;
        }
        let wanted = self.show(expected);
        let holds = |variant: &&VariantDef| match &variant.fields[..] {
            [field] => self.show(&field.substitute(args)) == wanted,
            _ => false,
        };
        let variant = variants.iter().find(holds)?;
        let (whole, name) = (self.show(found), &variant.name);
        Some(format!(
            "take the `{whole}` apart with `case`: `{name}` holds the `{wanted}`"
        ))
    }

    /// E0006: a part of `whole` does not support what is asked.
    pub(super) fn lacks(&mut self, whole: &Ty, lack: &Lack, span: Span) {
        let (whole_text, part_text) = (self.show(whole), self.show(&lack.part));
        let inside = if whole_text == part_text {
            String::new()
        } else {
            format!(" (inside `{whole_text}`)")
        };
        let what = match &lack.bound {
            Bound::Need(Need::Default) => {
                let message = format!("`{part_text}`{inside} has no default value");
                let help = self.how_to_get(lack, Need::Default);
                return self.report_with_help(Code::E0049, span, message, help);
            }
            Bound::Need(need) => support_of(*need).to_string(),
            Bound::Interface(bound) => {
                let shown = print::interface(self.program, bound, &[]);
                let interface = &self.program.interfaces[bound.interface.index()];
                let message = format!("`{part_text}`{inside} does not implement `{shown}`");
                let help = match self.shallow(&lack.part) {
                    Ty::Var(_) => format!("write `where {part_text}: {shown}`"),
                    Ty::Con(..) if self.has_namesake(&interface.name) => format!(
                        "the `{0}` of this program is another interface: call it otherwise, and \
                         write `deriving(Json)` behind the `end` of the type",
                        interface.name
                    ),
                    Ty::Con(id, _) if self.may_derive_json(id, &interface.name) => format!(
                        "write `deriving(Json)` behind the `end` of `{}`",
                        self.program.types[id.index()].name
                    ),
                    Ty::Con(..)
                    | Ty::Tuple(_)
                    | Ty::Fun(..)
                    | Ty::Param(_)
                    | Ty::Never
                    | Ty::Error => format!("write `impl {} for {part_text}`", interface.name),
                };
                let (here, owner) = (self.frame.module, interface.module);
                let is_nameable = interface.is_public || self.program.sees_private(here, owner);
                let mut report = Diagnostic::error(Code::E0006, span, message);
                report = report.also(interface.span, "the interface");
                report.help = Some(help).filter(|_| is_nameable);
                return self.diagnostics.push(report);
            }
        };
        if lack.part == Ty::unit() {
            let here = format!("{what} is asked of it here");
            if self.decided_by_nil(self.fixed_at(whole), span, here) {
                return;
            }
        }
        let message = format!("`{part_text}`{inside} does not support {what}");
        let Bound::Need(need) = lack.bound else {
            return;
        };
        let help = self.how_to_get(lack, need);
        let mut report = Diagnostic::error(Code::E0006, span, message);
        report.help = help;
        let report = self.with_origin(report, whole, span);
        self.diagnostics.push(report);
    }

    /// Whether the program declares an interface of the name of one of the library's for JSON.
    fn has_namesake(&self, name: &str) -> bool {
        let is_json = matches!(name, "ToJson" | "FromJson");
        let own = |module: crate::hir::ModuleId| !self.program.modules[module.index()].is_stdlib;
        let mut interfaces = self.program.interfaces.iter();
        is_json && interfaces.any(|one| *one.name == *name && own(one.module))
    }

    /// Whether `deriving(Json)` makes the interface for a type of the program.
    pub(super) fn may_derive_json(&self, id: TypeId, interface: &Name) -> bool {
        let def = &self.program.types[id.index()];
        let is_own = !self.program.modules[def.module.index()].is_stdlib;
        is_own && matches!(&**interface, "ToJson" | "FromJson")
    }

    fn how_to_get(&self, lack: &Lack, need: Need) -> Option<String> {
        let part = &lack.part;
        let lang = &self.program.lang;
        let name = need.interface();
        if let Some(advice) = self.operand(part).filter(|_| need.is_arithmetic()) {
            return Some(advice.to_string());
        }
        let id = match self.shallow(part) {
            Ty::Con(id, _) if Some(id) == lang.string && need == Need::Add => {
                return Some(JOIN_TEXTS.to_string())
            }
            Ty::Con(id, _) if Some(id) == lang.list && need == Need::Add => {
                return Some(JOIN_LISTS.to_string())
            }
            Ty::Con(id, _) if Some(id) == lang.string && need == Need::Mul => {
                return Some("write `String.repeat(text, times)`".to_string())
            }
            Ty::Con(id, _) if Some(id) == lang.string && need == Need::Mod => {
                return Some(FILLED_IN.to_string())
            }
            Ty::Con(id, _) => id,
            Ty::Fun(..) if need.is_arithmetic() => {
                return Some("this is a function: call it to have its result".to_string())
            }
            Ty::Fun(..) if need == Need::Default => return None,
            Ty::Fun(..) => return Some("functions cannot be compared".to_string()),
            Ty::Var(_) => {
                return name.map(|name| format!("write `where {}: {name}`", self.show(part)))
            }
            Ty::Tuple(_) | Ty::Param(_) | Ty::Never | Ty::Error => return None,
        };
        let def = &self.program.types[id.index()];
        if self.program.modules[def.module.index()].is_stdlib {
            return None;
        }
        let ty = &def.name;
        match (need, name) {
            (Need::Hash, _) if self.has_impl(Need::Eq, part) => Some(format!(
                "`{ty}` has an `Eq` of its own: write `impl Hash for {ty}` that fits it"
            )),
            (Need::Text, _) => Some(format!(
                "derive `Display` or `Debug`, or write `impl Display for {ty}`"
            )),
            (Need::Eq | Need::Ord | Need::Hash | Need::Display | Need::Debug, Some(name)) => {
                let list = match lack.is_key {
                    true => def.derives.with(Need::Hash),
                    false => def.derives.with(need),
                };
                Some(format!(
                    "write `deriving({list})`, or `impl {name} for {ty}`"
                ))
            }
            (_, Some(name)) => Some(format!("write `impl {name} for {ty}`")),
            (_, None) => None,
        }
    }
}

/// What a type lacks, in words.
fn support_of(need: Need) -> &'static str {
    match need {
        Need::Add => "`+` (`Add`)",
        Need::Sub => "`-` (`Sub`)",
        Need::Mul => "`*` (`Mul`)",
        Need::Div => "`/` (`Div`)",
        Need::Mod => "`%` (`Mod`)",
        Need::Negate => "arithmetic",
        Need::Eq => "`==` (`Eq`)",
        Need::Ord => "an order (`Ord`)",
        Need::Not => "`not` (`Not`)",
        Need::Hash => "hashing (`Hash`)",
        Need::Display => "`Display`",
        Need::Debug => "`inspect` (`Debug`)",
        Need::Default => "`default()` (`Default`)",
        Need::Text => "interpolation (`Display` or `Debug`)",
        Need::Known => "a name",
    }
}
