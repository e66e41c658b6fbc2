// Checks an echo server with the Node library `ws`, which offers compression that the server may decline.
//
// In: the server's URL. Out: one line a check; exit status 1 when one failed. Every check has a deadline.

import { createRequire } from "node:module";
import { once } from "node:events";
import { randomBytes } from "node:crypto";
import WebSocket from "ws";

const url = process.argv[2];
const SIZES = [0, 1, 125, 126, 127, 65535, 65536, 1_000_000];
const DEADLINE_MS = 30_000;
const version = createRequire(import.meta.url)("ws/package.json").version;

function assert(holds, text) {
  if (!holds) throw new Error(text);
}

async function open() {
  const socket = new WebSocket(url);
  await once(socket, "open");
  return socket;
}

async function close(socket, code = 1000, reason = "") {
  socket.close(code, reason);
  const [gotCode, gotReason] = await once(socket, "close");
  return { code: gotCode, reason: gotReason.toString() };
}

async function echoed(socket) {
  const [data, isBinary] = await once(socket, "message");
  return isBinary ? data : data.toString();
}

const checks = {
  async sizes() {
    const socket = await open();
    for (const size of SIZES) {
      const text = "x".repeat(size);
      socket.send(text);
      assert((await echoed(socket)) === text, `text of ${size} bytes differs`);
      const binary = randomBytes(size);
      socket.send(binary);
      assert(binary.equals(await echoed(socket)), `binary of ${size} bytes differs`);
    }
    await close(socket);
    return `text and binary of ${SIZES.join(", ")} bytes`;
  },

  async fragments() {
    const socket = await open();
    socket.send("one ", { fin: false });
    socket.send("", { fin: false });
    socket.ping("between");
    socket.send("two", { fin: true });
    assert((await echoed(socket)) === "one two", "text fragments differ");
    const half = randomBytes(70_000);
    socket.send(half, { fin: false, binary: true });
    socket.send(half, { fin: true, binary: true });
    assert(Buffer.concat([half, half]).equals(await echoed(socket)), "binary fragments differ");
    await close(socket);
    return "fragmented messages, with a ping between fragments";
  },

  async pings() {
    const socket = await open();
    for (const payload of ["", "x", "p".repeat(125)]) {
      socket.ping(payload);
      const [answer] = await once(socket, "pong");
      assert(answer.toString() === payload, "the pong has another payload");
    }
    await close(socket);
    return "pings of 0, 1 and 125 bytes answered";
  },

  async closeCodes() {
    const codes = [1000, 1001, 1003, 1007, 1008, 1009, 1011, 3000, 4999];
    for (const code of codes) {
      const got = await close(await open(), code, "bye");
      assert(got.code === code, `closed with ${code}, got ${got.code}`);
    }
    const socket = await open();
    socket.close();
    const [empty] = await once(socket, "close");
    assert(empty === 1005, `an empty close came back with ${empty}`);
    return `close codes ${codes.join(", ")} and an empty close echoed`;
  },

  async many() {
    const sockets = await Promise.all(Array.from({ length: 200 }, open));
    for (let turn = 0; turn < 10; turn++) {
      const answers = sockets.map(echoed);
      sockets.forEach((socket, number) => socket.send(`${number} ${turn}`));
      (await Promise.all(answers)).forEach((answer, number) => assert(answer === `${number} ${turn}`, "mixed up"));
    }
    await Promise.all(sockets.map((socket) => close(socket)));
    return "200 connections at once, 10 messages each";
  },
};

let failed = 0;
for (const [name, check] of Object.entries(checks)) {
  const deadline = new Promise((_, reject) => setTimeout(() => reject(new Error("deadline passed")), DEADLINE_MS).unref());
  try {
    console.log(`node ws ${version}: ok    ${await Promise.race([check(), deadline])}`);
  } catch (error) {
    failed += 1;
    console.log(`node ws ${version}: FAIL  ${name}: ${error.message}`);
  }
}
process.exit(failed ? 1 : 0);
