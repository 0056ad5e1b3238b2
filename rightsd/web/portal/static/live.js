// Keeps a part of a page fresh: asks the server for the page, and takes that part of the answer.
// Without this file a link or a button of the page does the same.

const PAUSE_MS = 700; // After the last key: short enough to be live, long enough to finish a word.
const FAILURES_MAX = 5;

async function part(path, id, options) {
  const answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "text/html" }, ...options });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return page.getElementById(id);
}

function take(old, fresh) {
  // Untouched if nothing changed, so that nobody is read the same again.
  if (old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
}

// A form that is asked about while it is filled in.
for (const form of document.querySelectorAll("form[data-live]")) {
  let asked = null;
  let timer = 0;
  const ask = async () => {
    asked?.abort();
    asked = new AbortController();
    const shown = document.getElementById(form.dataset.part);
    if (!form.elements.prompt.value.trim()) return;
    try {
      const body = new URLSearchParams(new FormData(form));
      const fresh = await part(form.dataset.live, shown.id, { method: "POST", body, signal: asked.signal });
      if (fresh) take(shown, fresh);
    } catch (error) {
      if (error.name !== "AbortError") shown.textContent = ""; // What stood there may not hold any more.
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
}

// What changes by itself, until it is over: then the page is shown anew, whole.
for (const shown of document.querySelectorAll("[data-live][data-every]")) {
  let failures = 0;
  for (const link of document.querySelectorAll("[data-without-scripts]")) link.hidden = true;
  const timer = setInterval(async () => {
    if (document.hidden) return;
    try {
      const fresh = await part(location.href, shown.id, {});
      if (!fresh || !fresh.dataset.every) {
        clearInterval(timer);
        location.reload();
        return;
      }
      take(shown, fresh);
      failures = 0;
    } catch {
      failures += 1;
      if (failures >= FAILURES_MAX) {
        clearInterval(timer);
        for (const link of document.querySelectorAll("[data-without-scripts]")) link.hidden = false;
      }
    }
  }, Number(shown.dataset.every));
}
