// Passkeys: hands what the page asks for to the device, and what it answers to the form.
// Without this file, or where the device has none, the link by mail is left.

const able =
  window.PublicKeyCredential &&
  PublicKeyCredential.parseCreationOptionsFromJSON &&
  PublicKeyCredential.parseRequestOptionsFromJSON;

async function options(form) {
  const fields = new FormData(form);
  const sent = new URLSearchParams({ csrf: fields.get("csrf"), token: fields.get("token") });
  const answer = await fetch(`${form.getAttribute("action")}/options`, { method: "POST", body: sent });
  if (!answer.ok) throw new Error(`asked in vain: ${answer.status}`);
  return answer.json();
}

async function ask(form) {
  const asked = await options(form);
  if (form.dataset.passkey === "register") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
  return navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  // A passkey is bound to a host name: under another one the device would find none.
  if (!able || location.hostname !== form.dataset.host) continue;
  form.hidden = false;
  document.querySelector("[data-without-passkeys]")?.remove();
  const button = form.querySelector("button");
  const failed = form.querySelector("[data-failed]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = true;
    button.disabled = true;
    try {
      const credential = await ask(form);
      form.elements.answer.value = JSON.stringify(credential.toJSON());
      form.submit();
    } catch {
      failed.hidden = false;
      button.disabled = false;
      button.focus();
    }
  });
}
