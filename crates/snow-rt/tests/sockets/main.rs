//! Sockets between actors on a real runtime of two workers: one behaviour a file.

mod accept;
mod close;
mod deadline;
mod echo;
mod give;
mod notify;
mod outbox;
mod progress;
mod slow_peer;
mod support;
