//! Advice about functions that are handed to functions: what such a one answers is said by whoever
//! calls it, far from its last line.

use crate::diagnostics::{Code, Diagnostic};
use crate::hir::{Expr, ExprKind, FnId, LocalId, Pat, PatKind};
use crate::source::{Name, Span};
use crate::types::Ty;

use super::{Cause, Infer};

/// How names of functions that others are handed begin: `on_message`, `on_close`.
const CALLBACK: &str = "on_";
/// What the clauses of a supervisor become calls of, and the place of the function that starts.
const CHILD: (&str, &str, usize) = ("Supervisor", "child", 1);
/// What those functions answer that send, which nobody keeps as a state.
const SENDS: [&str; 2] = ["Ws.Delivery", "Ws.BroadcastResult"];
/// What the comparison of `List.sort` is called, and what is said where it answers a Bool.
const ORDER: &str = "order";
const ORDERED: &str =
    "an order is a number below 0, 0, or above 0, as `a - b` is; `List.sort_by(list, \
                       fn x -> x end)` sorts by what can be compared";
/// The advice of E0018.
const START_HELP: &str = "write `start: fn -> spawn(actor) end`";

/// An argument that is a function and whose parameter asks for a certain answer.
#[derive(Clone, Copy)]
pub(super) enum Asked {
    /// The `start` of a supervisor's child.
    Start,
    /// The argument of that number of a call of that function.
    Callback {
        callee: FnId,
        index: usize,
        /// The function, where it has a name, ...
        given: Option<FnId>,
        /// ... and its first and last parameter, where these have one.
        first: Option<LocalId>,
        last: Option<LocalId>,
    },
}

impl Infer<'_, '_> {
    /// Why the argument of that number of a call of `callee` has the parameter's type.
    pub(super) fn cause_of_argument(
        &self,
        callee: Option<FnId>,
        index: usize,
        arg: &Expr,
    ) -> Cause {
        let Some(callee) = callee else {
            return Cause::PLAIN;
        };
        let function = &self.program.functions[callee.index()];
        let (module, name, start) = CHILD;
        let is_library = self.program.modules[function.module.index()].is_stdlib;
        let in_module = &*self.program.modules[function.module.index()].name == module;
        if is_library && in_module && &*function.name == name && index == start {
            return Cause {
                code: Code::E0018,
                asked: Some(Asked::Start),
                ..Cause::PLAIN
            };
        }
        let (given, clauses) = match &arg.kind {
            ExprKind::Function(id) => (Some(*id), &self.program.functions[id.index()].clauses),
            ExprKind::Closure { clauses, .. } => (None, clauses),
            _ => return Cause::PLAIN,
        };
        Cause {
            asked: Some(Asked::Callback {
                callee,
                index,
                given,
                first: clauses.first().and_then(|c| bound(c.patterns.first()?)),
                last: clauses.first().and_then(|c| bound(c.patterns.last()?)),
            }),
            ..Cause::PLAIN
        }
    }

    /// E0001 for `serve(page())`, where `page` itself belongs: it takes what such a function is called
    /// with, so that no argument of it is forgotten. False when there is none.
    pub(super) fn called_too_early(&mut self, params: &[Ty], args: &[&Expr]) -> bool {
        let pairs = args.iter().zip(params);
        let called: Vec<(Span, &Expr)> = pairs
            .filter(|(arg, param)| self.is_called_for(param, arg))
            .filter_map(|(arg, param)| {
                let (ExprKind::Call { callee, .. }, Ty::Fun(wanted, _)) =
                    (&arg.kind, self.shallow(param))
                else {
                    return None;
                };
                let ExprKind::Function(id) = callee.kind else {
                    return None;
                };
                let fits = !wanted.is_empty() && self.visible_arity(id) == wanted.len();
                fits.then_some((arg.span, &**callee))
            })
            .collect();
        let (Some((first, _)), Some((last, _))) = (called.first(), called.last()) else {
            return false;
        };
        let names: Vec<String> = called
            .iter()
            .map(|(_, callee)| self.program.written(callee.span).to_string())
            .collect();
        let message = match names.len() {
            1 => "a function belongs here, which is called later",
            _ => "functions belong here, which are called later",
        };
        let report = Diagnostic::error(Code::E0001, first.to(*last), message);
        let shown = names.join("`, `");
        let report = report.help(format!("leave out the brackets: write `{shown}`"));
        let named = called.iter().zip(names);
        let report = named.fold(report, |report, ((place, _), name)| {
            report.edit(*place, name)
        });
        self.diagnostics.push(report);
        let before = self.diagnostics.count();
        self.give_up_call(params, args);
        self.diagnostics.take_back(before);
        true
    }

    /// Whether a function is called where one should be handed over.
    pub(super) fn is_called_for(&self, param: &Ty, arg: &Expr) -> bool {
        let is_call = matches!(&arg.kind, ExprKind::Call { args, .. } if args.is_empty());
        is_call && matches!(self.shallow(param), Ty::Fun(..))
    }

    /// What the function that is given is to do at its end.
    pub(super) fn callback_advice(
        &self,
        asked: Option<Asked>,
        expected: &Ty,
        found: &Ty,
    ) -> Option<String> {
        let Some(Asked::Callback {
            callee,
            index,
            given,
            first,
            last,
        }) = asked
        else {
            return asked.map(|_| START_HELP.to_string());
        };
        let taken = self.taken_apart(expected, found);
        let (expected, found) = match (self.shallow(expected), self.shallow(found)) {
            (Ty::Fun(wanted, expected), Ty::Fun(params, found)) if wanted.len() == params.len() => {
                (self.shallow(&expected), self.shallow(&found))
            }
            // Its last line.
            (expected, found) => (expected, found),
        };
        if self.show(&expected) == self.show(&found) {
            return taken;
        }
        if let (Ty::Fun(wanted, result), Ty::Fun(params, _)) = (&expected, &found) {
            return self
                .tuple_advice(wanted, params, given, [first, last])
                .or_else(|| self.callback_arity(callee, index, (wanted, result)));
        }
        if given.is_some_and(|id| self.tried.contains_key(&id)) {
            let name = &self.program.functions[given?.index()].name;
            let text = format!(
                "`?` in `{name}` makes it answer `{}`: take the value apart with `case` instead",
                self.show(&found)
            );
            return Some(text);
        }
        let function = &self.program.functions[callee.index()];
        let name = self.callback_name(callee, index)?;
        if &*name == ORDER && expected == self.int_ty() && found == self.bool_ty() {
            return Some(ORDERED.to_string());
        }
        if !name.starts_with(CALLBACK) {
            return given.and_then(|_| self.conversion(&expected, &found));
        }
        let Some(Some(Ty::Fun(params, result))) = function.annotations.get(index) else {
            return None;
        };
        let state = last.map(|local| &*self.program.locals[local.index()].name);
        let part_of = |ty: &Ty, index: usize| match ty {
            Ty::Con(id, args) if Some(*id) == self.program.lang.result => args.get(index).cloned(),
            Ty::Con(..)
            | Ty::Tuple(_)
            | Ty::Fun(..)
            | Ty::Param(_)
            | Ty::Var(_)
            | Ty::Never
            | Ty::Error => None,
        };
        let result_of = |ty: &Ty| part_of(ty, 0);
        if matches!(**result, Ty::Param(_)) && params.last() == Some(&**result) {
            let last = match state.filter(|name| !name.starts_with(['_', '%'])) {
                Some(state) => format!("`{state}`"),
                None => "it".to_string(),
            };
            Some(format!(
                "`{name}` answers the new state: put {last} on the last line"
            ))
        } else if let (Some(state), Some(own)) = (result_of(&expected), result_of(&found)) {
            let (state, own) = (self.show(&state), self.show(&own));
            if state == own {
                let reason = self.show(&part_of(&expected, 1)?);
                return Some(format!("what `{name}` answers in `Err(…)` is a `{reason}`"));
            }
            let is_answer = state == "()" || SENDS.contains(&&*state);
            if is_answer && state != own {
                return Some(format!(
                    "all callbacks share one state, here `{own}`, and another one ends with a \
                     `{state}`: put the state on its last line"
                ));
            }
            Some(format!(
                "all callbacks share one state: here it is `{own}`, in another one `{state}`"
            ))
        } else if result_of(&expected).is_some() {
            Some(format!(
                "`{name}` answers `Ok(…)` or `Err(…)`: put one of them on the last line"
            ))
        } else if expected == Ty::unit() {
            Some(format!(
                "`{name}` answers nothing: put `()` on the last line"
            ))
        } else {
            None
        }
    }
}

impl Infer<'_, '_> {
    /// What a function has to do with a parameter whose value it takes for a part of that.
    fn taken_apart(&self, expected: &Ty, found: &Ty) -> Option<String> {
        let (Ty::Fun(wanted, _), Ty::Fun(params, _)) =
            (self.shallow(expected), self.shallow(found))
        else {
            return None;
        };
        let mut pairs = wanted.iter().zip(&params);
        pairs.find_map(|(given, taken)| {
            let (given, taken) = (self.shallow(given), self.shallow(taken));
            self.payload(&taken, &given)
        })
    }

    /// What a callback is called: the parameter, or the function where the parameter says no more
    /// than that it is one.
    fn callback_name(&self, callee: FnId, index: usize) -> Option<Name> {
        let name = self.parameter_name(callee, index)?;
        let function = &self.program.functions[callee.index()].name;
        Some(match &*name == "callback" {
            true => function.clone(),
            false => name,
        })
    }

    /// The name of a function's parameter of that number, where it has one.
    pub(super) fn parameter_name(&self, function: FnId, index: usize) -> Option<Name> {
        let function = &self.program.functions[function.index()];
        let pattern = function.clauses.first()?.patterns.get(index)?;
        match pattern.kind {
            PatKind::Bind(local) => Some(self.program.locals[local.index()].name.clone()),
            _ => None,
        }
    }

    /// What is wrong with a callback as a whole, and with what is given: its types have types of the
    /// library inside that say nothing in a message.
    pub(super) fn callback_message(
        &self,
        asked: Option<Asked>,
        expected: &Ty,
        found: &Ty,
    ) -> Option<(String, String)> {
        let Some(Asked::Callback { callee, index, .. }) = asked else {
            return None;
        };
        let name = self.callback_name(callee, index)?;
        let (Ty::Fun(wanted, expected), Ty::Fun(params, found)) =
            (self.shallow(expected), self.shallow(found))
        else {
            return None;
        };
        if !name.starts_with(CALLBACK) {
            return None;
        }
        if wanted.len() != params.len() {
            let (wanted, params) = (wanted.len(), params.len());
            let message = format!("`{name}` takes {wanted} parameters, and this takes {params}");
            return Some((message, format!("takes {params}")));
        }
        let (expected, found) = (self.show(&expected), self.show(&found));
        let message = format!("`{name}` answers `{expected}`, and this answers `{found}`");
        (expected != found).then(|| (message, format!("answers `{found}`")))
    }

    /// What to write for a callback that takes the parts of the one tuple which it is called with,
    /// or a tuple of what it is called with. `ends` are its first and last parameter.
    fn tuple_advice(
        &self,
        wanted: &[Ty],
        params: &[Ty],
        given: Option<FnId>,
        ends: [Option<LocalId>; 2],
    ) -> Option<String> {
        let parts_of = |types: &[Ty]| match types {
            [only] => match self.shallow(only) {
                Ty::Tuple(parts) => Some(parts.len()),
                Ty::Con(..) | Ty::Fun(..) | Ty::Param(_) | Ty::Var(_) | Ty::Never | Ty::Error => {
                    None
                }
            },
            _ => None,
        };
        let (count, is_parted) = match (wanted.len(), params.len()) {
            (1, count) => (count, true),
            (count, 1) => (count, false),
            _ => return None,
        };
        let tuple = if is_parted { wanted } else { params };
        if parts_of(tuple) != Some(count) {
            return None;
        }
        let name = |local: Option<LocalId>| {
            let name = &self.program.locals[local?.index()].name;
            (!name.starts_with('%')).then(|| name.to_string())
        };
        let own = match (ends.map(name), count, given) {
            ([Some(first), Some(last)], 2, None) if is_parted => Some(format!("{first}, {last}")),
            _ => None,
        };
        let list = own.unwrap_or_else(|| {
            let letters: Vec<String> = ('a'..='z').take(count).map(String::from).collect();
            letters.join(", ")
        });
        let (heading, called) = match is_parted {
            true => (format!("fn(({list})) ->"), list),
            false => (format!("fn({list}) ->"), format!("({list})")),
        };
        let written = match given {
            Some(id) => {
                let name = &self.program.functions[id.index()].name;
                format!("{heading} {name}({called}) end")
            }
            None => heading,
        };
        Some(match is_parted {
            true => format!("the {count} values come as one tuple: write `{written}`"),
            false => format!("the {count} values come one by one: write `{written}`"),
        })
    }

    /// What a callback with another number of parameters takes and answers.
    fn callback_arity(
        &self,
        callee: FnId,
        index: usize,
        (wanted, result): (&[Ty], &Ty),
    ) -> Option<String> {
        let name = self.callback_name(callee, index)?;
        let types: Vec<String> = wanted.iter().map(|ty| self.show(ty)).collect();
        Some(format!(
            "`{name}` takes ({}) and answers `{}`",
            types.join(", "),
            self.show(result)
        ))
    }
}

/// The name that a parameter is.
fn bound(parameter: &Pat) -> Option<LocalId> {
    match parameter.kind {
        PatKind::Bind(local) => Some(local),
        PatKind::Wildcard
        | PatKind::As(..)
        | PatKind::Int(_)
        | PatKind::Float(_)
        | PatKind::String(_)
        | PatKind::Bool(_)
        | PatKind::Unit
        | PatKind::Tuple(_)
        | PatKind::Constructor { .. }
        | PatKind::Or(_)
        | PatKind::Cons(..)
        | PatKind::Nil
        | PatKind::Bits(_)
        | PatKind::Error => None,
    }
}
