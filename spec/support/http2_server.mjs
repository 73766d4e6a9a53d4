// SPDX-License-Identifier: MIT
// An HTTP/2 server that does not look at the first N streams with the same path if that begins with
// /refuse/N/ (it resets them with REFUSED_STREAM) or /leave/N/ (it ends the connection with a GOAWAY
// that excludes them), and answers all others, .../warm at once. Each stream that comes is a line of
// LOG.
//
// Usage: http2_server.mjs CERTIFICATE KEY LOG; writes its port and its process id.
import { appendFileSync, readFileSync } from "node:fs";
import { constants, createSecureServer } from "node:http2";

const [certificate, key, log] = process.argv.slice(2);
const counts = new Map();

// What is to become of a stream: "refuse", "leave" or nothing special.
function fate(path) {
  if (path.endsWith("/warm")) return undefined;
  const count = (counts.get(path) ?? 0) + 1;
  counts.set(path, count);
  const [, verb, most] = /^\/(refuse|leave)\/(\d+)\//.exec(path) ?? [];
  return count <= Number(most) ? verb : undefined;
}

const server = createSecureServer({ cert: readFileSync(certificate), key: readFileSync(key) });
server.on("sessionError", () => {});
server.on("stream", (stream, headers) => {
  const path = headers[":path"];
  stream.on("error", () => {});
  appendFileSync(log, `${headers[":method"]} ${path}\n`);
  const verb = fate(path);
  if (verb === "refuse") return stream.close(constants.NGHTTP2_REFUSED_STREAM);
  if (verb === "leave") return stream.session.goaway(constants.NGHTTP2_NO_ERROR, Math.max(stream.id - 2, 0));
  // libcurl 7.88 may take an answer that is complete before its request for an error.
  stream.resume().on("end", () => {
    stream.respond({ ":status": 200, "content-type": "application/json" });
    stream.end('{"success":true,"data":{"id":"1"}}');
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port, process.pid));
