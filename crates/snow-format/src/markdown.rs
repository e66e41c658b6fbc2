//! Blocks of Snow in Markdown, each in its layout.
//!
//! In: the text of a page. Out: the same page, in which the blocks that are fenced and marked `snow`
//! are laid out. Promised: every byte outside of these blocks stays, which is proved by reading the
//! page again, as the layout of each block is. A block with errors of syntax is left alone, because
//! pages also show what is no program; so is one in a quotation or in a list with uneven margins.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use crate::{format, Layout};

/// The first word behind a fence that makes a block one of Snow.
const LANGUAGE: &str = "snow";

/// The content of a fenced block of Snow.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// Its bytes in the page, from the first line to the last.
    pub range: Range<usize>,
    /// What stands in front of each line that is not empty: blanks.
    pub margin: String,
    /// The program, its lines ended by `\n`.
    pub code: String,
}

/// Lays out the blocks of a page; `path` is what messages call it. Deep trees need the stack of
/// [`snow_compiler::pipeline::STACK`]. A page is never unreadable.
pub fn format_markdown(path: &str, text: &str) -> Layout {
    let before = blocks(text);
    let mut formatted = String::with_capacity(text.len());
    let mut wanted = Vec::new();
    let mut done = 0;
    for block in &before {
        let code = match format(path, &block.code) {
            Layout::Done(code) if !code.is_empty() => code,
            Layout::Done(_) | Layout::Unreadable(..) => block.code.clone(),
            Layout::Broken(difference) => {
                let line = text[..block.range.start].matches('\n').count() + 1;
                return Layout::Broken(format!("the block at line {line}: {difference}"));
            }
        };
        formatted.push_str(&text[done..block.range.start]);
        match code == block.code {
            true => formatted.push_str(&text[block.range.clone()]),
            false => formatted.push_str(&written(&code, block, &text[block.range.clone()])),
        }
        done = block.range.end;
        wanted.push(code);
    }
    formatted.push_str(&text[done..]);
    match is_same_page(text, &before, &formatted, &wanted) {
        true => Layout::Done(formatted),
        false => Layout::Broken("the page would not be the same around its blocks".into()),
    }
}

/// The lines of a program with the margin and the ends of lines that the block had.
fn written(code: &str, block: &Block, old: &str) -> String {
    let end = if old.contains("\r\n") { "\r\n" } else { "\n" };
    let mut written = String::new();
    for (at, line) in code.lines().enumerate() {
        // The margin of the first line stands in front of the block.
        if at > 0 && !line.is_empty() {
            written.push_str(&block.margin);
        }
        written.push_str(line);
        written.push_str(end);
    }
    written
}

/// Whether a page has these programs, and else what it had before.
fn is_same_page(before: &str, blocks_before: &[Block], after: &str, wanted: &[String]) -> bool {
    let blocks_after = blocks(after);
    let codes: Vec<&String> = blocks_after.iter().map(|block| &block.code).collect();
    codes.iter().copied().eq(wanted)
        && around(before, blocks_before) == around(after, &blocks_after)
}

/// The text in front of, between and behind blocks.
fn around<'t>(text: &'t str, blocks: &[Block]) -> Vec<&'t str> {
    let starts = [0].into_iter().chain(blocks.iter().map(|b| b.range.end));
    let ends = blocks.iter().map(|b| b.range.start).chain([text.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| &text[start..end])
        .collect()
}

/// The blocks of Snow on a page, in their order.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut events = Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter();
    while let Some((event, _)) = events.next() {
        let Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) = event else {
            continue;
        };
        let mut code = String::new();
        let mut range: Option<Range<usize>> = None;
        for (event, part) in events.by_ref() {
            match event {
                Event::Text(words) => {
                    code.push_str(&words);
                    let start = range.as_ref().map_or(part.start, |range| range.start);
                    range = Some(start..part.end);
                }
                Event::End(TagEnd::CodeBlock) => break,
                _ => {}
            }
        }
        let is_snow = info.split_whitespace().next() == Some(LANGUAGE);
        if let Some(range) = range.filter(|_| is_snow) {
            found.extend(block(text, range, code));
        }
    }
    found
}

/// The block whose content was read from a range; `None` when its lines have no common margin, as in
/// a quotation.
fn block(text: &str, range: Range<usize>, code: String) -> Option<Block> {
    let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let block = Block {
        margin: text[line..range.start].into(),
        range,
        code,
    };
    let is_blank = block.margin.bytes().all(|byte| byte == b' ');
    let old = &text[block.range.clone()];
    let is_whole = written(&block.code, &block, old) == old;
    (is_blank && is_whole).then_some(block)
}
