const filter = document.getElementById("filter");
const found = document.getElementById("found");
const nothing = document.getElementById("nothing");
const items = [...document.querySelectorAll("[data-item]")];
const groups = [...document.querySelectorAll("details.group")];
/** Text of each item, in small letters; read when it is first asked for. */
const texts = new Map();

/** Opened diffs that have no colours yet: thousands are opened at once, and the page must not stand still meanwhile. */
const waitingDiffs = [];
const kinds = { "+": "added", "-": "removed", "@": "place" };

function colour(diff) {
  const text = diff.querySelector("pre");
  if (text === null || text.dataset.coloured === "yes") {
    return;
  }
  text.dataset.coloured = "yes";
  const spans = text.textContent.split("\n").map((line) => {
    const span = document.createElement("span");
    span.textContent = line;
    span.className = kinds[line[0]] ?? "";
    return span;
  });
  text.replaceChildren(...spans);
}

function colourSome() {
  const until = performance.now() + 30;
  while (waitingDiffs.length > 0 && performance.now() < until) {
    colour(waitingDiffs.shift());
  }
  if (waitingDiffs.length > 0) {
    setTimeout(colourSome);
  }
}

function colourSoon(diff) {
  waitingDiffs.push(diff);
  if (waitingDiffs.length === 1) {
    setTimeout(colourSome);
  }
}

function textOf(item) {
  if (!texts.has(item)) {
    texts.set(item, item.textContent.toLowerCase());
  }
  return texts.get(item);
}

function show() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  for (const item of items) {
    const matches = words.every((word) => textOf(item).includes(word));
    item.hidden = !matches;
    shown += matches ? 1 : 0;
  }
  for (const group of groups) {
    group.hidden = group.querySelector("[data-item]:not([hidden])") === null;
    group.open = words.length > 0 && !group.hidden;
  }
  for (const section of document.querySelectorAll("main > section > section:not([data-item])")) {
    section.hidden = section.querySelector("[data-item]:not([hidden])") === null;
  }
  nothing.hidden = shown > 0 || items.length === 0;
  found.textContent = words.length === 0 ? "" : `${shown} of ${items.length}`;
}

function setAll(open) {
  for (const details of document.querySelectorAll("main details")) {
    if (!details.hidden) {
      details.open = open;
    }
  }
}

/** A link from elsewhere, or the contents, leads to what may be folded or filtered away. */
function reveal() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) {
    return;
  }
  if (target.hidden) {
    filter.value = "";
    show();
    target.scrollIntoView();
  }
  const own = target.querySelectorAll(":scope > details.group");
  if (own.length === 1) {
    own[0].open = true;
  }
}

let waiting;
filter.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 120);
});
document.getElementById("open").addEventListener("click", () => setAll(true));
document.getElementById("close").addEventListener("click", () => setAll(false));
document.addEventListener(
  "toggle",
  ({ target }) => {
    if (target.matches("details.diff") && target.open) {
      colourSoon(target);
    }
  },
  true,
);
for (const diff of document.querySelectorAll("details.diff[open]")) {
  colourSoon(diff); // a browser that comes back to the page has opened them before
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    filter.focus();
    filter.select();
  }
  if (event.key === "Escape" && typing) {
    filter.value = "";
    show();
    filter.blur();
  }
});
addEventListener("hashchange", reveal);
for (const group of groups) {
  // Few diffs are opened at once, so that nobody has to click for them.
  group.open = group.querySelectorAll("[data-item]").length <= 3;
}
reveal();
