//! The examples in a module's doc comments, as modules with a test each.
//!
//! In: a module of a project. Out: for each example of what is public a module of its own, whose
//! text has every line of the example at the line where it stands in the comment: what is wrong in
//! it is reported there. An example is a block that is fenced and marked `snow`, or indented with a
//! `#=>` in it; one marked `snow ignore` is none. A line `expression #=> value` asserts that both
//! are equal, and a value with `…` in it shows a shape only.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::ast::{self, ItemKind};
use crate::diagnostics::Diagnostics;
use crate::lex::{self, Class};
use crate::parse;
use crate::source::Sources;

/// What stands between an expression and its value.
const GIVES: &str = "#=>";

/// As long, but a comment of one line for the lexer; the other begins one of several lines.
const REMARK: &str = "#->";

/// What stands in a value of which only the shape is shown.
const SHAPE: char = '…';

/// What stands in front of a line of an indented example, behind the mark of its comment.
const INDENT: &str = "     ";

/// Words that begin an item which only its own module may use.
const PRIVATE: &[&str] = &[
    "fn ",
    "def ",
    "struct ",
    "type ",
    "let ",
    "interface ",
    "opaque ",
];

/// A file whose examples are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Documented<'t> {
    /// Its path, as people write it.
    pub shown: &'t str,
    /// The name of its module.
    pub module: &'t str,
    /// What is in it.
    pub text: &'t str,
}

/// An example as it is compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The name of its module.
    pub module: String,
    /// The text of that module.
    pub text: String,
    /// The lines, from 0, where it stands in its file. They are the same lines in `text`.
    pub lines: Range<usize>,
}

/// Lines of a comment that are one example.
struct Block<'t> {
    /// The index in the file of its first line.
    first: usize,
    /// Its lines, without the mark of the comment.
    lines: Vec<&'t str>,
}

/// All examples of a file, in their order; none of one with errors of syntax. Deep trees need the
/// compiler's stack.
pub fn of(file: Documented) -> Vec<Example> {
    let blocks = blocks(file.text);
    if blocks.is_empty() {
        return Vec::new();
    }
    let Some(read) = parsed(file.text) else {
        return Vec::new();
    };
    let examples = blocks.iter().map(|block| Example {
        module: format!("{}.Example{}", file.module, block.first + 1),
        text: block.text(file, &read),
        lines: block.first..block.first + block.lines.len(),
    });
    examples.collect()
}

/// Whether a text has no errors of syntax. Deep trees need the compiler's stack.
pub fn can_be_read(text: &str) -> bool {
    parsed(text).is_some()
}

/// The tree of a text without errors of syntax.
fn parsed(text: &str) -> Option<ast::Module> {
    let mut sources = Sources::default();
    let file = sources.add("example.snow", "Example", false, text);
    let mut diagnostics = Diagnostics::default();
    let read = parse::module(&sources, file, &mut diagnostics);
    diagnostics.sorted().is_empty().then_some(read)
}

/// The examples in the comments of a file.
fn blocks(text: &str) -> Vec<Block<'_>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let Some((mark, _)) = comment(lines[at]) else {
            at += 1;
            continue;
        };
        let is_same = |line: &&&str| comment(line).is_some_and(|(other, _)| other == mark);
        let length = lines[at..].iter().take_while(is_same).count();
        let below = lines.get(at + length).copied().unwrap_or_default();
        let is_private = mark == "##" && PRIVATE.iter().any(|word| below.starts_with(word));
        if !is_private {
            blocks_of_comment(&lines[at..at + length], at, &mut found);
        }
        at += length;
    }
    found
}

/// The mark of a line of a comment, and the text behind it.
fn comment(line: &str) -> Option<(&'static str, &str)> {
    let line = line.trim_start();
    let marks = ["##!", "##"].into_iter();
    marks
        .filter_map(|mark| Some((mark, line.strip_prefix(mark)?)))
        .find(|(_, rest)| !rest.starts_with('#'))
}

fn blocks_of_comment<'t>(lines: &[&'t str], at: usize, found: &mut Vec<Block<'t>>) {
    let text = |line: &&'t str| comment(line).map_or("", |(_, rest)| rest);
    let mut lines = lines.iter().map(text).enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let trimmed = line.trim_start();
        if let Some(info) = trimmed.strip_prefix("```") {
            let mut words = info.split_whitespace();
            let is_run = words.next() == Some("snow") && words.all(|word| word != "ignore");
            let inside = lines.by_ref().map(|(_, line)| line);
            let inside = inside.take_while(|line| line.trim() != "```").collect();
            let block = Block {
                first: at + index + 1,
                lines: inside,
            };
            found.extend(Some(block).filter(|_| is_run));
        } else if line.starts_with(INDENT) && !trimmed.is_empty() {
            let mut inside = vec![line];
            let goes_on = |next: &(usize, &str)| next.1.starts_with(INDENT);
            while let Some((_, line)) = lines.next_if(goes_on) {
                inside.push(line);
            }
            let block = Block {
                first: at + index,
                lines: inside,
            };
            let has_value = |line: &Asserted| matches!(line, Asserted::Equal(..));
            let is_run = asserted(&block.lines).iter().any(has_value);
            found.extend(Some(block).filter(|_| is_run));
        }
    }
}

/// What a line of an example says.
enum Asserted<'t> {
    /// An expression and its value.
    Equal(&'t str, &'t str),
    /// Nothing that can be compared.
    Shape,
    /// It has no value.
    Plain,
}

/// What each line of an example says. A `#=>` gives a value where it begins a comment: in a text or
/// inside of a comment it is a part of that.
fn asserted<'t>(lines: &[&'t str]) -> Vec<Asserted<'t>> {
    let whole = lines.join("\n").replace(GIVES, REMARK);
    let parts = lex::classes(&whole).into_iter();
    let comments: BTreeSet<usize> = parts
        .filter(|(_, class)| *class == Class::Comment)
        .map(|(range, _)| range.start)
        .collect();
    let mut start = 0;
    let mut said = |line: &&'t str| {
        let begin = start;
        start += line.len() + 1;
        let places = line.match_indices(GIVES).map(|(at, _)| at);
        let Some(at) = places
            .into_iter()
            .find(|at| comments.contains(&(begin + at)))
        else {
            return Asserted::Plain;
        };
        let (code, value) = (line[..at].trim(), value(&line[at + GIVES.len()..]));
        match value.contains(SHAPE) || code.is_empty() {
            true => Asserted::Shape,
            false => Asserted::Equal(code, value),
        }
    };
    lines.iter().map(&mut said).collect()
}

/// The value that stands behind a `#=>`, without a comment of its own.
fn value(behind: &str) -> &str {
    let parts = lex::classes(behind).into_iter();
    let end = parts
        .filter(|(_, class)| *class == Class::Comment)
        .map(|(range, _)| range.start)
        .next();
    behind[..end.unwrap_or(behind.len())].trim()
}

impl Block<'_> {
    /// The text of the module that stands for the example.
    fn text(&self, module: Documented, read: &ast::Module) -> String {
        let mut lines = vec![String::new(); self.first];
        let said = asserted(&self.lines);
        let code = self.lines.iter().zip(&said);
        let code: Vec<String> = code.map(|(line, said)| statement(line, said)).collect();
        let whole = code.join("\n");
        // A block of imports and items is a module by itself: it is compiled, and its tests run.
        let is_module = parsed(&whole).is_some_and(|own| own.items.iter().any(declares));
        let stands_above = |line: &&String| line.is_empty() || imports_something(line);
        let begin = match is_module {
            true => code.len(),
            false => code.iter().take_while(stands_above).count(),
        };
        lines.extend(code);
        if !is_module {
            let title = format!("{}:{}", module.shown, self.first + 1);
            let title = title.replace('\\', "\\\\").replace('"', "\\\"");
            let head = format!("test \"{title}\" do");
            match (self.first + begin).checked_sub(1) {
                Some(above) if lines[above].is_empty() => lines[above] = head,
                Some(above) => lines[above] = format!("{}; {head}", lines[above]),
                None => lines[0] = format!("{head} {}", lines[0].trim_start()),
            }
            lines.push("end".into());
        }
        let mut head = self.imported(module, read, &whole);
        if let Some(first) = lines.first().filter(|first| !first.is_empty()) {
            head.push(first.clone());
        }
        if let Some(first) = lines.first_mut() {
            *first = head.join("; ");
        }
        lines.join("\n") + "\n"
    }

    /// The imports that an example does not have to write: its own module, what that declares, and
    /// what that imports, as far as the example names it.
    fn imported(&self, module: Documented, read: &ast::Module, code: &str) -> Vec<String> {
        let mut imports = Vec::new();
        if code.lines().any(imports_something) {
            return imports;
        }
        let words = words(code);
        let named = |name: &str| words.contains(name);
        let last = module.module.rsplit('.').next().unwrap_or_default();
        let public = read.items.iter().filter(|item| is_public(item));
        let names: BTreeSet<&str> = public
            .filter_map(|item| name_of(item).filter(|name| named(name) || builds(item, &named)))
            .collect();
        if named(last) {
            imports.push(format!("import {}", module.module));
        }
        if !names.is_empty() {
            let names: Vec<&str> = names.into_iter().collect();
            imports.push(format!(
                "from {} import {}",
                module.module,
                names.join(", ")
            ));
        }
        for item in &read.items {
            if let ItemKind::Import(path) = &item.kind {
                if path.segments.last().is_some_and(|last| named(&last.name)) {
                    imports.push(format!("import {}", shown(path)));
                }
            } else if let ItemKind::FromImport { path, names } = &item.kind {
                let names = names.iter().map(|name| &*name.name);
                let names: Vec<&str> = names.filter(|name| named(name)).collect();
                if !names.is_empty() {
                    imports.push(format!("from {} import {}", shown(path), names.join(", ")));
                }
            }
        }
        imports
    }
}

/// A line of an example as it is compiled, in the columns where it stands if it has no value.
fn statement(line: &str, said: &Asserted) -> String {
    match said {
        Asserted::Equal(code, value) => format!("  assert ({code}) == ({value})"),
        Asserted::Shape => String::new(),
        Asserted::Plain if line.trim().is_empty() => String::new(),
        Asserted::Plain => format!("  {line}"),
    }
}

/// Whether a line is an import: an example that has one says all that it needs.
fn imports_something(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("import ") || line.starts_with("from ")
}

/// Every word of a program that may be a name.
fn words(code: &str) -> BTreeSet<String> {
    let mut sources = Sources::default();
    let file = sources.add("example.snow", "Example", false, code);
    let tokens = lex::tokens(&sources, file).tokens;
    let text = |token: &lex::Token| code.get(token.span.start as usize..token.span.end as usize);
    tokens.iter().filter_map(text).map(str::to_owned).collect()
}

fn shown(path: &ast::Path) -> String {
    let segments = path.segments.iter().map(|segment| &*segment.name);
    segments.collect::<Vec<_>>().join(".")
}

/// Whether an item can stand at the top of a file only.
fn declares(item: &ast::Item) -> bool {
    match &item.kind {
        ItemKind::Fn(_) => item.is_public || name_of(item) == Some("main"),
        ItemKind::Struct(_)
        | ItemKind::Sum(_)
        | ItemKind::Alias { .. }
        | ItemKind::Interface(_)
        | ItemKind::Impl(_)
        | ItemKind::Actor(_)
        | ItemKind::Service(_)
        | ItemKind::Supervisor(_)
        | ItemKind::Test { .. }
        | ItemKind::Extern(_)
        | ItemKind::ExternType { .. } => true,
        ItemKind::Import(_) | ItemKind::FromImport { .. } | ItemKind::Let { .. } => false,
    }
}

/// Whether other modules may name an item.
fn is_public(item: &ast::Item) -> bool {
    let is_actor = matches!(
        item.kind,
        ItemKind::Actor(_) | ItemKind::Service(_) | ItemKind::Supervisor(_)
    );
    item.is_public || is_actor
}

/// Whether the example builds or matches values of a sum type.
fn builds(item: &ast::Item, named: &impl Fn(&str) -> bool) -> bool {
    if let ItemKind::Sum(sum) = &item.kind {
        return sum.variants.iter().any(|variant| named(&variant.name.name));
    }
    false
}

/// The name that an item declares.
fn name_of(item: &ast::Item) -> Option<&str> {
    match &item.kind {
        ItemKind::Fn(item) => Some(&item.name.name),
        ItemKind::Struct(item) => Some(&item.name.name),
        ItemKind::Sum(item) => Some(&item.name.name),
        ItemKind::Interface(item) => Some(&item.name.name),
        ItemKind::Actor(item) => Some(&item.name.name),
        ItemKind::Service(item) => Some(&item.name.name),
        ItemKind::Supervisor(item) => Some(&item.name.name),
        ItemKind::Extern(item) => Some(&item.name.name),
        ItemKind::Alias { name, .. }
        | ItemKind::ExternType { name, .. }
        | ItemKind::Let { name, .. } => Some(&name.name),
        ItemKind::Impl(_)
        | ItemKind::Import(_)
        | ItemKind::FromImport { .. }
        | ItemKind::Test { .. } => None,
    }
}

#[cfg(test)]
mod tests;
