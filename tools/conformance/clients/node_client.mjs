// Checks a server with the Node library `ws`, which offers compression that the server may decline.
//
// In: `echo URL`, `rooms URL`, or what `mixed.py` passes. Out: a line with the names of the checks that passed, and one for
// each that failed; exit status 1 when there was one. Every check has a deadline. `mixed` prints what its two members heard.

import { createRequire } from "node:module";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import WebSocket from "ws";

const SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000];
const DEADLINE_MS = 30_000;
// After so many messages in a mixed room, others have a turn.
const BREATH = 10;
const version = createRequire(import.meta.url)("ws/package.json").version;

function assert(holds, text) {
  if (!holds) throw new Error(text);
}

function equal(got, wanted) {
  assert(JSON.stringify(got) === JSON.stringify(wanted), `got ${JSON.stringify(got)}, not ${JSON.stringify(wanted)}`);
}

// Keeps what arrives until somebody asks for it: events that nobody waits for are lost.
async function open(url) {
  const socket = new WebSocket(url);
  socket.arrived = [];
  socket.on("message", (data, isBinary) => {
    socket.arrived.push(isBinary ? data : data.toString());
    socket.emit("arrival");
  });
  await once(socket, "open");
  return socket;
}

async function closed(socket) {
  const [code, reason] = await once(socket, "close");
  return { code, reason: reason.toString() };
}

function close(socket, code = 1000, reason = "") {
  socket.close(code, reason);
  return closed(socket);
}

async function heard(socket) {
  while (socket.arrived.length === 0) await once(socket, "arrival");
  return socket.arrived.shift();
}

function ask(socket, request) {
  socket.send(request);
  return heard(socket);
}

async function join(socket, room) {
  equal(await ask(socket, `join ${room}`), `joined ${room}`);
}

// Answers come in order: what was said before the question would come before its answer.
async function hearsNothing(...sockets) {
  for (const socket of sockets) equal(await ask(socket, "members nowhere"), "members 0");
}

// Who is gone has left its rooms, but not necessarily before its client knows that it is gone.
async function membersBecome(socket, room, count) {
  while ((await ask(socket, `members ${room}`)) !== `members ${count}`) await sleep(10);
}

const echo = {
  async sizes(url) {
    const socket = await open(url);
    for (const size of SIZES) {
      const text = "x".repeat(size);
      socket.send(text);
      assert((await heard(socket)) === text, `text of ${size} bytes differs`);
      const binary = randomBytes(size);
      socket.send(binary);
      assert(binary.equals(await heard(socket)), `binary of ${size} bytes differs`);
    }
    await close(socket);
  },

  async fragments(url) {
    const socket = await open(url);
    socket.send("one ", { fin: false });
    socket.send("", { fin: false });
    socket.ping("between");
    socket.send("two", { fin: true });
    assert((await heard(socket)) === "one two", "text fragments differ");
    const half = randomBytes(70_000);
    socket.send(half, { fin: false, binary: true });
    socket.send(half, { fin: true, binary: true });
    assert(Buffer.concat([half, half]).equals(await heard(socket)), "binary fragments differ");
    await close(socket);
  },

  async pings(url) {
    const socket = await open(url);
    for (const payload of ["", "x", "p".repeat(125)]) {
      socket.ping(payload);
      const [answer] = await once(socket, "pong");
      assert(answer.toString() === payload, "the pong has another payload");
    }
    await close(socket);
  },

  async "close codes"(url) {
    const codes = [1000, 1001, 1003, 1007, 1008, 1009, 1011, 3000, 4999];
    for (const code of codes) {
      equal((await close(await open(url), code, "bye")).code, code);
    }
    const socket = await open(url);
    socket.close();
    equal((await closed(socket)).code, 1005);
  },

  async many(url) {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => open(url)));
    for (let turn = 0; turn < 10; turn++) {
      const answers = sockets.map(heard);
      sockets.forEach((socket, number) => socket.send(`${number} ${turn}`));
      (await Promise.all(answers)).forEach((answer, number) => assert(answer === `${number} ${turn}`, "mixed up"));
    }
    await Promise.all(sockets.map((socket) => close(socket)));
  },
};

const rooms = {
  async rooms(url) {
    const [a, b, outsider] = await Promise.all([1, 2, 3].map(() => open(url)));
    for (const socket of [a, a, b]) await join(socket, "node");
    for (const text of ["é水🙂", "", "x".repeat(70_000)]) {
      a.send(`say node ${text}`);
      equal(await heard(b), text);
    }
    const binary = randomBytes(80_000);
    a.send(binary);
    assert(binary.equals(await heard(b)), "binary differs");
    await hearsNothing(a, b, outsider);
    equal(await ask(outsider, "members node"), "members 2");
    outsider.send("say node from outside");
    for (const socket of [a, b]) equal(await heard(socket), "from outside");
    equal(await ask(b, "leave node"), "left node");
    a.send("say node after");
    await hearsNothing(a, b);
    equal(await ask(outsider, "members node"), "members 1");
    await Promise.all([a, b, outsider].map((socket) => close(socket)));
  },

  async "gone members"(url) {
    const [stays, closes, vanishes] = await Promise.all([1, 2, 3].map(() => open(url)));
    for (const socket of [stays, closes, vanishes]) await join(socket, "node-gone");
    await close(closes);
    await membersBecome(stays, "node-gone", 2);
    vanishes.terminate();
    await membersBecome(stays, "node-gone", 1);
    await close(stays);
  },

  async "server closes"(url) {
    for (const code of [1000, 1001, 3000, 4999]) {
      for (const reason of ["", "as you wish", "é".repeat(61) + "x"]) {
        const socket = await open(url);
        socket.send(`close ${code} ${reason}`.trimEnd());
        equal(await closed(socket), { code, reason });
      }
    }
    const socket = await open(url);
    for (const code of [1005, 1006, 1015, 999, 5000]) {
      equal(await ask(socket, `close ${code} no`), `refused close code ${code} may not be sent`);
    }
    await close(socket);
  },

  async crash(url) {
    const [stays, crashes] = await Promise.all([1, 2].map(() => open(url)));
    for (const socket of [stays, crashes]) await join(socket, "node-crash");
    crashes.send("crash");
    equal((await closed(crashes)).code, 1011);
    await membersBecome(stays, "node-crash", 1);
    await close(stays);
  },
};

// Two members of a room whose other members are other programs' clients. The one that asks whether all are there is no
// member: a question between what others say would need to be told from it.
async function mixed(room, name, members, each, talkUrl, listenUrl) {
  const [talker, listener, asker] = await Promise.all([talkUrl, listenUrl, talkUrl].map(open));
  for (const socket of [talker, listener]) await join(socket, room);
  await membersBecome(asker, room, members);
  for (let number = 0; number < each; number++) {
    talker.send(`say ${room} ${name} ${number}`);
    if (number % BREATH === 0) await hearsNothing(asker);
  }
  const spoken = (members / 2) * each;
  const report = { talker: [], listener: [] };
  while (report.talker.length < spoken - each) report.talker.push(await heard(talker));
  while (report.listener.length < spoken) report.listener.push(await heard(listener));
  await hearsNothing(talker, listener);
  await Promise.all([talker, listener, asker].map((socket) => close(socket)));
  console.log(JSON.stringify(report));
}

function inTime(work) {
  const deadline = new Promise((_, reject) => setTimeout(() => reject(new Error("deadline passed")), DEADLINE_MS).unref());
  return Promise.race([work, deadline]);
}

async function group(name, checks, url) {
  const client = `node ws ${version}: ${url.split(":")[0]} ${name}`;
  const passed = [];
  for (const [what, check] of Object.entries(checks)) {
    try {
      await inTime(check(url));
      passed.push(what);
    } catch (error) {
      console.log(`${client}: FAIL  ${what}: ${error.message}`);
    }
  }
  if (passed.length > 0) console.log(`${client}: ok    ${passed.join(", ")}`);
  return passed.length === Object.keys(checks).length;
}

const groups = { echo, rooms };
const [what, ...words] = process.argv.slice(2);
if (what === "mixed") await inTime(mixed(...words));
else process.exit((await group(what, groups[what], ...words)) ? 0 : 1);
