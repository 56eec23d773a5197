// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
"use strict";

// Everything on the page is made here: elements by name, texts by textContent. No text is ever read as markup.

/** make("p", {class: "note"}, "text", child...): null and undefined children are left out. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  fill(element, ...children);
  return element;
}

/** Replaces what is in an element. */
function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined));
}

/** A text of the run's own, whose direction must not turn that of the words around it. */
function own(text) {
  return make("bdi", {}, text);
}

/** A sentence of the run's own: `commands` between backticks, and no line ends between a figure and its unit. */
function sentence(text) {
  return make("bdi", {}, ...text.split(/`([^`]+)`/).map((part, place) => place % 2 === 1 ? make("code", {}, part)
    : part.replace(/(\d) (?=(?:%|×|[KMG]i?B|B|[nµm]?s|ns\/B|Gbit\/s)(?!\w))/g, "$1\u00a0")));
}

/** Says something to a screen reader. */
function announce(text) {
  document.getElementById("announcer").textContent = text;
}
