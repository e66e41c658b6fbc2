//! What is to be written between the brackets of a call, while it is being written.
//!
//! The call is half there: its arguments are taken out of a copy of the text, and what is called is
//! asked of a check of the copy.

use std::ops::Range;

use lsp_types::{
    Documentation, ParameterInformation, ParameterLabel, SignatureHelp, SignatureInformation,
};
use snow_compiler::analysis::Parsed;
use snow_compiler::hir::{FnId, Meaning, Role, TypeKind};
use snow_compiler::lex::{self, TokenKind};
use snow_compiler::source::{FileId, Span};
use snow_compiler::types::{print, Ty};

use crate::brackets::{self, Token};
use crate::completion;
use crate::describe;
use crate::places::words;
use crate::signature::{self, Signature};
use crate::snapshot::Snapshot;
use crate::text::is_in_name;

/// A call that is open at a place.
struct Call {
    /// Where the name of what is called begins.
    name: usize,
    /// How many arguments are finished in front of the place.
    given: usize,
    /// How a value stands in front of the name.
    receiver: Receiver,
    /// Where the opening bracket stands.
    open: usize,
    /// The first argument, where it is finished.
    first: Option<Range<usize>>,
    /// The word of the language that is called, which is no function: `send`.
    word: Option<TokenKind>,
}

/// How the first argument of a call stands in front of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Receiver {
    None,
    /// `value.`.
    Dot,
    /// `value |>`.
    Pipe,
}

/// The signatures of what is called around a byte; `None` outside of all calls.
pub(crate) fn help(
    snapshot: &Snapshot,
    parsed: &Parsed,
    file: FileId,
    at: usize,
) -> Option<SignatureHelp> {
    let text = snapshot.text(file);
    let at = outside_of_text(text.get(..at)?);
    let (closing, from) = completion::code_at_end(snapshot, file, &text[..at])?;
    let call = call_at(&text[..at], from)?;
    let (end, is_closed) = end_of_arguments(text, at);
    let closing = if is_closed { "" } else { &closing };
    let check = |start, new: &str| {
        let loaded = completion::replaced(&snapshot.loaded, file, (start, end), new);
        Snapshot::check(loaded, &mut parsed.clone())
    };
    let (known, takes_receiver) = match (call.word, &call.first) {
        (Some(TokenKind::Spawn), Some(actor)) => {
            // The actor stays in the copy: what it takes is what follows.
            let checked = check(actor.end, &format!("){closing}"));
            (vec![spawn_of(&checked, file, actor)?], false)
        }
        (Some(word), _) => (vec![of_word(word)?], false),
        (None, _) => called(&check(call.open, closing), file, &call)?,
    };
    let before = match call.receiver {
        Receiver::None => 0,
        Receiver::Dot => usize::from(takes_receiver),
        Receiver::Pipe => 1,
    };
    let active = call.given + before;
    let fits = |(signature, _): &(Signature, _)| active < signature.params.len();
    let best = known.iter().position(fits).unwrap_or_default();
    let signatures = known.into_iter().map(|known| information(known, active));
    Some(SignatureHelp {
        signatures: signatures.collect(),
        active_signature: Some(best as u32),
        active_parameter: Some(active as u32),
    })
}

fn information(known: (Signature, Option<String>), active: usize) -> SignatureInformation {
    let (signature, doc) = known;
    let label = signature.text();
    let count = signature.params.len();
    let params = signature.params.into_iter();
    let params = params.map(|param| ParameterInformation {
        label: ParameterLabel::Simple(param),
        documentation: None,
    });
    SignatureInformation {
        label,
        documentation: doc.map(|doc| Documentation::MarkupContent(words(&doc))),
        parameters: Some(params.collect()),
        active_parameter: (active < count).then_some(active as u32),
    }
}

/// The end of a text, or where the string begins that it ends in the text of.
fn outside_of_text(before: &str) -> usize {
    let ending = lex::ending(before);
    match ending.text_from {
        Some(start) => start,
        None => before.len(),
    }
}

/// The innermost call whose bracket is open at the end of a text. Code begins at `from`.
fn call_at(before: &str, from: usize) -> Option<Call> {
    let code = &before[from..];
    let tokens = brackets::tokens(code);
    let mut end = tokens.len();
    loop {
        let open = brackets::opening(&tokens[..end])?;
        let arguments = &tokens[open + 1..];
        if let Some((name, receiver)) = callee(code, &tokens[..=open]) {
            // In the body of a function that is an argument nothing is asked for.
            if brackets::is_open(&tokens[open + 1..end]) {
                return None;
            }
            let flat = brackets::flat(arguments).into_iter();
            let commas = flat.filter(|at| arguments[*at].0 == TokenKind::Comma);
            let commas: Vec<usize> = commas.collect();
            let first = commas.first().and_then(|comma| {
                let place = &arguments.first()?.1;
                let end = arguments[..*comma].last()?.1.end;
                Some(from + place.start..from + end)
            });
            let (kind, _) = tokens[open - 1];
            let is_word = kind.is_keyword() && receiver == Receiver::None;
            return Some(Call {
                name: from + name,
                given: commas.len(),
                receiver,
                open: from + tokens[open].1.start,
                first,
                word: (is_word && !is_behind_dot(&tokens[..open - 1])).then_some(kind),
            });
        }
        end = open;
    }
}

/// What is called by the bracket that ends some tokens: where its name begins, and what stands in
/// front of that.
fn callee(code: &str, tokens: &[Token]) -> Option<(usize, Receiver)> {
    let [before @ .., (kind, name), (TokenKind::LeftParen, bracket)] = tokens else {
        return None;
    };
    let is_name = *kind == TokenKind::Name || (kind.is_keyword() && is_behind_dot(before));
    let is_word = of_word(*kind).is_some();
    if !(is_name || is_word) || name.end != bracket.start {
        return None;
    }
    let mut rest = before;
    let mut first = name.clone();
    while let [more @ .., (TokenKind::Name, part), (TokenKind::Dot, _)] = rest {
        first = part.clone();
        rest = more;
    }
    use TokenKind::{Actor, Call as CallWord, Cast, Def, Dot, Fn, PipeArrow};
    let is_path = code[first].starts_with(char::is_uppercase);
    match rest.last().map(|(kind, _)| *kind) {
        Some(Fn | Def | Actor | CallWord | Cast) => None,
        Some(PipeArrow) => Some((name.start, Receiver::Pipe)),
        Some(Dot) => Some((name.start, Receiver::Dot)),
        _ if is_path || rest.len() == before.len() => Some((name.start, Receiver::None)),
        _ => Some((name.start, Receiver::Dot)),
    }
}

/// Behind a dot a word of the language is a name as any other: `Ws.send`.
fn is_behind_dot(before: &[Token]) -> bool {
    matches!(before.last(), Some((TokenKind::Dot, _)))
}

/// Where the arguments end that are open at a byte, and whether a bracket closes them. Without one
/// they end with the line.
fn end_of_arguments(text: &str, at: usize) -> (usize, bool) {
    let behind = brackets::tokens(&text[at..]);
    let close = brackets::closing(&behind).map(|index| &behind[index]);
    if let Some((TokenKind::RightParen, place)) = close {
        return (at + place.end, true);
    }
    let line = text[at..].find('\n').map_or(text.len(), |end| at + end);
    match close {
        Some((_, place)) if at + place.start < line => (at + place.start, true),
        _ => (line, false),
    }
}

/// A signature with what is said about it.
type Known = (Signature, Option<String>);

/// What is called by a word of the language.
fn of_word(word: TokenKind) -> Option<Known> {
    let (begin, params, end, doc): (_, &[&str], _, _) = match word {
        TokenKind::Spawn => (
            "spawn",
            &["actor", "arguments"],
            " -> Pid<M>",
            "Starts an actor, which takes the arguments.",
        ),
        TokenKind::Send => (
            "send",
            &["pid :: Pid<M>", "message :: M"],
            " -> ()",
            "Puts a message into the mailbox of an actor, and does not wait.",
        ),
        TokenKind::Link => (
            "link",
            &["pid :: Pid<M>"],
            " -> ()",
            "Links the calling actor with another: when one ends by a crash or by force, so does \
             the other.",
        ),
        _ => return None,
    };
    let signature = Signature {
        begin: begin.into(),
        params: params.iter().map(|param| param.to_string()).collect(),
        end: end.into(),
    };
    Some((signature, Some(doc.into())))
}

/// What is called by `spawn` with that actor: it, and what it takes.
fn spawn_of(checked: &Snapshot, file: FileId, actor: &Range<usize>) -> Option<Known> {
    let named = checked.named_at(file, actor.end)?;
    let Meaning::Function(id) = named.meaning else {
        return None;
    };
    let (taken, doc) = functions(checked, vec![id]).pop()?;
    let mut params = vec![checked.text(file)[actor.clone()].to_string()];
    params.extend(taken.params);
    let begin = "spawn".into();
    Some((
        Signature {
            begin,
            params,
            end: taken.end,
        },
        doc,
    ))
}

/// What a call may mean, and whether it takes the value in front of a dot as its first argument.
fn called(checked: &Snapshot, file: FileId, call: &Call) -> Option<(Vec<Known>, bool)> {
    let program = &checked.analysis.program;
    if call.receiver == Receiver::Dot {
        let base = completion::base_at(checked, file, call.name as u32);
        let base = base.and_then(|base| checked.analysis.typed.expr.get(base.id.index()));
        let written = name_at(checked.text(file), call.name);
        let named = |id: &FnId| *program.functions[id.index()].name == *written;
        let methods = base.map(|ty| completion::methods(checked, file, ty));
        let mut methods = methods.unwrap_or_default();
        methods.retain(named);
        if !methods.is_empty() {
            return Some((functions(checked, methods), true));
        }
    }
    let named = checked.named_at(file, call.name)?;
    let known = match &named.meaning {
        Meaning::Function(id) => functions(checked, namesakes(checked, *id)),
        Meaning::Variant(id, index) => {
            let signature = signature::of_variant(checked, *id, *index)?;
            let described = describe::meaning(checked, &named.meaning, named.span);
            vec![(signature, described.and_then(|found| found.doc))]
        }
        Meaning::Local(_) | Meaning::Field(..) => {
            vec![of_value(checked, &named.meaning, named.span)?]
        }
        Meaning::Module(_)
        | Meaning::Type(_)
        | Meaning::Alias(..)
        | Meaning::Interface(_)
        | Meaning::Constant(..) => return None,
    };
    let takes_receiver = matches!(named.meaning, Meaning::Function(_));
    Some((known, takes_receiver))
}

/// The name that begins at a byte.
fn name_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or_default();
    &rest[..rest.len() - rest.trim_start_matches(is_in_name).len()]
}

/// Functions that are called by the name of one, with as many arguments or others.
fn namesakes(checked: &Snapshot, id: FnId) -> Vec<FnId> {
    let functions = &checked.analysis.program.functions;
    let one = &functions[id.index()];
    if one.role != Role::Free {
        return vec![id];
    }
    let all = functions.iter().enumerate().filter(|(_, other)| {
        other.module == one.module && other.name == one.name && other.role == Role::Free
    });
    all.map(|(index, _)| FnId(index as u32)).collect()
}

fn functions(checked: &Snapshot, ids: Vec<FnId>) -> Vec<Known> {
    let (program, typed) = (&checked.analysis.program, &checked.analysis.typed);
    let known = ids.into_iter().map(|id| {
        let (function, scheme) = (&program.functions[id.index()], &typed.scheme[id.index()]);
        let signature = signature::of_function(checked, function, scheme);
        let described = describe::meaning(checked, &Meaning::Function(id), function.name_span);
        (signature, described.and_then(|found| found.doc))
    });
    known.collect()
}

/// A name that holds a function.
fn of_value(checked: &Snapshot, meaning: &Meaning, at: Span) -> Option<Known> {
    let (program, typed) = (&checked.analysis.program, &checked.analysis.typed);
    let (ty, generics) = match meaning {
        Meaning::Local(id) => (
            typed.local.get(id.index())?,
            describe::generics_at(checked, at),
        ),
        Meaning::Field(id, index) => {
            let def = &program.types[id.index()];
            let TypeKind::Struct(fields) = &def.kind else {
                return None;
            };
            (&fields.get(*index)?.1, def.generics.clone())
        }
        Meaning::Module(_)
        | Meaning::Type(_)
        | Meaning::Alias(..)
        | Meaning::Interface(_)
        | Meaning::Variant(..)
        | Meaning::Function(_)
        | Meaning::Constant(..) => return None,
    };
    let Ty::Fun(params, result) = ty else {
        return None;
    };
    let shown = |ty: &Ty| print::ty(program, ty, &generics);
    let signature = Signature {
        begin: checked.slice(at).to_string(),
        params: params.iter().map(shown).collect(),
        end: format!(" -> {}", shown(result)),
    };
    let described = describe::meaning(checked, meaning, at);
    Some((signature, described.and_then(|found| found.doc)))
}
