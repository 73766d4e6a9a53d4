// SPDX-License-Identifier: MIT
// TLS servers that go wrong once the handshake is over, each on a port of its own:
//
//   certificate  wants a certificate of the client, which TLS 1.3 says that late
//   record       answers with a record that cannot be decrypted
//   body         does so in the middle of a reply
//   clear        answers without TLS
//
// They keep the connection until the client is gone, so that it reads what they say.
//
// Usage: bad_tls.mjs CERTIFICATE KEY AUTHORITY LOG; writes the ports in that order, and its
// process id. Each request that comes is a line of LOG.
import { appendFileSync, readFileSync } from "node:fs";
import net from "node:net";
import tls from "node:tls";

const [certificate, key, authority, log] = process.argv.slice(2);
const shown = { cert: readFileSync(certificate), key: readFileSync(key) };

const RECORD = Buffer.from("170303" + "0020" + "aa".repeat(32), "hex");
const REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n";

const faults = {
  certificate: {},
  record: { bytes: RECORD },
  body: { bytes: RECORD, begin: REPLY + '{"data":' },
  clear: { bytes: Buffer.from(REPLY) },
};

const listen = (server) =>
  new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));

// A server in front of the one that speaks TLS, to get at the bytes and to keep the connection.
async function start(name) {
  const { bytes, begin } = faults[name];
  const clients = new Map();
  const needs = { requestCert: true, rejectUnauthorized: true, ca: readFileSync(authority) };
  const inner = tls.createServer({ ...shown, ...(name === "certificate" ? needs : {}) });
  inner.on("tlsClientError", () => {});
  inner.on("secureConnection", (socket) => {
    socket.on("error", () => {});
    socket.once("data", (data) => {
      appendFileSync(log, data.toString().split("\r\n", 1)[0] + "\n");
      const answer = () => bytes && clients.get(socket.remotePort).write(bytes);
      if (begin) socket.write(begin, () => setTimeout(answer, 50));
      else answer();
    });
  });
  const port = await listen(inner);
  const outer = net.createServer({ allowHalfOpen: true }, (client) => {
    const server = net.connect({ port, host: "127.0.0.1" });
    server.once("connect", () => clients.set(server.localPort, client));
    server.on("data", (chunk) => client.write(chunk));
    server.on("close", () => client.end());
    server.on("error", () => {});
    client.on("data", (chunk) => server.writable && server.write(chunk));
    client.on("end", () => server.end());
    client.on("error", () => server.destroy());
  });
  return listen(outer);
}

const ports = [];
for (const name of Object.keys(faults)) ports.push(await start(name));
console.log(...ports, process.pid);
