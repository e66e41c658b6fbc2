//! Advice about types for those who come from languages where nothing is missing, or everything is
//! converted.

use crate::hir::{TypeId, TypeKind};
use crate::source::Name;
use crate::types::Ty;

use super::{Cause, Infer};

/// The left side of a comparison that is a comparison itself.
pub(super) const CHAINED: &str = "the left side, a comparison";
/// What stands for a text with places in it.
pub(super) const FILLED_IN: &str = "a text holds values itself: write `\"… ${value} …\"`";
/// The value that says the type of a map's others.
pub(super) const FIRST_VALUE: &str = "the first value";
const OPTION: &str = "an Option is `Some(…)` or `None`; `Ok(…)` and `Err(…)` make a Result";
const RESULT: &str = "a Result is `Ok(…)` or `Err(…)`; `Some(…)` and `None` make an Option";
const NUMBERS: &str =
    "numbers are not converted by themselves: write the Int as a Float, `1.0` or \
                       `Int.to_float(n)`, or convert the Float with `Float.to_int` or `Math.round`";
const NOTHING: &str = "there is no value here: put one on the last line; an `if` has one when it \
                       has an `else`";
const EMPTY: &str = "an Option may be empty: take it apart with `case`, `.with_default(…)` or `?`";
const FAILED: &str =
    "a Result may be an error: take it apart with `case`, `.with_default(…)` or `?`";

const WHOLE: &str = "a whole number belongs here: write it without a point, or convert the Float \
                     with `Math.round` or `Float.to_int`";
const LIST: &str = "a list belongs here: write `[…]` around the value";
const DONE: &str = "a Result belongs here: put `Ok(())` on the last line";
const PLAIN: &str = "the value itself belongs here: leave out `Ok(…)`";

impl Infer<'_, '_> {
    /// What is meant by a value of type `found` where one of type `expected` belongs.
    pub(super) fn habit(&self, expected: &Ty, found: &Ty) -> Option<&'static str> {
        let lang = &self.program.lang;
        let is = |ty: &Ty, id| matches!(ty, Ty::Con(found, _) if Some(*found) == id);
        if *found == Ty::unit() && is(expected, lang.option) {
            Some("what is missing is `None`; `nil` is the value of what answers nothing")
        } else if *found == Ty::unit() && self.holds_unit(expected) {
            Some(DONE)
        } else if *found == Ty::unit() && !self.is_open(expected) {
            Some(NOTHING)
        } else if is(expected, lang.option) && is(found, lang.result) {
            Some(OPTION)
        } else if is(expected, lang.result) && is(found, lang.option) {
            Some(RESULT)
        } else if is(expected, lang.int) && is(found, lang.float) {
            Some(NUMBERS)
        } else {
            match expected {
                Ty::Tuple(parts)
                    if parts.len() == 2
                        && (parts.contains(found)
                            || self.is_answer(parts)
                            || self.is_no_answer(expected, found)) =>
                {
                    Some(
                        "both parts are needed: a `call` of a service answers `(new state, reply)`",
                    )
                }
                Ty::Con(..)
                | Ty::Tuple(_)
                | Ty::Fun(..)
                | Ty::Param(_)
                | Ty::Var(_)
                | Ty::Never
                | Ty::Error => None,
            }
        }
    }

    /// Whether these parts are what a service asks of its handlers.
    fn is_answer(&self, parts: &[Ty]) -> bool {
        let function = &self.program.functions[self.frame.function.index()];
        let is_service = function.name.ends_with(" service");
        is_service && parts.iter().all(|part| self.is_open(part))
    }

    /// Whether the handler being looked at gives a Result or an Option where it has to answer.
    fn is_no_answer(&self, expected: &Ty, found: &Ty) -> bool {
        let function = &self.program.functions[self.frame.function.index()];
        let is_handler = function.name.contains(".%");
        let is_reply = self.operand(found).is_some() && *found != Ty::unit();
        is_handler && is_reply && self.deep(expected) == self.deep(&self.frame.result)
    }

    /// Whether that is a Result whose value says nothing.
    fn holds_unit(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Con(id, args) if Some(*id) == self.program.lang.result => {
                self.shallow(&args[0]) == Ty::unit()
            }
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => false,
        }
    }

    /// How a plain value becomes the Result that is asked for.
    pub(super) fn result_advice(&self, expected: &Ty, found: &Ty) -> Option<&'static str> {
        let lang = &self.program.lang;
        let Ty::Con(id, args) = expected else {
            return None;
        };
        let is_plain = match found {
            Ty::Con(id, _) => ![lang.result, lang.option].contains(&Some(*id)),
            Ty::Tuple(_) | Ty::Param(_) => true,
            Ty::Fun(..) | Ty::Var(_) | Ty::Never | Ty::Error => false,
        };
        if Some(*id) != lang.result || !is_plain {
            return None;
        }
        let given = self.show(found);
        let fits = |ty: &Ty| self.show(ty) == given;
        let is_bool = matches!(found, Ty::Con(id, _) if Some(*id) == lang.bool_);
        if is_bool && !fits(&args[0]) {
            Some(
                "a Bool says not why: answer `Ok(…)` with what is to be known further on, or \
                 `Err(…)` with the reason",
            )
        } else if fits(&args[0]) {
            Some("wrap the value: `Ok(…)`")
        } else if fits(&args[1]) {
            Some("wrap the value: `Err(…)`")
        } else {
            // Of the two sides, one is of another type and nothing is known of the other; an error
            // of which nothing is known is most likely a text.
            let is_text = matches!(found, Ty::Con(id, _) if Some(*id) == lang.string);
            match (self.is_open(&args[0]), self.is_open(&args[1])) {
                (true, false) => Some("wrap the value: `Ok(…)`"),
                (false, true) if is_text => Some("wrap the value: `Err(…)`"),
                (true, true) | (false, _) => None,
            }
        }
    }

    /// What the patterns of an Option or a Result are, for one of the other's.
    pub(super) fn pattern_advice(&self, expected: &Ty, found: &Ty, cause: Cause) -> Option<String> {
        let lang = &self.program.lang;
        let (expected, found) = (self.shallow(expected), self.shallow(found));
        let is = |ty: &Ty, id| matches!(ty, Ty::Con(found, _) if Some(*found) == id);
        if cause.advice {
            None
        } else if is(&expected, lang.option) && is(&found, lang.result) {
            Some("this value is an Option: its patterns are `Some(…)` and `None`".into())
        } else if is(&expected, lang.result) && is(&found, lang.option) {
            Some("this value is a Result: its patterns are `Ok(…)` and `Err(…)`".into())
        } else if is(&expected, lang.list) && matches!(found, Ty::Tuple(_)) {
            Some(
                "a list has any number of elements: take it apart by `case`, with an arm \
                 `[a, b] -> …` and one for all others"
                    .into(),
            )
        } else {
            let given = self.show(&found);
            let maker = self.maker(&expected, &given);
            maker
                .map(|name| format!("write `{name}(…)` around the pattern"))
                .or_else(|| self.nothing_to_unwrap(&expected, &found))
        }
    }

    /// What is said about a pattern of an Option or a Result for a value that is neither.
    fn nothing_to_unwrap(&self, expected: &Ty, found: &Ty) -> Option<String> {
        let lang = &self.program.lang;
        let is = |id| matches!(found, Ty::Con(found, _) if Some(*found) == id);
        let kind = match (is(lang.option), is(lang.result)) {
            (true, _) => "an Option",
            (_, true) => "a Result",
            (false, false) => return None,
        };
        (!self.is_open(expected)).then(|| {
            format!(
                "this value is not {kind}: use the `{}` as it is, without these patterns",
                self.show(expected)
            )
        })
    }

    /// What is said where a function is asked for, and what it answers is given.
    pub(super) fn function_around(&self, expected: &Ty, found: &Ty) -> Option<String> {
        let Ty::Fun(params, result) = expected else {
            return None;
        };
        let is_function = matches!(found, Ty::Fun(..));
        let is_bool =
            matches!(self.shallow(result), Ty::Con(id, _) if Some(id) == self.program.lang.bool_);
        if let ([only], true, false) = (&params[..], is_bool, is_function) {
            let is_asked_for = !self.is_open(found) && self.show(only) == self.show(found);
            let help = "a function belongs here, which answers a Bool: write `fn x -> x == … end`";
            return is_asked_for.then(|| help.to_string());
        }
        let fits = self.is_open(result) || self.show(result) == self.show(found);
        if is_function || self.is_open(found) || !fits {
            return None;
        }
        let names = vec!["_"; params.len()].join(", ");
        let head = match params.len() {
            0 => "fn".to_string(),
            1 => "fn _".to_string(),
            _ => format!("fn({names})"),
        };
        Some(format!(
            "a function belongs here, which is called later: write `{head} -> … end` around this"
        ))
    }

    /// What makes a value of an opaque type of another package.
    pub(super) fn makers(&self, expected: &Ty) -> Option<String> {
        let Ty::Con(id, _) = expected else {
            return None;
        };
        if self.program.may_open(self.frame.module, *id) {
            return None;
        }
        let functions = self.program.functions_making(*id);
        let name = &self.program.types[id.index()].name;
        (!functions.is_empty()).then(|| format!("a `{name}` is made by {}", functions.join(", ")))
    }

    /// Advice about a Float for which there is no operator to blame.
    pub(super) fn whole_number(&self, expected: &Ty, found: &Ty, cause: Cause) -> Option<String> {
        let lang = &self.program.lang;
        let is = |ty: &Ty, id| matches!(self.shallow(ty), Ty::Con(found, _) if Some(found) == id);
        let is_side = cause.because.is_some_and(|(_, what)| what.contains("side"));
        (is(expected, lang.int) && is(found, lang.float) && !is_side).then(|| WHOLE.to_string())
    }

    /// What has to be put around a value, or taken off it, to make it the one that is asked for.
    pub(super) fn wrapping(&self, expected: &Ty, found: &Ty) -> Option<String> {
        let lang = &self.program.lang;
        let wanted = self.show(expected);
        let fits = |ty: &Ty| !self.is_open(ty) && self.show(ty) == wanted;
        if let (Ty::Tuple(wanted), Ty::Tuple(given)) = (expected, found) {
            let show = |parts: &[Ty]| parts.iter().map(|part| self.show(part)).collect();
            let (wanted, mut given): (Vec<String>, Vec<String>) = (show(wanted), show(given));
            given.reverse();
            let is_turned = wanted == given;
            return is_turned.then(|| {
                "the parts stand the other way round; a `call` of a service answers `(new state, \
                 reply)`"
                    .to_string()
            });
        }
        if let Ty::Tuple(parts) = found {
            return (parts.len() > 1 && parts.iter().any(fits))
                .then(|| format!("only the `{wanted}` belongs here, without the other parts"));
        }
        let (Ty::Con(to, parts), Ty::Con(from, args)) = (expected, found) else {
            return None;
        };
        let (is_option, is_result) = (Some(*to) == lang.option, Some(*to) == lang.result);
        if to == from && Some(*to) == lang.list {
            return self.conversion(&parts[0], &args[0]);
        }
        if to == from {
            let names = match (is_option, is_result) {
                (true, _) => &["Some"][..],
                (_, true) => &["Ok", "Err"][..],
                (false, false) => return None,
            };
            let differ = |(part, arg): &(&Ty, &Ty)| self.show(part) != self.show(arg);
            let at = parts.iter().zip(args).position(|pair| differ(&pair))?;
            let held = self.show(&parts[at]);
            return Some(format!("`{}(…)` has to hold `{held}` here", names[at]));
        }
        let given = self.show(found);
        if Some(*from) == lang.result && self.is_open(&args[1]) && fits(&args[0]) {
            return Some(PLAIN.into());
        }
        if Some(*to) == lang.list && self.show(&parts[0]) == given {
            return Some(LIST.into());
        }
        if Some(*to) == lang.bool_ {
            return self.truth(*from);
        }
        if is_option || is_result {
            return None;
        }
        self.maker(expected, &given)
            .map(|name| format!("write `{name}(…)` around the `{given}`"))
    }

    /// What makes a Bool of a value of that type.
    fn truth(&self, from: TypeId) -> Option<String> {
        let lang = &self.program.lang;
        let from = Some(from);
        let example = if from == lang.int {
            "value != 0"
        } else if from == lang.string {
            "value != \"\""
        } else if from == lang.option {
            "Option.is_some(value)"
        } else if from == lang.result {
            "Result.is_ok(value)"
        } else if from == lang.list {
            "value != []"
        } else {
            return None;
        };
        Some(format!(
            "no value counts as true or false: write `{example}`"
        ))
    }

    /// The one variant of a sum that holds just a `held`, as a program names it.
    fn maker(&self, sum: &Ty, held: &str) -> Option<String> {
        let Ty::Con(id, args) = sum else {
            return None;
        };
        let TypeKind::Sum(variants) = &self.program.types[id.index()].kind else {
            return None;
        };
        if !self.program.may_open(self.frame.module, *id) {
            return None;
        }
        let mut holding = variants.iter().filter(|variant| match &variant.fields[..] {
            [field] => self.show(&field.substitute(args)) == held,
            _ => false,
        });
        let (variant, None) = (holding.next()?, holding.next()) else {
            return None;
        };
        Some(self.qualified(*id, &variant.name))
    }

    /// A variant as a program that does not import it writes it.
    fn qualified(&self, id: TypeId, variant: &Name) -> String {
        let def = &self.program.types[id.index()];
        let whole = self.show(&Ty::Con(id, Vec::new()));
        let is_library = self.program.modules[def.module.index()].is_stdlib;
        match whole.rsplit_once('.').filter(|_| is_library) {
            Some((module, _)) => format!("{module}.{variant}"),
            None => variant.to_string(),
        }
    }

    /// What is written for an index into what has none.
    pub(super) fn without_index(&self, ty: &Ty, name: &Name) -> Option<String> {
        let is_text =
            matches!(self.shallow(ty), Ty::Con(id, _) if Some(id) == self.program.lang.string);
        if &**name == "format" && is_text {
            return Some(FILLED_IN.into());
        }
        if &**name != "get" {
            return None;
        }
        match self.shallow(ty) {
            Ty::Tuple(parts) if parts.len() > 1 => {
                Some("a tuple has no index: take it apart, `let (a, b) = value`".into())
            }
            Ty::Con(id, _) if Some(id) == self.program.lang.string => {
                Some("a text has no index: write `String.slice(text, at, at + 1)`".into())
            }
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => None,
        }
    }

    /// What has to be done first with a value that lacks a field or a method.
    pub(super) fn inside(&self, ty: &Ty) -> Option<String> {
        const SHOWN: usize = 4;
        if let Some(advice) = self.operand(ty) {
            return Some(advice.to_string());
        }
        let Ty::Con(id, _) = self.shallow(ty) else {
            return None;
        };
        let TypeKind::Sum(variants) = &self.program.types[id.index()].kind else {
            return None;
        };
        if !self.program.may_open(self.frame.module, id) {
            return None;
        }
        let shown = variants.iter().take(SHOWN).map(|variant| {
            let name = self.qualified(id, &variant.name);
            match variant.fields.is_empty() {
                true => format!("`{name}`"),
                false => format!("`{name}(…)`"),
            }
        });
        let list: Vec<String> = shown.collect();
        let more = if variants.len() > SHOWN { ", …" } else { "" };
        Some(format!(
            "it is one of {}{more}: take it apart with `case`",
            list.join(", ")
        ))
    }

    /// Whether one mistake about Options and Results is all that an advice says.
    pub(super) fn is_of_options(advice: Option<&str>) -> bool {
        advice.is_some_and(|advice| {
            [OPTION, RESULT].contains(&advice) || advice.contains("its patterns are")
        })
    }

    /// Advice about an operator on what may be missing, or on nothing.
    pub(super) fn operand(&self, part: &Ty) -> Option<&'static str> {
        let lang = &self.program.lang;
        match self.shallow(part) {
            Ty::Con(id, _) if Some(id) == lang.option => Some(EMPTY),
            Ty::Con(id, _) if Some(id) == lang.result => Some(FAILED),
            unit if unit == Ty::unit() => Some(NOTHING),
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => None,
        }
    }

    /// The states that two stages of a service have: a program has no name for the stages.
    pub(super) fn states(&self, expected: &Ty, found: &Ty) -> Option<(Ty, Ty)> {
        let state = |ty: &Ty| {
            let Ty::Con(id, args) = self.shallow(ty) else {
                return None;
            };
            let def = &self.program.types[id.index()];
            let module = &self.program.modules[def.module.index()];
            let is_stage = module.is_stdlib && &*module.name == "Service" && &*def.name == "Stage";
            args.last().filter(|_| is_stage).cloned()
        };
        Some((state(expected)?, state(found)?))
    }

    /// Advice about a handler that gives no state of its service.
    pub(super) fn of_state(&self, expected: &Ty, found: &Ty) -> String {
        let expected = self.show(expected);
        let is_pair = |ty: &Ty| match ty {
            Ty::Tuple(parts) => parts.len() == 2 && self.show(&parts[0]) == expected,
            Ty::Con(..) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => false,
        };
        match is_pair(&self.shallow(found)) {
            true => {
                "a `cast` answers the new state alone; `(new state, reply)` is for a `call`".into()
            }
            false => format!("`init` and all handlers give the state, here `{expected}`"),
        }
    }

    /// How a function of a service is called, for `pid.name()`.
    pub(super) fn of_service(&self, ty: &Ty, name: &Name) -> Option<String> {
        let Ty::Con(_, args) = self.shallow(ty) else {
            return None;
        };
        let Some(Ty::Con(id, _)) = args.first().map(|arg| self.shallow(arg)) else {
            return None;
        };
        let def = &self.program.types[id.index()];
        let whole: Name = format!("{}.{name}", def.name).into();
        let is_service = self.by_name.contains_key(&(def.module, whole.clone()));
        is_service.then(|| format!("write `{whole}(…)`, with the pid as its first argument"))
    }
}
