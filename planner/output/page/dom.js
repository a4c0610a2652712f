"use strict";
// Elements. Text only ever becomes a text node or a plain attribute.

const SVG_SPACE = "http://www.w3.org/2000/svg";

function el(tag, attributes, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return filled(document.createElementNS(SVG_SPACE, tag), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  for (const child of children.flat(3)) {
    if (child !== null && child !== undefined && child !== false) node.append(child);
  }
  return node;
}

function byId(id) {
  return document.getElementById(id);
}

function show(node, ...children) {
  node.replaceChildren();
  return filled(node, null, children);
}

// A heading of a card: its title, what is told beside it in grey, and buttons at the right.
function cardHead(title, beside, ...buttons) {
  return el("header", { class: "card-head" }, el("h2", null, title), beside ? el("span", { class: "quiet" }, beside) : null, el("span", { class: "space" }), buttons);
}

// A table in a box that scrolls sideways by itself; heads are [word, is a number].
function tableOf(heads, lines, attributes) {
  return el("div", { class: "scroll" }, el("table", attributes,
    el("thead", null, el("tr", null, heads.map(([word, isNumber]) => el("th", { class: isNumber ? "n" : null, scope: "col" }, word)))),
    el("tbody", null, lines)));
}

// A part that is only worked out when somebody opens it.
function unfolded(summary, make) {
  const node = el("details", null, el("summary", null, summary));
  node.addEventListener("toggle", () => { if (node.open && node.childElementCount === 1) node.append(make()); });
  return node;
}

// Buttons of which one is down: [value, word, name for those who listen].
function choices(label, made, chosen, act) {
  return el("span", { class: "choices", role: "group", "aria-label": label }, made.map(([value, word, name]) => {
    const button = el("button", { type: "button", "aria-pressed": String(value === chosen), "aria-label": name, title: name, onclick: () => act(value) }, word);
    button.dataset.value = value;
    return button;
  }));
}

// The state of a page goes into its address, but for a page in a frame of a notebook, which has none of its own.
function keepAddress(parts) {
  if (location.protocol !== "about:") history.replaceState(null, "", `#${parts}`);
}
