// HTTP server of Node: GET is answered with a text, POST with its body. Argument: the port.

import { createServer } from "node:http";

const HEADERS = { "Content-Type": "text/plain; charset=utf-8" };

function send(response, body) {
  response.writeHead(200, { ...HEADERS, "Content-Length": body.length });
  response.end(body);
}

const server = createServer((request, response) => {
  if (request.method !== "POST") {
    send(response, "hello, world");
    return;
  }
  const pieces = [];
  request.on("data", (piece) => pieces.push(piece));
  request.on("end", () => send(response, Buffer.concat(pieces)));
});
server.listen(Number(process.argv[2]), "127.0.0.1");
