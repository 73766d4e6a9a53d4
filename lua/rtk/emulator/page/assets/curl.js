// SPDX-License-Identifier: MIT
// A request as a curl command for sh. While secrets are hidden it takes the token from the
// environment.
import { secretsShown } from "./secrets.js";

// What curl writes itself, and what belongs to a connection.
const OWN = new Set(["host", "content-length", "connection", "accept-encoding", "user-agent", "expect"]);

function quote(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function header(name, value) {
  if (name === "authorization" && !secretsShown()) {
    const [scheme] = value.split(" ");
    return `-H "authorization: ${/^\w+$/.test(scheme) ? scheme : "Bearer"} $CLOUDFLARE_API_TOKEN"`;
  }
  return `-H ${quote(`${name}: ${value}`)}`;
}

/** The command, in lines that sh continues. */
export function asCurl(request, origin) {
  const target = origin + request.path + (request.query ? `?${request.query}` : "");
  const parts = [`curl -X ${quote(request.method)} ${quote(target)}`];
  for (const name of Object.keys(request.headers).sort()) {
    if (!OWN.has(name) && !name.startsWith("sec-")) parts.push(header(name, request.headers[name]));
  }
  if (request.body) parts.push(`--data-raw ${quote(request.body)}`);
  return parts.join(" \\\n  ");
}
