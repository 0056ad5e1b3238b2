// Keys for reviewers: J and K go from one row or piece of evidence to the next, A and R choose what
// was found, U shows pictures sharp or blurred. They can be turned off (WCAG 2.2, 2.1.4), and rest
// while something is typed. Nothing is sent by a key alone.

const KEPT = "reviews-keys-off";
const toggle = document.querySelector("[data-keys] input");
const rows = [...document.querySelectorAll("[data-rows] > *")];
const sharp = document.getElementById("sharp");

function isTyping(target) {
  return target.closest("textarea, select, [contenteditable]") || (target.matches("input") && !/^(radio|checkbox)$/.test(target.type));
}

function step(by) {
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.contains(document.activeElement));
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, here + by));
  const row = rows[next];
  (row.querySelector("a.button, button") ?? row).focus();
  row.scrollIntoView({ block: "nearest" });
}

function choose(key) {
  const choice = document.querySelector(`#decide [data-key="${key}"]`);
  if (!choice) return false;
  choice.checked = true;
  document.getElementById("reason").focus();
  return true;
}

if (toggle) {
  document.querySelector("[data-keys]").hidden = false;
  toggle.checked = localStorage.getItem(KEPT) === null;
  toggle.addEventListener("change", () => (toggle.checked ? localStorage.removeItem(KEPT) : localStorage.setItem(KEPT, "1")));
  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    const key = event.key.toLowerCase();
    if (key === "j") step(1);
    else if (key === "k") step(-1);
    else if (key === "u" && sharp) sharp.checked = !sharp.checked;
    else if (!((key === "a" || key === "r") && choose(key))) return;
    event.preventDefault();
  });
}
