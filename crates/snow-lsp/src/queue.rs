//! Messages that have come and are not answered yet.
//!
//! While the compiler is at work an editor goes on talking. What it said in the meantime decides
//! what is still worth doing: a request that was cancelled, or whose text has changed since, is
//! answered at once.

use std::collections::VecDeque;

use crossbeam_channel::Receiver;
use lsp_server::{ErrorCode, Message, Notification, Request, Response};

/// What is to be done next.
pub(crate) enum Next {
    /// A message that is still wanted.
    Message(Message),
    /// A request that no longer is, with its answer.
    Refused(Response),
    /// Nothing has come.
    Nothing,
    /// The editor has closed the connection.
    Closed,
}

/// The messages, oldest first.
pub(crate) struct Queue {
    receiver: Receiver<Message>,
    waiting: VecDeque<Message>,
}

impl Queue {
    pub(crate) fn new(receiver: Receiver<Message>) -> Self {
        let waiting = VecDeque::new();
        Queue { receiver, waiting }
    }

    /// The next message. With `may_wait` it waits for one, and never answers `Nothing`.
    pub(crate) fn next(&mut self, may_wait: bool) -> Next {
        self.take_what_came();
        if self.waiting.is_empty() && may_wait {
            match self.receiver.recv() {
                Ok(message) => self.waiting.push_back(message),
                Err(_) => return Next::Closed,
            }
            self.take_what_came();
        }
        match self.waiting.pop_front() {
            None => Next::Nothing,
            Some(Message::Request(request)) => match self.refusal(&request) {
                Some(answer) => Next::Refused(answer),
                None => Next::Message(Message::Request(request)),
            },
            Some(message) => Next::Message(message),
        }
    }

    /// Whether a text has changed since, as far as is known.
    pub(crate) fn has_change(&mut self) -> bool {
        self.take_what_came();
        self.waiting.iter().any(is_change)
    }

    fn take_what_came(&mut self) {
        self.waiting.extend(self.receiver.try_iter());
    }

    fn refusal(&self, request: &Request) -> Option<Response> {
        let id = serde_json::to_value(&request.id).ok()?;
        let cancels = |message: &Message| match message {
            Message::Notification(n) => n.method == "$/cancelRequest" && n.params["id"] == id,
            Message::Request(_) | Message::Response(_) => false,
        };
        let refuse = |code: ErrorCode, why: &str| {
            Some(Response::new_err(
                request.id.clone(),
                code as i32,
                why.into(),
            ))
        };
        if self.waiting.iter().any(cancels) {
            return refuse(ErrorCode::RequestCanceled, "the request was cancelled");
        }
        let is_about_text = request.method.starts_with("textDocument/");
        if is_about_text && self.waiting.iter().any(|message| changes(message, request)) {
            return refuse(ErrorCode::ContentModified, "the text has changed since");
        }
        None
    }
}

fn is_change(message: &Message) -> bool {
    matches!(message, Message::Notification(n) if n.method == "textDocument/didChange")
}

/// Whether a message changes the text that a request is about.
fn changes(message: &Message, request: &Request) -> bool {
    let uri = |params: &serde_json::Value| params["textDocument"]["uri"].clone();
    match message {
        Message::Notification(Notification { params, .. }) => {
            is_change(message) && uri(params) == uri(&request.params)
        }
        Message::Request(_) | Message::Response(_) => false,
    }
}
