// The log of lines: what is shown, what is unread, and where it is scrolled to.
"use strict";

const Log = (() => {
  const GROUP_MS = 5 * 60 * 1000;
  const AT_END_PIXELS = 40;
  const list = document.getElementById("log");
  const newer = document.getElementById("newer");
  const title = document.title;
  let last = null;        // the last line shown: its name, time and day
  let shown = new Set();  // names and refs of lines
  let unread = 0;
  let mark = null;        // the element in front of the first unread line

  const isAtEnd = () => list.scrollHeight - list.scrollTop - list.clientHeight < AT_END_PIXELS;
  const isSeen = () => document.visibilityState === "visible" && isAtEnd();

  function element(tag, kind, text) {
    const made = document.createElement(tag);
    made.className = kind;
    // Text only: what others say is never taken for HTML.
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function hue(name) {
    let sum = 7;
    for (const letter of name) sum = (sum * 31 + letter.codePointAt(0)) % 360;
    return sum;
  }

  // Adds to the end, and stays at the end if the reader was there.
  function append(made, countsAsUnread) {
    const wasSeen = isSeen();
    if (countsAsUnread && !wasSeen) {
      if (!mark) {
        mark = element("li", "note unread", "new");
        list.append(mark);
      }
      unread += 1;
    }
    list.append(made);
    if (wasSeen || !countsAsUnread && isAtEnd()) toEnd();
    count();
  }

  function toEnd() {
    list.scrollTop = list.scrollHeight;
  }

  function count() {
    document.title = unread ? `(${unread}) ${title}` : title;
    newer.hidden = isAtEnd() && !unread;
    newer.textContent = unread ? `↓ ${unread} new` : "↓ newest";
  }

  // The reader has seen all. The mark stays where it is until the next unread line.
  function read() {
    if (unread && isSeen()) {
      unread = 0;
      const old = mark;
      mark = null;
      setTimeout(() => old?.remove(), 3000);
    }
    count();
  }

  function note(text, kind = "") {
    last = null;
    append(element("li", `note ${kind}`, text), false);
  }

  function time(at) {
    const made = element("time", "time", new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
    made.dateTime = new Date(at).toISOString();
    made.title = new Date(at).toLocaleString();
    return made;
  }

  function build({ name, at, text }, isOwn) {
    const day = new Date(at).toDateString();
    if (last?.day !== day && (last || day !== new Date().toDateString())) {
      note(new Date(at).toLocaleDateString([], { weekday: "long", day: "numeric", month: "long" }), "day");
    }
    const follows = last && last.name === name && at - last.at < GROUP_MS;
    last = { name, at, day };
    const made = element("li", `line${isOwn ? " own" : ""}${follows ? " follows" : ""}`);
    const head = element("div", "head");
    const who = element("span", "name", name);
    who.style.setProperty("--hue", hue(name));
    head.append(who, time(at));
    made.append(head, element("div", "text", text));
    return made;
  }

  const keyOf = ({ name, ref }) => `${name}\n${ref}`;

  // A line of the server. Lines are known by their names and refs: what was said twice around a
  // broken connection, or comes twice, is shown once.
  function line(line, isOwn) {
    if (shown.has(keyOf(line))) return;
    shown.add(keyOf(line));
    append(build(line, isOwn), !isOwn);
  }

  // A line that the server does not have yet.
  function waiting(name, text) {
    const made = build({ name, at: Date.now(), text }, true);
    made.classList.add("waits");
    made.append(element("div", "state", "sending…"));
    append(made, false);
    toEnd();
    return made;
  }

  // The server has it: under which number, and since when.
  function arrived(made, line) {
    shown.add(keyOf(line));
    made.classList.remove("waits");
    made.querySelector(".state").remove();
    made.querySelector("time").replaceWith(time(line.at));
  }

  function failed(made, why) {
    made.classList.replace("waits", "failed");
    made.querySelector(".state").textContent = `not sent: ${why}`;
  }

  function clear() {
    list.replaceChildren();
    [last, shown, unread, mark] = [null, new Set(), 0, null];
    count();
  }

  list.addEventListener("scroll", read);
  document.addEventListener("visibilitychange", read);
  newer.addEventListener("click", () => { toEnd(); read(); });

  return { line, waiting, arrived, failed, note, clear, toEnd };
})();
