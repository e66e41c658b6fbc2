// The chat: who I am, where I am, and what I have said that the server does not have yet.
"use strict";

const TYPING_EVERY_MS = 2000;
const TYPING_LASTS_MS = 3500;
const $ = (id) => document.getElementById(id);
const [door, chat, entry, text, say, log] = ["door", "chat", "entry", "text", "say", "log"].map($);

// `epoch` and `last` are the place of the newest line that this page has.
const me = { name: "", room: "", epoch: "", last: 0 };
const people = new Set();
const typing = new Map();   // name → timer that ends it
const early = [];           // lines that came before the answer to `enter`
const waiting = new Map();  // ref → { room, text, line }: sent or to be sent, not yet heard
const page = Math.random().toString(36).slice(2);
let lines = 0;
let typed = 0;
let isInside = false;
let shownRoom = "";         // whose lines the log has

// What this browser keeps: the secret of each name, and what was typed and not sent.
const secretOf = (name) => localStorage.getItem(`snow-chat-secret:${name}`) ?? "";
const keepDraft = () => sessionStorage.setItem("snow-chat-draft", text.value);

const connection = new Connection({
  opened() {
    $("connection").hidden = true;
    $("enter").disabled = false;
    if (me.room) enter();
  },
  heard(event) {
    events[event.type]?.(event);
  },
  lost(seconds, why) {
    isInside = false;
    $("enter").disabled = true;
    if (why === "signed out") {
      waiting.clear();
      toDoor("You have signed out.");
      return;
    }
    $("connection").hidden = false;
    $("connection-text").textContent = `No connection. Next try in ${seconds} s; what you write is kept.`;
    if (!door.hidden) $("entry-fault").textContent = "No connection to the server yet.";
  },
});

function enter() {
  isInside = false;
  early.length = 0;
  connection.send({
    type: "enter",
    entry: {
      room: me.room, name: me.name, secret: secretOf(me.name), epoch: me.epoch, last: me.last,
    },
  });
}

const events = {
  entered({ welcome }) {
    isInside = true;
    localStorage.setItem(`snow-chat-secret:${welcome.name}`, welcome.secret);
    sessionStorage.setItem("snow-chat-place", JSON.stringify([welcome.name, welcome.room]));
    location.hash = encodeURIComponent(welcome.room);
    const isBack = shownRoom === welcome.room;
    shownRoom = welcome.room;
    // Without its history a room has no places; those from before count when it is back.
    if (welcome.epoch) [me.epoch, me.last] = [welcome.epoch, welcome.last];
    door.hidden = true;
    chat.hidden = false;
    $("entry-fault").textContent = "";
    $("title").textContent = `# ${welcome.room}`;
    $("who").textContent = welcome.name;
    $("who").title = `on instance ${welcome.instance}`;
    if (!isBack) Log.clear();
    if (isBack && !welcome.complete) Log.note("some lines may be missing here");
    // What is said meanwhile may come among what was missed.
    for (const line of early.splice(0).sort((a, b) => a.number - b.number)) events.said({ line });
    for (const [ref, mine] of waiting) {
      if (mine.room !== me.room) continue;
      if (!isBack) mine.line = Log.waiting(me.name, mine.text);
      // Whether it has arrived nobody knows: pages know it by its ref, and show it once.
      connection.send({ type: "say", text: mine.text, ref });
    }
    people.clear();
    for (const name of welcome.people) people.add(name);
    showPeople();
    if (!isBack) Log.toEnd();
    text.focus();
  },
  said({ line }) {
    if (line.room !== me.room) return;
    if (!isInside) {
      early.push(line);
      return;
    }
    [me.epoch, me.last] = [line.epoch, line.number];
    const mine = line.name === me.name && waiting.get(line.ref);
    if (mine && mine.line.isConnected) {
      waiting.delete(line.ref);
      Log.arrived(mine.line, line);
    } else {
      waiting.delete(mine && line.ref);
      Log.line(line, line.name === me.name);
    }
    stopTyping(line.name);
  },
  // Presence may tell what the list of people has already.
  came({ room, name }) {
    if (!isInside || room !== me.room || people.has(name)) return;
    people.add(name);
    showPeople();
    Log.note(`${name} is here`);
  },
  left({ room, name }) {
    if (room !== me.room || !people.delete(name)) return;
    stopTyping(name);
    showPeople();
    Log.note(`${name} has left`);
  },
  is_typing({ room, name }) {
    if (room !== me.room) return;
    clearTimeout(typing.get(name));
    typing.set(name, setTimeout(() => stopTyping(name), TYPING_LASTS_MS));
    showTyping();
  },
  rooms({ rooms }) {
    $("rooms").replaceChildren(...rooms.map(roomButton));
  },
  // The instance was cut off from the others: what they said meanwhile comes now.
  missed({ room }) {
    if (room === me.room) enter();
  },
  refused({ why, ref }) {
    const mine = waiting.get(ref);
    if (mine) {
      waiting.delete(ref);
      Log.failed(mine.line, why);
      if (!text.value) setText(mine.text);
    } else {
      toDoor(why);
    }
  },
};

// The name has to be said again, and lines of the room are asked for anew.
function toDoor(why) {
  me.room = shownRoom = "";
  sessionStorage.removeItem("snow-chat-place");
  chat.hidden = true;
  door.hidden = false;
  $("entry-fault").textContent = why;
}

function roomButton({ room, people }) {
  const item = document.createElement("li");
  const button = document.createElement("button");
  const [name, count] = [document.createElement("span"), document.createElement("span")];
  name.textContent = `# ${room}`;
  count.textContent = people;
  count.setAttribute("aria-label", `${people} here`);
  button.append(name, count);
  if (room === me.room) button.setAttribute("aria-current", "true");
  button.onclick = () => go(room);
  item.append(button);
  return item;
}

function showPeople() {
  const names = [...people].sort((a, b) => a.localeCompare(b));
  $("people").replaceChildren(...names.map((name) => {
    const item = document.createElement("li");
    item.textContent = name === me.name ? `${name} (you)` : name;
    return item;
  }));
}

function stopTyping(name) {
  clearTimeout(typing.get(name));
  typing.delete(name);
  showTyping();
}

function showTyping() {
  const names = [...typing.keys()];
  const few = names.length < 4 ? names.join(", ") : `${names.length} people`;
  $("typing").textContent = names.length ? `${few} ${names.length > 1 ? "are" : "is"} typing…` : "";
}

function startIn(room) {
  [me.room, me.epoch, me.last, shownRoom] = [room, "", 0, ""];
  Log.clear();
}

function go(room) {
  chat.classList.remove("side-open");
  $("side-switch").setAttribute("aria-expanded", "false");
  if (!room || room === me.room) return;
  startIn(room);
  for (const button of document.querySelectorAll("#rooms [aria-current]")) button.removeAttribute("aria-current");
  enter();
}

function setText(value) {
  text.value = value;
  say.disabled = !value.trim();
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
  keepDraft();
}

entry.onsubmit = (event) => {
  event.preventDefault();
  me.name = $("name").value.trim();
  startIn($("room").value.trim());
  enter();
};

$("other-room").onsubmit = (event) => {
  event.preventDefault();
  go($("new-room").value.trim());
  $("new-room").value = "";
};

$("composer").onsubmit = (event) => {
  event.preventDefault();
  const said = text.value.trim();
  if (!said) return;
  const ref = `${page}-${lines += 1}`;
  waiting.set(ref, { room: me.room, text: said, line: Log.waiting(me.name, said) });
  if (isInside) connection.send({ type: "say", text: said, ref });
  // The others take the line for the end of the typing.
  typed = 0;
  setText("");
};

text.oninput = () => {
  setText(text.value);
  if (text.value && isInside && Date.now() - typed > TYPING_EVERY_MS) {
    typed = Date.now();
    connection.send({ type: "typing" });
  }
};

// Enter sends, Shift and Enter begins a line.
text.onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
};

$("side-switch").onclick = () => {
  const isOpen = chat.classList.toggle("side-open");
  $("side-switch").setAttribute("aria-expanded", String(isOpen));
};
$("sign-out").onclick = () => connection.send({ type: "sign_out" });
$("retry").onclick = () => connection.retry();
addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

// A page that is loaded again goes back to where it was.
const [name, room] = JSON.parse(sessionStorage.getItem("snow-chat-place") ?? "[\"\", \"\"]");
$("name").value = name;
$("room").value = decodeURIComponent(location.hash.slice(1)) || room || "lobby";
if (name) [me.name, me.room] = [name, $("room").value];
setText(sessionStorage.getItem("snow-chat-draft") ?? "");
