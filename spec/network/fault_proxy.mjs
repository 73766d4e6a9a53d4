// SPDX-License-Identifier: MIT
// A TLS reverse proxy for a served emulator that makes faults below HTTP, as networks and servers
// do.
//
//   node fault_proxy.mjs EMULATOR_PORT CERTIFICATE KEY
//
// Prints one line of JSON, { port, proxy, control }: the TLS port, a CONNECT proxy that leads to it,
// and plain HTTP to control both. It forwards requests and replies, so the emulator's journal shows
// what was executed. A connection crosses two sockets here: the outer one
// sees bytes only (it can be silent, reset or spoilt without TLS knowing), the inner one ends TLS.
//
//   POST /fault { kind, times, how?, after? }   adds a fault
//   DELETE /faults                              removes all of them
//   POST /release                               closes the connections that are held in silence
//
// Faults by kind:
//   handshake  how: close, reset, silence, garbage; met by the next new connections, of which there
//              will be some, since the open ones are closed
//   idle       how: close, reset, silence; met at once by all open connections
//   close, reset, silence                       instead of forwarding, or `after` it of replying
//   cut        how: headers, body, chunk        the reply ends there
//   record     the reply is no TLS record
//   drip       the reply comes byte by byte
//   early      how: hold, close, reset, after: milliseconds; replies when it has the head of a
//              request with a body
//   proxy      how: a status, close, silence; met by the next CONNECT

import fs from "node:fs";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";

const [emulatorPort, certificate, key] = process.argv.slice(2);
const HOST = "127.0.0.1";
const END_OF_HEAD = "\r\n\r\n";
const GARBAGE = Buffer.from("no TLS record is spoken here, as anyone can see\r\n");

const faults = [];
const held = new Set(); // outer sockets that nothing is done with any more
const links = new Map(); // by the port that the outer socket reaches the inner server from

// The next fault of these kinds, once for each of its times.
function take(...kinds) {
  const index = faults.findIndex((fault) => kinds.includes(fault.kind));
  if (index < 0) return undefined;
  const fault = faults[index];
  fault.times -= 1;
  if (fault.times <= 0) faults.splice(index, 1);
  return fault;
}

function hold(client) {
  client.removeAllListeners("data");
  client.resume();
  held.add(client);
}

// Ends a connection on the client's side without TLS's closing messages.
function end(client, how) {
  if (how === "silence" || how === "hold") hold(client);
  else if (how === "reset") client.resetAndDestroy();
  else client.end();
}

class Link {
  constructor(client) {
    this.client = client;
    this.inner = net.connect(innerServer.address().port, HOST, () => {
      links.set(this.inner.localPort, this);
    });
    client.on("data", (data) => this.inner.write(data));
    client.on("end", () => this.inner.end());
    client.on("close", () => this.inner.destroy());
    this.inner.on("data", (data) => held.has(client) || client.write(data));
    this.inner.on("end", () => held.has(client) || client.end());
    for (const socket of [client, this.inner]) socket.on("error", () => {});
  }
  end(how) {
    links.delete(this.inner.localPort);
    this.inner.removeAllListeners("data");
    end(this.client, how);
  }
}

const outerServer = net.createServer({ noDelay: true }, (client) => {
  client.on("error", () => {});
  const fault = take("handshake");
  if (!fault) return new Link(client);
  if (fault.how === "garbage") client.end(GARBAGE);
  else end(client, fault.how);
});

function format(status, headers, body) {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} .\r\n${lines.join("")}\r\n`), body]);
}

// Asks the emulator; gives what to send to the client.
function forward(request) {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body } = request;
    const asked = http.request({ host: HOST, port: emulatorPort, method, path, headers });
    asked.on("error", reject);
    asked.on("response", (reply) => {
      const pieces = [];
      reply.on("data", (piece) => pieces.push(piece));
      reply.on("end", () => {
        const whole = Buffer.concat(pieces);
        const own = { "Content-Type": "application/json", "Content-Length": whole.length };
        resolve({ status: reply.statusCode, headers: own, body: whole });
      });
    });
    asked.end(body);
  });
}

const cuts = {
  headers: ({ status }) => Buffer.from(`HTTP/1.1 ${status} .\r\nContent-Type: applica`),
  body: ({ status, headers, body }) => format(status, headers, body.subarray(0, body.length / 2)),
  chunk: ({ status, body }) => {
    const size = body.length.toString(16);
    const begun = Buffer.concat([Buffer.from(`${size}\r\n`), body.subarray(0, body.length - 1)]);
    return format(status, { "Transfer-Encoding": "chunked" }, begun);
  },
};

function spoil(link, socket, fault, reply) {
  if (fault.kind === "cut") {
    socket.write(cuts[fault.how](reply), () => setImmediate(() => link.end("close")));
  } else if (fault.kind === "record") {
    link.client.write(Buffer.concat([Buffer.from([23, 3, 3, 0, GARBAGE.length]), GARBAGE]));
  } else if (fault.kind === "drip") {
    for (const byte of format(reply.status, reply.headers, reply.body)) {
      socket.write(Buffer.from([byte]));
    }
  } else {
    link.end(fault.kind);
  }
}

async function serve(link, socket, request) {
  const fault = take("close", "reset", "silence", "cut", "record", "drip");
  const spoils = fault && (fault.after || ["cut", "record", "drip"].includes(fault.kind));
  if (fault && !spoils) return link.end(fault.kind);
  const reply = await forward(request);
  if (fault) return spoil(link, socket, fault, reply);
  socket.write(format(reply.status, reply.headers, reply.body));
}

function parseHead(text) {
  const [first, ...lines] = text.split("\r\n");
  const [method, path] = first.split(" ");
  const headers = {};
  for (const line of lines) {
    const at = line.indexOf(":");
    headers[line.slice(0, at).toLowerCase()] = line.slice(at + 1).trim();
  }
  return { method, path, headers, length: Number(headers["content-length"] || 0) };
}

function replyEarly(link, socket, fault) {
  const body = Buffer.from('{"success":true,"data":{"id":"early"}}');
  socket.pause();
  link.client.pause();
  socket.write(format(200, { "Content-Length": body.length }, body), () => {
    if (fault.how !== "hold") setTimeout(() => link.end(fault.how), fault.after);
  });
}

// Reads one request after the other from a connection whose TLS ends here.
const innerServer = tls.createServer(
  { cert: fs.readFileSync(certificate), key: fs.readFileSync(key), noDelay: true },
  (socket) => {
    const link = links.get(socket.remotePort);
    let pending = Buffer.alloc(0);
    let head;
    let last = Promise.resolve();
    socket.on("error", () => {});
    socket.on("data", (data) => {
      pending = Buffer.concat([pending, data]);
      for (;;) {
        if (!head) {
          const at = pending.indexOf(END_OF_HEAD);
          if (at < 0) return;
          head = parseHead(pending.subarray(0, at).toString("latin1"));
          pending = pending.subarray(at + END_OF_HEAD.length);
          const early = head.length > 0 && take("early");
          if (early) return replyEarly(link, socket, early);
        }
        if (pending.length < head.length) return;
        const request = { ...head, body: pending.subarray(0, head.length) };
        pending = pending.subarray(head.length);
        head = undefined;
        last = last.then(() => serve(link, socket, request)).catch(() => link.end("close"));
      }
    });
  },
);

const proxyServer = http.createServer();
proxyServer.on("connect", (request, client) => {
  client.on("error", () => {});
  const fault = take("proxy");
  if (fault?.how === "close") return client.end();
  if (fault?.how === "silence") return hold(client);
  if (fault) return client.end(`HTTP/1.1 ${fault.how} no\r\nContent-Length: 0\r\n\r\n`);
  const through = net.connect(outerServer.address().port, HOST, () => {
    client.write("HTTP/1.1 200 yes\r\n\r\n");
    client.pipe(through).pipe(client);
  });
  through.on("error", () => client.destroy());
  client.on("close", () => through.destroy());
});

function endAll(how) {
  for (const link of [...links.values()]) link.end(how);
}

function control(method, path, body) {
  if (method === "DELETE") faults.length = 0;
  else if (path === "/release") for (const client of held) client.destroy();
  else if (body.kind === "idle") endAll(body.how);
  else faults.push(body);
  if (body.kind === "handshake") endAll("close");
  if (method === "DELETE" || path === "/release") held.clear();
}

const controlServer = http.createServer((request, reply) => {
  let text = "";
  request.on("data", (data) => (text += data));
  request.on("end", () => {
    control(request.method, request.url, text ? JSON.parse(text) : {});
    // The client sees the close before it gets the answer.
    setImmediate(() => reply.end('{"success":true,"data":{}}'));
  });
});

const servers = [innerServer, outerServer, proxyServer, controlServer];
let waiting = servers.length;
for (const server of servers) {
  server.listen(0, HOST, () => {
    waiting -= 1;
    if (waiting > 0) return;
    const [, port, proxy, controlPort] = servers.map((each) => each.address().port);
    console.log(JSON.stringify({ port, proxy, control: controlPort }));
  });
}
// The parent process holds the other end.
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
