// SPDX-License-Identifier: MIT
// Looks at a page as an auditor of accessibility would, and returns what is wrong in sentences:
// contrast as it is drawn, names of controls, headings, landmarks, labels of tables, ids, sizes of
// targets, scrolling sideways. The body of a function, for a browser to run.

const problems = [];

const shown = (element) => element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible";

function say(element, problem) {
  const id = element.id ? `#${element.id}` : "";
  problems.push(`<${element.localName}${id}> "${element.textContent.trim().slice(0, 30)}": ${problem}`);
}

// Colours as [red, green, blue, alpha].
function parse(text) {
  const numbers = text.match(/[\d.]+/g).map(Number);
  return [numbers[0], numbers[1], numbers[2], numbers[3] === undefined ? 1 : numbers[3]];
}

function over(top, bottom) {
  return [0, 1, 2].map((index) => top[index] * top[3] + bottom[index] * (1 - top[3])).concat(1);
}

function ground(element) {
  const layers = [];
  for (let at = element; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
  const base = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  return layers.reverse().reduce((bottom, top) => over(top, bottom), base);
}

function luminance(colour) {
  const [red, green, blue] = colour.slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function ownText(element) {
  return [...element.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim());
}

function checkText(element) {
  const style = getComputedStyle(element);
  const scale = element.ownerSVGElement ? element.getScreenCTM().a : 1;
  const pixels = parseFloat(style.fontSize) * scale;
  if (pixels < 10) say(element, `text has ${pixels.toFixed(1)} pixels`);
  const colour = parse(element.ownerSVGElement ? style.fill : style.color);
  const behind = ground(element);
  const size = parseFloat(style.fontSize);
  const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  const ratio = contrast(over(colour, behind), behind);
  if (ratio < (isLarge ? 3 : 4.5)) say(element, `text has a contrast of ${ratio.toFixed(2)}`);
}

function name(element) {
  const by = element.getAttribute("aria-labelledby");
  if (by) return by.split(" ").map((id) => (document.getElementById(id) || {}).textContent || "").join(" ").trim();
  if (element.getAttribute("aria-label")) return element.getAttribute("aria-label").trim();
  const label = element.labels && element.labels[0];
  return ((label ? label.textContent : "") || element.textContent || element.getAttribute("alt") || "").trim();
}

const CONTROLS = "a[href], button, input, select, textarea, summary";

function checkControl(element) {
  if (!name(element)) say(element, "has no name");
  const box = element.getBoundingClientRect();
  const isInline = element.localName === "a" && getComputedStyle(element).display === "inline";
  if (!isInline && (box.width < 24 || box.height < 24)) say(element, `is a target of ${box.width} x ${box.height}`);
  const style = getComputedStyle(element);
  if (["input", "select"].includes(element.localName)) {
    const ratio = contrast(parse(style.borderTopColor), ground(element.parentElement));
    if (ratio < 3) say(element, `border has a contrast of ${ratio.toFixed(2)}`);
  }
  if (element.tabIndex > 0) say(element, "changes the order of the focus");
}

// What has the focus must be seen to have it.
function checkFocus(element) {
  element.focus({ focusVisible: true, preventScroll: true });
  if (document.activeElement !== element) return;
  const style = getComputedStyle(element);
  if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) say(element, "does not show its focus");
  else if (contrast(parse(style.outlineColor), ground(element.parentElement)) < 3) say(element, "shows its focus faintly");
}

function checkDocument() {
  if (!document.documentElement.lang) problems.push("the document has no language");
  if (!document.title.trim()) problems.push("the document has no title");
  for (const landmark of ["main", "header", "nav"]) {
    if (document.querySelectorAll(landmark).length === 0) problems.push(`there is no <${landmark}>`);
  }
  if (document.querySelectorAll("h1").length !== 1) problems.push("there is not one h1");
  let level = 0;
  for (const heading of document.querySelectorAll("main h1, main h2, main h3")) {
    const own = Number(heading.localName[1]);
    if (own > level + 1) say(heading, "skips a level of headings");
    level = own;
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of ids.filter((one, index) => ids.indexOf(one) !== index)) problems.push(`the id ${id} comes twice`);
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) problems.push(`the page is ${wide} pixels too wide`);
}

function checkReferences(element) {
  for (const attribute of ["aria-labelledby", "aria-describedby", "list"]) {
    for (const id of (element.getAttribute(attribute) || "").split(" ").filter(Boolean)) {
      if (!document.getElementById(id)) say(element, `${attribute} leads to no ${id}`);
    }
  }
}

const NAMED = "table, nav, dialog[open], [role=img], [role=region], [role=group], [role=log]";

checkDocument();
for (const element of document.querySelectorAll("body *")) {
  checkReferences(element);
  if (!shown(element)) continue;
  if (ownText(element) && !element.disabled && !element.classList.contains("off")) checkText(element);
  if (element.matches(NAMED) && !name(element)) say(element, "has no name");
  if (element.localName === "img" && !element.hasAttribute("alt")) say(element, "has no alternative text");
  if (element.matches(CONTROLS) && element.tabIndex >= 0) {
    checkControl(element);
    if (!element.disabled) checkFocus(element);
  }
}
return problems;
