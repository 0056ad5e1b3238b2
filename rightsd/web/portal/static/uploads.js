// Files: dropped on the page, sent with their progress shown, and stopped half-way.
// Without this file the form sends them itself.

for (const form of document.querySelectorAll("form[data-upload]")) {
  const file = form.querySelector("input[type=file]");
  const button = form.querySelector("button:not([type=button])");
  const stop = form.querySelector("[data-stop]");
  const progress = form.querySelector("[data-progress]");
  const failed = form.querySelector("[data-failed]");
  const part = (name) => form.querySelector(`[data-${name}]`);
  let request = null;

  const show = (sending) => {
    progress.hidden = stop.hidden = !sending;
    button.disabled = sending;
    part("looking").hidden = true;
    part("sending").hidden = false;
  };
  const fail = (name, text = "") => {
    show(false);
    for (const each of ["why", "large", "cut"]) part(each).hidden = each !== name;
    part("why").textContent = text;
    failed.hidden = false;
    button.focus();
  };
  const answered = () => {
    let answer = {};
    try {
      answer = JSON.parse(request.responseText);
    } catch {
      // What is no answer of ours is told as a connection that was cut.
    }
    if (request.status === 201 && answer.next) location.assign(answer.next);
    else if (request.status === 413) fail("large");
    else fail(answer.detail ? "why" : "cut", answer.detail);
  };

  part("drop").hidden = false;
  form.addEventListener("dragover", (event) => {
    event.preventDefault();
    form.classList.add("over");
  });
  form.addEventListener("dragleave", () => form.classList.remove("over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    form.classList.remove("over");
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
  });
  stop.addEventListener("click", () => request?.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    failed.hidden = true;
    if (file.files[0]?.size > Number(form.dataset.bytesMax)) return fail("large");
    show(true);
    request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      progress.querySelector("progress").value = total ? (100 * loaded) / total : 0;
      part("sending").hidden = loaded >= total;
      part("looking").hidden = loaded < total;
    });
    request.addEventListener("load", answered);
    request.addEventListener("error", () => fail("cut"));
    request.addEventListener("abort", () => show(false));
    request.open("POST", form.getAttribute("action"));
    request.setRequestHeader("Accept", "application/json");
    request.send(new FormData(form));
  });
}
