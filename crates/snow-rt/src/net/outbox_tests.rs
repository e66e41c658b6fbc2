//! Outboxes: order, splits, and what is dropped.

use super::*;
use crate::mem;

fn gathered(outbox: &Outbox) -> Vec<Vec<u8>> {
    let mut slices = [IoSlice::new(&[]); MOST_PIECES];
    let count = outbox.slices(&mut slices);
    slices[..count].iter().map(|slice| slice.to_vec()).collect()
}

fn held(content: &[u8]) -> SharedSlice {
    let block = mem::new_block(content.len());
    // SAFETY: the block is fresh, has room for the content, and is given back.
    unsafe {
        let data = mem::block_data(block);
        data.copy_from_nonoverlapping(content.as_ptr(), content.len());
        let hold = SharedSlice::new(block, std::slice::from_raw_parts(data, content.len()));
        mem::release_block(block);
        hold
    }
}

#[test]
fn a_number_stands_before_its_body_with_so_many_bytes() {
    let mut outbox = Outbox::default();
    let number = u64::from_be_bytes(*b"12345678");
    let mut wanted = Vec::new();
    // The first goes into a new chunk, the later ones behind what is there, and one does not fit.
    for size in [2, 0, 1, 4, 8, 2] {
        for length in [0, 1, 100, FIRST_CHUNK] {
            let body = vec![b'.'; length];
            outbox.copy_behind(number, size, &body);
            wanted.extend_from_slice(&b"12345678"[..size]);
            wanted.extend_from_slice(&body);
        }
    }
    assert_eq!(outbox.pending(), wanted.len());
    assert_eq!(gathered(&outbox).concat(), wanted);
}

#[test]
fn small_messages_become_one_piece() {
    let mut outbox = Outbox::default();
    for _ in 0..16 {
        outbox.copy(b"0123456789");
    }
    assert_eq!(gathered(&outbox), [b"0123456789".repeat(16)]);
    assert_eq!(outbox.pending(), 160);
}

#[test]
fn advancing_at_every_split_keeps_the_rest() {
    let parts: [&[u8]; 3] = [&[1; 1000], &[2; 500], &[3; 9000]];
    let whole = parts.concat();
    for split in 0..=whole.len() {
        let mut outbox = Outbox::default();
        parts.iter().for_each(|part| outbox.copy(part));
        outbox.advance(split);
        assert_eq!(gathered(&outbox).concat(), whole[split..]);
        assert_eq!(outbox.pending(), whole.len() - split);
    }
}

#[test]
fn an_emptied_outbox_reuses_its_chunk_and_a_large_one_is_let_go() {
    let mut outbox = Outbox::default();
    outbox.copy(b"small");
    outbox.advance(5);
    assert!(outbox.pieces.is_empty() && outbox.tail.capacity() >= FIRST_CHUNK);
    let kept = outbox.tail.as_ptr();
    outbox.copy(b"again");
    assert_eq!(outbox.tail.as_ptr(), kept);
    assert_eq!(outbox.only_piece(), Some(&b"again"[..]));
    outbox.advance(5);
    outbox.copy(&vec![0; 100_000]);
    outbox.advance(100_000);
    assert!(outbox.tail.capacity() <= NEXT_CHUNK);
}

#[test]
fn one_of_many_is_shared_while_it_is_alone_and_copied_when_another_follows() {
    let hold = held(b"frame");
    let mut outbox = Outbox::default();
    outbox.share_one_of_many(&hold);
    assert!(matches!(&outbox.pieces[0], Piece::Shared(_)));
    (0..2).for_each(|_| outbox.share_one_of_many(&hold));
    assert_eq!(outbox.only_piece(), Some(&b"frameframeframe"[..]));
    assert_eq!(outbox.pending(), 15);
    assert!(outbox.pieces.is_empty() && outbox.tail.capacity() == FIRST_CHUNK);
}

/// Whatever is dropped, however much was sent before, the rest is whole messages in order.
#[test]
fn dropping_the_oldest_leaves_whole_messages_in_order() {
    for lengths in [[1, 700, 3, 9000], [700; 4], [3, 3, 9000, 9000]] {
        let messages: Vec<Vec<u8>> = (0..12u8)
            .map(|n| vec![n; lengths[n as usize % 4]])
            .collect();
        drop_from(&messages);
    }
}

fn drop_from(messages: &[Vec<u8>]) {
    let total: usize = messages.iter().map(Vec::len).sum();
    for sent in (0..total).step_by(97) {
        for most in [0, 1, 700, 704, 9000, 20_000, total] {
            let mut outbox = Outbox::default();
            for message in messages {
                outbox.copy(message);
                outbox.mark(message.len(), message[0] != 5);
            }
            outbox.advance(sent);
            let dropped = outbox.drop_oldest(most);
            let kept = gathered(&outbox).concat();
            assert_eq!(outbox.pending(), kept.len());
            let ends = messages.iter().scan(0, |end, message| {
                *end += message.len();
                Some(*end)
            });
            let first = ends.clone().position(|end| end > sent).unwrap();
            let rest = ends.clone().nth(first).unwrap() - sent;
            let fresh = if rest == messages[first].len() {
                first
            } else {
                first + 1
            };
            let may_go: Vec<usize> = (fresh..messages.len()).filter(|n| *n != 5).collect();
            let gone = &may_go[..dropped];
            let stays: Vec<usize> = (fresh..messages.len())
                .filter(|n| !gone.contains(n))
                .collect();
            let mut expected = if fresh > first {
                vec![first as u8; rest]
            } else {
                Vec::new()
            };
            stays.iter().for_each(|n| expected.extend(&messages[*n]));
            assert_eq!(
                kept, expected,
                "{sent} bytes sent, at most {most} behind the first"
            );
            // One that was begun is the first; otherwise it is the first of those that stay.
            let behind = if fresh > first {
                &stays[..]
            } else {
                stays.get(1..).unwrap_or_default()
            };
            let length: usize = behind.iter().map(|n| messages[*n].len()).sum();
            assert_eq!(outbox.behind(), length);
            assert!(length <= most || dropped == may_go.len());
        }
    }
}

/// A shared piece of several messages, of which those in front, behind and between are dropped.
#[test]
fn messages_that_share_a_piece_are_dropped_one_by_one() {
    let lengths = [2000usize, 30, 1, 500, 4000];
    let content: Vec<u8> = (0..5u8)
        .flat_map(|n| vec![n; lengths[usize::from(n)]])
        .collect();
    for stays in 0..5usize {
        for most in [0, 1, 4000, 4500, 4531, content.len()] {
            let mut outbox = Outbox::default();
            outbox.copy(b"begun");
            outbox.mark(5, true);
            outbox.share(held(&content));
            (0..5).for_each(|n| outbox.mark(lengths[n], n != stays));
            outbox.advance(2);
            let dropped = outbox.drop_oldest(most);
            let goes: Vec<usize> = (0..5).filter(|n| *n != stays).take(dropped).collect();
            let left = (0..5).filter(|n| !goes.contains(n));
            let left: Vec<u8> = left.flat_map(|n| vec![n as u8; lengths[n]]).collect();
            assert_eq!(gathered(&outbox).concat(), [b"gun", &left[..]].concat());
            assert_eq!(outbox.pending(), 3 + left.len());
            assert!(left.len() <= most || dropped == 4);
        }
    }
}

#[test]
fn what_is_behind_the_first_message_is_known_at_every_split() {
    let lengths = [5usize, 1, 3000, 7];
    for sent in 0..=lengths.iter().sum() {
        let mut outbox = Outbox::default();
        for length in lengths {
            outbox.copy(&vec![0; length]);
            outbox.mark(length, true);
        }
        outbox.advance(sent);
        let ends = [5, 6, 3006, 3013];
        let first = ends.iter().find(|end| **end > sent).unwrap_or(&3013);
        assert_eq!(outbox.behind(), 3013 - first, "{sent} bytes sent");
        outbox.copy(b"more");
        outbox.mark(4, true);
        assert_eq!(
            outbox.behind(),
            if sent == 3013 { 0 } else { 3013 - first + 4 }
        );
    }
}

#[test]
fn more_pieces_than_fit_leave_in_order() {
    let mut outbox = Outbox::default();
    let mut whole = Vec::new();
    for number in 0..200u8 {
        let part = vec![number; NEXT_CHUNK];
        outbox.copy(&part);
        whole.extend(part);
    }
    let mut sent = Vec::new();
    while outbox.pending() > 0 {
        let part = gathered(&outbox).concat();
        outbox.advance(part.len());
        sent.extend(part);
    }
    assert_eq!(sent, whole);
}

#[test]
fn a_shared_piece_that_is_being_sent_is_copied_from_there_on() {
    let hold = held(b"0123456789");
    let mut outbox = Outbox::default();
    outbox.share_one_of_many(&hold);
    outbox.mark(10, true);
    outbox.advance(4);
    for _ in 0..2 {
        outbox.share_one_of_many(&hold);
        outbox.mark(10, true);
    }
    assert_eq!(
        outbox.only_piece(),
        Some(&b"45678901234567890123456789"[..])
    );
    assert_eq!(outbox.pending(), 26);
    assert_eq!(outbox.drop_oldest(10), 1, "the first one is being sent");
    assert_eq!(gathered(&outbox).concat(), b"4567890123456789");
    outbox.advance(16);
    assert!(outbox.pieces.is_empty());
}

#[test]
fn a_large_shared_piece_stays_where_it_is() {
    let large = held(&[b'.'; FIRST_CHUNK]);
    let mut outbox = Outbox::default();
    outbox.share_one_of_many(&large);
    outbox.share_one_of_many(&held(b"small"));
    let pieces = gathered(&outbox);
    assert_eq!(pieces, [&[b'.'; FIRST_CHUNK][..], b"small"]);
}

#[test]
fn a_trimmed_outbox_keeps_a_small_chunk_only() {
    for (length, keeps) in [(5, true), (NEXT_CHUNK, false)] {
        let mut outbox = Outbox::default();
        outbox.copy(&vec![0; length]);
        outbox.advance(length);
        outbox.trim();
        assert_eq!(outbox.tail.capacity() > 0, keeps);
    }
}

#[test]
fn what_follows_after_some_were_dropped_gathers_in_the_same_chunk() {
    let mut outbox = Outbox::default();
    for round in 0..100 {
        outbox.copy(&[round; 100]);
        outbox.mark(100, true);
        outbox.drop_oldest(300);
    }
    assert!(outbox.pieces.is_empty() && outbox.tail.capacity() == FIRST_CHUNK);
    assert_eq!(outbox.only_piece().map(<[u8]>::len), Some(400));
}
