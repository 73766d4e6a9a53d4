// SPDX-License-Identifier: MIT
// Makes elements, and brings what is on the page up to date in place, so that focus, text in inputs
// and scroll positions survive. Text only ever becomes text nodes and attributes, never markup.

const SVG = "http://www.w3.org/2000/svg";

const HANDLERS = ["onclick", "onsubmit", "oninput", "onchange", "onkeydown", "ontoggle"];

function flat(children) {
  return children.flat(Infinity).filter((child) => child != null && child !== false);
}

function fill(made, properties, children) {
  for (const [name, value] of Object.entries(properties || {})) {
    if (HANDLERS.includes(name)) made[name] = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value != null && value !== false) made.setAttribute(name, value);
  }
  made.append(...flat(children).map((child) => (child instanceof Node ? child : String(child))));
  return made;
}

/** Makes an element of HTML. */
export function h(name, properties, ...children) {
  return fill(document.createElement(name), properties, children);
}

/** Makes an element of SVG. */
export function svg(name, properties, ...children) {
  return fill(document.createElementNS(SVG, name), properties, children);
}

function key(node) {
  return node.nodeType === 1 ? node.getAttribute("data-key") || node.id || "" : "";
}

function isSame(old, fresh) {
  return old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && key(old) === key(fresh);
}

// What the user has opened, typed or chosen stays.
const OWN = new Set(["open", "value", "checked", "selected"]);

function syncElement(old, fresh) {
  for (const { name } of [...old.attributes]) {
    if (!fresh.hasAttribute(name) && !OWN.has(name)) old.removeAttribute(name);
  }
  for (const { name, value } of fresh.attributes) {
    if (old.getAttribute(name) !== value && !OWN.has(name)) old.setAttribute(name, value);
  }
  for (const name of HANDLERS) old[name] = fresh[name];
  update(old, ...fresh.childNodes);
  // What the address says wins, except while the user is at it.
  const value = fresh.getAttribute("data-value");
  if (value !== null && document.activeElement !== old && old.value !== value) old.value = value;
}

function sync(old, fresh) {
  if (old.nodeType === 1) syncElement(old, fresh);
  else if (old.nodeValue !== fresh.nodeValue) old.nodeValue = fresh.nodeValue;
}

/** Makes the children of an element what the given ones are, and keeps those that are the same. */
export function update(parent, ...children) {
  const fresh = flat(children).map((child) =>
    child instanceof Node ? child : document.createTextNode(String(child)),
  );
  const keyed = new Map();
  for (const child of parent.children) if (key(child)) keyed.set(key(child), child);
  const wanted = new Set(fresh.map(key));
  let at = parent.firstChild;
  for (const node of fresh) {
    while (at && key(at) && !wanted.has(key(at))) at = remove(at);
    const old = key(node) ? keyed.get(key(node)) : at;
    if (!old || !isSame(old, node)) {
      parent.insertBefore(node, at);
      continue;
    }
    if (old === at) at = at.nextSibling;
    else parent.insertBefore(old, at);
    sync(old, node);
  }
  while (at) at = remove(at);
}

function remove(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}
