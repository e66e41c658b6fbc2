//! What a server says after many edits is what one says that sees the text for the first time: what
//! is kept between checks changes no answer.
//!
//! The edits are random ones of examples, from a fixed seed; `SNOW_EDITS=20` makes 20 times as many.

use crate::support::{at, repository, snow_files, uri, Editor, Files};
use serde_json::{json, Value};
use snow_lsp::Exit;

/// Examples, each with the number of its edits.
const EDITED: &[(&str, usize)] = &[("chat", 6), ("http", 3), ("supervised", 4)];

/// Texts put into a program: names that need other modules of the library, impls and types that it
/// has too, and what is half-typed.
const PIECES: &[&str] = &[
    "\nimpl Display for Int do\n  fn to_string(self) -> String = \"n\"\nend\n",
    "\npub struct Options do\n  name :: String\n  path :: String\nend\n",
    "\npub interface Named do\n  fn length(self) -> Int\nend\n",
    "\nfn used() -> Int = Queue.size(Queue.new()) + List.length([1].map(fn x -> x + 1 end))\n",
    "\ntype List do\n  Nil(Int)\nend\n",
    "\nfn cut(x) = x.length(\n",
    "\nlet LIMIT = Regex.",
    " do ",
    "end\n",
    "\"${",
];

/// Numbers that look random: splitmix64.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % limit.max(1)
    }
}

/// The text with one edit: something put in, or some letters taken out.
fn edited(text: &str, random: &mut Random) -> String {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    let lines: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    if places.is_empty() || lines.is_empty() {
        return PIECES[random.below(PIECES.len())].to_string();
    }
    let mut edited = text.to_string();
    match random.below(3) {
        0 => {
            let start = random.below(places.len());
            let end = (start + 1 + random.below(6)).min(places.len() - 1);
            edited.replace_range(places[start]..places[end].max(places[start]), "");
        }
        1 => {
            let line = lines[random.below(lines.len())];
            edited.insert_str(line, PIECES[random.below(PIECES.len())]);
        }
        _ => {
            let place = places[random.below(places.len())];
            edited.insert_str(place, PIECES[random.below(PIECES.len())]);
        }
    }
    edited
}

/// All that a server says about a file.
fn said(editor: &mut Editor, path: &str, text: &str, random: &mut Random) -> Vec<Value> {
    let mut said: Vec<Value> = editor.checked(path);
    let document = json!({"uri": uri(path)});
    for method in ["documentSymbol", "formatting"] {
        let options = json!({"tabSize": 2, "insertSpaces": true});
        let params = json!({"textDocument": document, "options": options});
        let answer = editor.request(&format!("textDocument/{method}"), params);
        said.push(answer.unwrap_or_else(|(code, why)| json!([code, why])));
    }
    for _ in 0..12 {
        let line = random.below(text.lines().count() + 1);
        let length = text.lines().nth(line).map_or(0, str::len);
        let place = (line as u32, random.below(length + 1) as u32);
        for method in ["hover", "definition"] {
            said.push(editor.at(&format!("textDocument/{method}"), path, place));
        }
        let mut params = at(path, place);
        params["context"] = json!({"includeDeclaration": true});
        let answer = editor.request("textDocument/references", params);
        said.push(answer.expect("references"));
    }
    let line = random.below(text.lines().count() + 1) as u32;
    for method in ["completion", "signatureHelp"] {
        said.push(editor.at(&format!("textDocument/{method}"), path, (line, 6)));
    }
    said
}

#[test]
fn answers_after_edits_are_those_of_a_new_server() {
    let times = std::env::var("SNOW_EDITS")
        .ok()
        .and_then(|times| times.parse().ok());
    let times: usize = times.unwrap_or(1);
    for (number, (example, edits)) in EDITED.iter().enumerate() {
        let folder = repository().join("examples").join(example);
        let texts: Vec<(String, String)> = snow_files(&folder)
            .into_iter()
            .map(|(name, text)| (format!("/p/{name}"), text))
            .collect();
        assert!(!texts.is_empty(), "{example}");
        let listed: Vec<(&str, &str)> = texts.iter().map(|(p, t)| (&**p, &**t)).collect();
        let files = Files::new(&listed);
        let mut editor = Editor::new(&files);
        let mut current = texts.clone();
        for (path, text) in &current {
            editor.open(path, text);
        }
        let mut random = Random(number as u64 + 1);
        for edit in 0..edits * times {
            let index = random.below(current.len());
            let (path, text) = &mut current[index];
            // Every third time from the begin, so that not all edits are of broken texts.
            let from = if edit % 3 == 0 {
                &texts[index].1
            } else {
                &*text
            };
            let changed = edited(from, &mut random);
            *text = changed.clone();
            editor.change(path, text);
            let mut fresh = Editor::new(&files);
            for (path, text) in &current {
                fresh.open(path, text);
            }
            let path = current[index].0.clone();
            let seed = random.0;
            let known = said(&mut editor, &path, &changed, &mut Random(seed));
            let new = said(&mut fresh, &path, &changed, &mut Random(seed));
            for (known, new) in known.iter().zip(&new) {
                assert_eq!(known, new, "{example}, edit {edit} of {path}:\n{changed}");
            }
            assert_eq!(known.len(), new.len());
            assert_eq!(fresh.leave(), Exit::Orderly);
        }
        assert_eq!(editor.leave(), Exit::Orderly);
    }
}
