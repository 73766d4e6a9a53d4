// SPDX-License-Identifier: MIT
// Proxies that do their work: one speaks HTTP, one HTTP over TLS, one SOCKS5. Each lets
// through what has the right credentials, when there are some, and logs what it is asked.
//
// Usage: proxies.mjs LOG CERTIFICATE KEY [USER:PASSWORD]; writes the ports of the three in
// that order, and its process id.
import { appendFileSync, readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import net from "node:net";

const [log, certificate, key, credentials] = process.argv.slice(2);
const tls = { cert: readFileSync(certificate), key: readFileSync(key) };

const note = (line) => appendFileSync(log, line + "\n");

// Copies both ways until both ends are done; neither is cut off in the middle.
function join(client, server) {
  for (const [from, to] of [
    [client, server],
    [server, client],
  ]) {
    from.on("error", () => to.destroy());
    from.on("data", (chunk) => to.write(chunk));
    from.on("end", () => to.end());
  }
}

function isAllowed(headers) {
  const basic = "Basic " + Buffer.from(credentials ?? "").toString("base64");
  return !credentials || headers["proxy-authorization"] === basic;
}

function onConnect(request, client, head) {
  note(`CONNECT ${request.url}`);
  note(JSON.stringify(request.headers));
  client.on("error", () => {});
  if (!isAllowed(request.headers)) {
    client.end("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n");
    return;
  }
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(request.url);
  const server = net.connect({ host, port, allowHalfOpen: true });
  server.once("connect", () => {
    client.write("HTTP/1.1 200 Established\r\nX-Proxy: yes\r\n\r\n");
    server.write(head);
    join(client, server);
  });
  server.once("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
}

// What is asked without a tunnel is answered here.
function onRequest(request, response) {
  note(`${request.method} ${request.url}`);
  response.writeHead(200, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ proxied: request.url }));
}

// Resolves with the next bytes that come.
const next = (socket) => new Promise((resolve) => socket.once("data", resolve));

// Says whether a SOCKS client may go on.
async function logIn(client) {
  const methods = await next(client);
  if (!credentials) return client.write(Buffer.from([5, 0]));
  if (!methods.includes(2, 2)) {
    client.end(Buffer.from([5, 255]));
    return false;
  }
  client.write(Buffer.from([5, 2]));
  const sent = await next(client);
  const user = sent.subarray(2, 2 + sent[1]).toString();
  const isRight = credentials === user + ":" + sent.subarray(3 + sent[1]).toString();
  client.write(Buffer.from([1, isRight ? 0 : 1]));
  return isRight;
}

async function onSocks(client) {
  client.on("error", () => {});
  if (!(await logIn(client))) return;
  const asked = await next(client);
  const isName = asked[3] === 3;
  const end = isName ? 5 + asked[4] : 8;
  const host = isName ? asked.subarray(5, end).toString() : asked.subarray(4, end).join(".");
  const port = asked.readUInt16BE(end);
  note(`SOCKS ${host}:${port}`);
  const reply = (code) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
  const server = net.connect({ host, port, allowHalfOpen: true });
  server.once("connect", () => {
    client.write(reply(0));
    join(client, server);
  });
  server.once("error", () => client.end(reply(5)));
}

const servers = [http.createServer(onRequest), https.createServer(tls, onRequest)];
for (const server of servers) server.on("connect", onConnect).on("tlsClientError", () => {});
servers.push(net.createServer({ allowHalfOpen: true }, onSocks));
for (const server of servers)
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
console.log(...servers.map((server) => server.address().port), process.pid);
