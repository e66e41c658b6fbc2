// A node of Socket.IO over Redis, as its documentation says it is done: members of one room, and publishers.
//
//   node.mjs PORT BROKER_PORT

import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, brokerPort] = process.argv.slice(2);
const publisher = createClient({ url: `redis://127.0.0.1:${brokerPort}` });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);
const server = createServer();
const io = new Server(server, { adapter: createAdapter(publisher, subscriber), transports: ["websocket"] });
io.on("connection", (socket) => {
  socket.on("join", (room) => socket.join(room));
  socket.on("say", (text) => io.to("room").emit("m", text));
});
server.listen(Number(port), "127.0.0.1");
