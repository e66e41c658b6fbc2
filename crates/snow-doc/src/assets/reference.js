// The search of the reference: works from a folder, asks nobody. The index is `snowReference`:
// name, kind, address, sentence. Without this script the pages lack the search and nothing else.
"use strict";

(() => {
  const MOST = 30;
  const root = document.documentElement.dataset.root;
  const form = document.querySelector(".search");
  const input = form.querySelector("input");
  const list = form.querySelector("ul");
  const status = form.querySelector("[role=status]");
  let chosen = -1;

  // How well a name fits, the less the better; null when it does not.
  function rank(entry, wanted) {
    const name = entry[0].toLowerCase();
    const last = name.slice(name.lastIndexOf(".") + 1);
    const kind = entry[1] === "guide" ? 0.5 : 0;
    const length = name.length / 1000;
    if (name === wanted) return 0 + kind;
    if (last === wanted) return 1 + kind + length;
    if (name.startsWith(wanted)) return 2 + kind + length;
    if (last.startsWith(wanted)) return 3 + kind + length;
    if (name.includes("_" + wanted) || name.includes(" " + wanted)) return 4 + kind + length;
    if (name.includes(wanted)) return 5 + kind + length;
    const words = wanted.split(/\s+/);
    const all = name + " " + entry[3].toLowerCase();
    if (words.every((word) => all.includes(word))) return 6 + kind + length;
    return null;
  }

  function found(text) {
    const wanted = text.trim().toLowerCase();
    if (wanted === "") return [];
    return window.snowReference
      .map((entry) => ({ entry, rank: rank(entry, wanted) }))
      .filter((one) => one.rank !== null)
      .sort((one, other) => one.rank - other.rank)
      .slice(0, MOST)
      .map((one) => one.entry);
  }

  function element(name, text) {
    const made = document.createElement(name);
    made.textContent = text;
    return made;
  }

  function show() {
    const entries = found(input.value);
    list.replaceChildren(
      ...entries.map((entry, index) => {
        const item = document.createElement("li");
        item.id = "found-" + index;
        item.setAttribute("role", "option");
        item.dataset.to = root + entry[2];
        item.append(element("i", entry[1]), element("b", entry[0]), element("span", entry[3]));
        return item;
      })
    );
    const isEmpty = input.value.trim() === "";
    if (entries.length === 0 && !isEmpty) {
      const none = element("li", "Nothing has this name.");
      none.className = "none";
      list.append(none);
    }
    status.textContent = isEmpty ? "" : entries.length + " found";
    open(!isEmpty);
    choose(entries.length > 0 ? 0 : -1);
  }

  function open(is) {
    list.hidden = !is;
    input.setAttribute("aria-expanded", String(is));
  }

  function choose(index) {
    const items = list.querySelectorAll("[role=option]");
    chosen = items.length === 0 ? -1 : Math.max(0, Math.min(index, items.length - 1));
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === chosen)));
    if (chosen < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", items[chosen].id);
    items[chosen].scrollIntoView({ block: "nearest" });
  }

  function go(item) {
    open(false);
    input.blur();
    location.href = item.dataset.to;
  }

  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.value.trim() !== "" && open(true));
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) open(false);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("keydown", (event) => {
    const items = list.querySelectorAll("[role=option]");
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" && chosen >= 0 && !list.hidden) go(items[chosen]);
    else if (event.key === "Escape" && !list.hidden) open(false);
    else if (event.key === "Escape") input.blur();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) go(item);
  });

  // "/" goes to the search from everywhere.
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, [contenteditable]");
    if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  form.hidden = false;
  const current = document.querySelector("#-contents [aria-current]");
  if (current) current.scrollIntoView({ block: "center" });
})();
