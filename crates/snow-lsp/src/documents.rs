//! The texts that the editor has open. They go before what is on the disk.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, Uri};

use crate::text::Lines;
use crate::uri;

/// An open text.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    /// As the editor spells it.
    pub uri: Uri,
    /// Counted by the editor.
    pub version: i32,
    /// All of it.
    pub text: Arc<str>,
}

/// All open texts, by path.
#[derive(Default)]
pub(crate) struct Documents {
    open: HashMap<PathBuf, Document>,
}

impl Documents {
    /// Takes a text that was opened. Answers its path; `None` for what is no file.
    pub(crate) fn open(&mut self, uri: Uri, version: i32, text: String) -> Option<PathBuf> {
        let path = uri::to_path(&uri)?;
        let text = text.into();
        let document = Document { uri, version, text };
        self.open.insert(path.clone(), document);
        Some(path)
    }

    /// Changes a text. Answers its path; `None` when it is not open or the change is older than
    /// what is there.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> Option<PathBuf> {
        let path = uri::to_path(uri)?;
        let document = self.open.get_mut(&path)?;
        if version <= document.version {
            return None;
        }
        let mut text = document.text.to_string();
        for change in changes {
            text = match change.range {
                None => change.text,
                Some(range) => {
                    let lines = Lines::new(&text);
                    let start = lines.offset(range.start);
                    let end = lines.offset(range.end).max(start);
                    format!("{}{}{}", &text[..start], change.text, &text[end..])
                }
            };
        }
        document.version = version;
        document.text = text.into();
        Some(path)
    }

    /// Forgets a text.
    pub(crate) fn close(&mut self, uri: &Uri) -> Option<PathBuf> {
        let path = uri::to_path(uri)?;
        self.open.remove(&path).map(|_| path)
    }

    pub(crate) fn get(&self, path: &Path) -> Option<&Document> {
        self.open.get(path)
    }

    /// Paths of all open texts.
    pub(crate) fn paths(&self) -> impl Iterator<Item = &PathBuf> {
        self.open.keys()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp_types::{Position, Range};
    use std::str::FromStr;

    fn change(start: (u32, u32), end: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        TextDocumentContentChangeEvent {
            range: Some(Range::new(
                Position::new(start.0, start.1),
                Position::new(end.0, end.1),
            )),
            range_length: None,
            text: text.into(),
        }
    }

    #[test]
    fn changes_follow_each_other_and_old_ones_are_dropped() {
        let uri = Uri::from_str("file:///a.snow").unwrap();
        let mut documents = Documents::default();
        let path = documents.open(uri.clone(), 1, "a😀b\r\nc".into()).unwrap();
        let changes = vec![change((0, 3), (0, 4), "x"), change((0, 4), (1, 0), "")];
        assert_eq!(documents.change(&uri, 3, changes), Some(path.clone()));
        assert_eq!(&*documents.get(&path).unwrap().text, "a😀xc");
        assert_eq!(
            documents.change(&uri, 2, vec![change((0, 0), (0, 1), "")]),
            None
        );
        assert_eq!(&*documents.get(&path).unwrap().text, "a😀xc");
        let backwards = vec![change((0, 4), (0, 1), "!")];
        documents.change(&uri, 4, backwards);
        assert_eq!(documents.close(&uri), Some(path.clone()));
        assert!(documents.get(&path).is_none());
    }
}
