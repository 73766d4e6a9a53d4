// SPDX-License-Identifier: MIT
// An HTTP/2 server that refuses (REFUSED_STREAM) the first N streams with the same path if that
// begins with /refuse/N/, and answers all others. Each stream that comes is a line of LOG.
//
// Usage: http2_server.mjs CERTIFICATE KEY LOG; writes its port and its process id.
import { appendFileSync, readFileSync } from "node:fs";
import { constants, createSecureServer } from "node:http2";

const [certificate, key, log] = process.argv.slice(2);
const counts = new Map();

function isRefused(path) {
  const count = (counts.get(path) ?? 0) + 1;
  counts.set(path, count);
  return count <= Number(/^\/refuse\/(\d+)\//.exec(path)?.[1] ?? 0);
}

const server = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.on("sessionError", () => {});
server.on("stream", (stream, headers) => {
  const path = headers[":path"];
  stream.on("error", () => {});
  appendFileSync(log, `${headers[":method"]} ${path}\n`);
  if (isRefused(path)) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
  stream.respond({ ":status": 200, "content-type": "application/json" });
  stream.end('{"success":true,"data":{"id":"1"}}');
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port, process.pid));
