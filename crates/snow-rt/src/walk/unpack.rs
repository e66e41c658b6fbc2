//! Making a value from its packed form. An object that is not whole yet keeps the one around it in
//! the place of the part that is being made, and its own place among the steps in the place of its
//! count, so that the depth of a value, which its sender decided, costs the receiver neither stack
//! nor memory.

use snow_abi::layout::{
    shape, step, Bytes, Closure, ClosureInfo, Context, Header, List, Reader, Shape, Step,
    CLASS_LARGE, CLASS_SIZES, TAG_BYTES, TAG_CLOSURE, TAG_LIST,
};

use super::pack::{BLOCK, STATIC};
use crate::actor::memory;

use crate::mem::block;
use crate::mem::steps::{after_case, base_of, first_of_item, is_child, keep_step, kept_step, slot};
use crate::sched::reductions::Reductions;

/// The empty list of every type.
struct Empty(List);

// SAFETY: an immortal object is never written.
unsafe impl Sync for Empty {}

static EMPTY: Empty = Empty(List {
    header: Header {
        rc: 0,
        tag: TAG_LIST,
        class: 0,
        epoch: 0,
    },
    len: 0,
    capacity: 0,
    data: std::ptr::dangling_mut::<u64>().cast(),
    owner: std::ptr::null_mut(),
});

/// What is to be read next.
enum Wanted {
    /// An object or list.
    Value(*const Shape),
    /// A closure with its form.
    Closure,
    /// What such a closure captured.
    Captured(*const ClosureInfo),
}

/// A value that was begun.
enum Begun {
    Whole(*mut Header),
    Parts(*mut Header, *const Step),
}

/// Unpacks a value of `shape`.
///
/// # Safety
/// `cx` runs here; the reader stands before a packed value of that shape.
pub unsafe fn unpack_value(
    cx: *mut Context,
    reader: &mut Reader,
    shape: *const Shape,
) -> *mut Header {
    // SAFETY: the caller's promise.
    unsafe { unpack(cx, reader, Wanted::Value(shape)) }
}

/// Unpacks a closure whose description was read already.
///
/// # Safety
/// As for [`unpack_value`].
pub unsafe fn unpack_captured(
    cx: *mut Context,
    reader: &mut Reader,
    info: *const ClosureInfo,
) -> *mut Closure {
    // SAFETY: the caller's promise.
    unsafe { unpack(cx, reader, Wanted::Captured(info)).cast() }
}

unsafe fn unpack(cx: *mut Context, reader: &mut Reader, first: Wanted) -> *mut Header {
    let mut reductions = Reductions::new();
    let mut outer: *mut Header = std::ptr::null_mut();
    let mut wanted = first;
    // SAFETY: objects that are not whole are known here only. What is read was packed by the same
    // steps.
    unsafe {
        loop {
            reductions.count(cx);
            let (mut object, mut step) = match begin(cx, reader, &wanted) {
                Begun::Parts(object, step) => (object, step),
                Begun::Whole(value) => {
                    if outer.is_null() {
                        return value;
                    }
                    put(&mut outer, value)
                }
            };
            loop {
                let base = base_of(object);
                let part = base.add((*step).offset as usize);
                match (*step).code {
                    step::INT | step::PID | step::FLOAT => read_into(reader, part, 8),
                    step::BOOL | step::UNIT => read_into(reader, part, 1),
                    step::NOTHING => reader.at = reader.at.add(1),
                    step::STRING | step::BYTES => {
                        part.cast::<*mut Bytes>().write(unpack_bytes(cx, reader))
                    }
                    step::OPEN if (*(*step).of).kind == shape::SUM => {
                        part.cast::<i64>().write(i64::from(read::<u16>(reader)));
                    }
                    step::CASE => {
                        step = after_case(base, step);
                        continue;
                    }
                    step::ITEM_END if next_item(object.cast()) => {
                        step = first_of_item(step);
                        continue;
                    }
                    step::ITEM_END | step::END => {
                        (*object).rc = 1;
                        if outer.is_null() {
                            return object;
                        }
                        (object, step) = put(&mut outer, object);
                        continue;
                    }
                    code if is_child(code) => {
                        slot(base, step).write(outer);
                        keep_step(object, step);
                        outer = object;
                        wanted = if code == step::CLOSURE {
                            Wanted::Closure
                        } else {
                            Wanted::Value((*step).of)
                        };
                        break;
                    }
                    _ => {}
                }
                step = step.add(1);
            }
        }
    }
}

/// Puts a value into the object that waits for it; that one goes on behind the step.
unsafe fn put(outer: &mut *mut Header, value: *mut Header) -> (*mut Header, *const Step) {
    // SAFETY: the waiting object kept its step, and in its place the object around it.
    unsafe {
        let object = *outer;
        let step = kept_step(object);
        let part = slot(base_of(object), step);
        *outer = *part;
        *part = value;
        (object, step.add(1))
    }
}

/// Counts the item that was just read. True when another one follows; else the list is whole. Until
/// then `data` is the place of the item that is being read, and `owner` its number of items.
unsafe fn next_item(list: *mut List) -> bool {
    // SAFETY: the list is not whole yet, and ours.
    unsafe {
        let count = (*list).owner as i64;
        let first: *mut u8 = list.add(1).cast();
        let size = (*list).capacity;
        (*list).len += 1;
        if (*list).len < count {
            (*list).data = first.add(((*list).len * size) as usize);
            return true;
        }
        let class = (*list).header.class;
        (*list).capacity = match class {
            CLASS_LARGE => count,
            _ => (CLASS_SIZES[usize::from(class)] - size_of::<List>()) as i64 / size,
        };
        (*list).data = first;
        (*list).owner = std::ptr::null_mut();
        false
    }
}

unsafe fn begin(cx: *mut Context, reader: &mut Reader, wanted: &Wanted) -> Begun {
    // SAFETY: the objects are fresh; what they are was packed in front of their parts.
    unsafe {
        let info = match *wanted {
            Wanted::Value(shape) => return begin_value(cx, reader, shape),
            Wanted::Closure => {
                if read::<u8>(reader) == STATIC {
                    return Begun::Whole(read(reader));
                }
                read::<*const ClosureInfo>(reader)
            }
            Wanted::Captured(info) => info,
        };
        let captured = (*info).captured;
        let closure: *mut Closure =
            memory::new_object(cx, (*captured).size as usize, TAG_CLOSURE).cast();
        (*closure).info = info;
        Begun::Parts(closure.cast(), (*captured).steps)
    }
}

unsafe fn begin_value(cx: *mut Context, reader: &mut Reader, shape: *const Shape) -> Begun {
    // SAFETY: as for `begin`.
    unsafe {
        if (*shape).kind == shape::LIST {
            let count = read::<i64>(reader);
            if count == 0 {
                return Begun::Whole((&raw const EMPTY.0).cast_mut().cast());
            }
            let item = &*(*shape).variants;
            let bytes = (count as usize)
                .saturating_mul(item.size as usize)
                .saturating_add(size_of::<List>());
            let list: *mut List = memory::new_object(cx, bytes, TAG_LIST).cast();
            (*list).len = 0;
            (*list).capacity = item.size;
            (*list).data = list.add(1).cast();
            (*list).owner = count as *mut List;
            return Begun::Parts(list.cast(), item.steps);
        }
        let tag = if (*shape).kind == shape::SUM {
            read::<u16>(reader)
        } else {
            0
        };
        let variant = &*(*shape).variants.add(usize::from(tag));
        if !variant.constant.is_null() {
            return Begun::Whole(variant.constant);
        }
        Begun::Parts(
            memory::new_object(cx, variant.size as usize, tag),
            variant.steps,
        )
    }
}

unsafe fn unpack_bytes(cx: *mut Context, reader: &mut Reader) -> *mut Bytes {
    // SAFETY: a packed window of a block lies in it; the message counts the block until it is
    // freed.
    unsafe {
        let form = read::<u8>(reader);
        if form == STATIC {
            return read(reader);
        }
        if form == BLOCK {
            let shared = read(reader);
            let (offset, length) = (read::<i64>(reader), read::<i64>(reader));
            block::retain_block(shared);
            let reference = memory::new_reference(cx, shared);
            let value: *mut Bytes = memory::new_object(cx, size_of::<Bytes>(), TAG_BYTES).cast();
            (*value).len = length;
            (*value).data = block::block_data(shared).add(offset as usize);
            (*value).owner = reference.cast();
            return value;
        }
        let length = read::<i64>(reader) as usize;
        let value = memory::new_bytes(cx, std::slice::from_raw_parts(reader.at, length));
        reader.at = reader.at.add(length);
        value
    }
}

unsafe fn read<T: Copy>(reader: &mut Reader) -> T {
    // SAFETY: a value of this type was packed here.
    unsafe {
        let value = reader.at.cast::<T>().read_unaligned();
        reader.at = reader.at.add(size_of::<T>());
        value
    }
}

unsafe fn read_into(reader: &mut Reader, part: *mut u8, bytes: usize) {
    // SAFETY: so many bytes were packed for the part, which is of that size.
    unsafe {
        std::ptr::copy_nonoverlapping(reader.at, part, bytes);
        reader.at = reader.at.add(bytes);
    }
}
