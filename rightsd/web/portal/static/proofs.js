// Checks, here in the browser, that an entry is in the log: from the entry's bytes and the proof file
// (c2sp.org/tlog-proof) up to the root (RFC 9162, 2.1.3.2), and the signature on the checkpoint
// (c2sp.org/signed-note, Ed25519). Nothing is asked of the server, and nothing it says is believed
// but the keys, for which others can be put.

const utf8 = new TextEncoder();
const HASH_BYTES = 32;
const PATH_HASHES_MAX = 63;
const ED25519 = 1;
const KEY_ID_BYTES = 4;

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const equal = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);

function base64(text) {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  if (btoa(String.fromCharCode(...bytes)) !== text) throw new Error("base64 in another spelling");
  return bytes;
}

async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}

export const hashLeaf = (entry) => sha256(Uint8Array.of(0), entry);
export const hashChildren = (left, right) => sha256(Uint8Array.of(1), left, right);

export function parseProof(text) {
  const gap = text.indexOf("\n\n");
  const [header, ...lines] = text.slice(0, gap).split("\n");
  if (gap < 0 || header !== "c2sp.org/tlog-proof@v1") throw new Error("no proof");
  if (lines[0]?.startsWith("extra ")) lines.shift();
  const index = /^index (0|[1-9][0-9]{0,15})$/.exec(lines.shift() ?? "");
  const path = lines.map(base64);
  if (!index || path.length > PATH_HASHES_MAX || path.some((hash) => hash.length !== HASH_BYTES)) throw new Error("no path");
  return { index: BigInt(index[1]), path, note: text.slice(gap + 2) };
}

export function parseNote(text) {
  const gap = text.lastIndexOf("\n\n");
  const signatures = text.slice(gap + 2).trimEnd().split("\n").map((line) => {
    const [dash, name, blob, more] = line.split(" ");
    if (dash !== "\u2014" || more !== undefined) throw new Error("no signature line");
    const bytes = base64(blob);
    return { name, id: bytes.slice(0, KEY_ID_BYTES), signature: bytes.slice(KEY_ID_BYTES) };
  });
  return { text: text.slice(0, gap + 1), signatures };
}

export function parseCheckpoint(text) {
  const [origin, size, root] = text.split("\n");
  if (!origin || !/^(0|[1-9][0-9]{0,18})$/.test(size)) throw new Error("no checkpoint");
  return { origin, size: BigInt(size), root: base64(root) };
}

// Where the path leads to, or null if it is not as long as the way to the root.
export async function rootAbove(index, size, leaf, path) {
  if (index >= size) return null;
  let [node, last, current] = [index, size - 1n, leaf];
  for (const sibling of path) {
    if (last === 0n) return null;
    const isLeft = (node & 1n) === 1n || node === last;
    current = await (isLeft ? hashChildren(sibling, current) : hashChildren(current, sibling));
    // At the right edge a node without a sibling stands for its parent as well.
    while (isLeft && node !== 0n && (node & 1n) === 0n) [node, last] = [node >> 1n, last >> 1n];
    [node, last] = [node >> 1n, last >> 1n];
  }
  return last === 0n ? current : null;
}

// A key as text: name+hex(key id)+base64(type || public key). Its id has to be its own.
export async function parseKey(vkey) {
  const [, name, id, encoded] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey) ?? [];
  if (!name) throw new Error("no key");
  const material = base64(encoded);
  if (material.length !== 1 + HASH_BYTES || material[0] !== ED25519) throw new Error("no Ed25519 key");
  const own = (await sha256(utf8.encode(`${name}\n`), material)).slice(0, KEY_ID_BYTES);
  if (hex(own) !== id) throw new Error("the id of another key");
  return { name, id: own, bytes: material.slice(1) };
}

// Whether one of the keys has signed, and no signature by one of them is wrong.
export async function isSigned(note, keys, origin) {
  let good = 0;
  for (const { name, id, signature } of note.signatures) {
    const key = keys.find((each) => each.name === name && equal(each.id, id));
    if (!key) continue;
    const known = await crypto.subtle.importKey("raw", key.bytes, { name: "Ed25519" }, false, ["verify"]);
    if (!(await crypto.subtle.verify({ name: "Ed25519" }, known, signature, utf8.encode(note.text)))) return false;
    good += name === origin ? 1 : 0;
  }
  return good > 0;
}

const form = document.getElementById("check");

function tell(step, isGood, value = "") {
  const line = form.querySelector(`[data-step="${step}"]`);
  line.querySelector("[data-waits]").hidden = isGood !== null;
  line.querySelector("[data-good]").hidden = isGood !== true;
  line.querySelector("[data-bad]").hidden = isGood !== false;
  line.querySelector("[data-value]").textContent = value;
  if (isGood === false) throw new Error(step);
}

async function check() {
  const entry = utf8.encode(document.getElementById("entry").textContent);
  const proof = parseProof(document.getElementById("proof").textContent);
  const note = parseNote(proof.note);
  const head = parseCheckpoint(note.text);
  const leaf = await hashLeaf(entry);
  tell("leaf", proof.index === BigInt(form.dataset.index), hex(leaf));
  const root = await rootAbove(proof.index, head.size, leaf, proof.path);
  tell("path", root !== null, root ? hex(root) : "");
  tell("root", equal(root, head.root) && head.origin === form.dataset.origin, hex(head.root));
  const written = document.getElementById("vkeys").value.split(/\s+/).filter(Boolean);
  let keys;
  try {
    keys = await Promise.all(written.map(parseKey));
  } catch {
    keys = [];
  }
  tell("signature", await isSigned(note, keys, head.origin), keys.map((key) => `${key.name}+${hex(key.id)}`).join(" "));
}

if (form) {
  form.hidden = false;
  document.querySelector("[data-without-scripts]").hidden = true;
  const [proven, failed, unable] = ["proven", "failed", "unable"].map((name) => form.querySelector(`[data-${name}]`));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    for (const said of [proven, failed, unable]) said.hidden = true;
    for (const line of form.querySelectorAll("[data-step]")) tell(line.dataset.step, null);
    try {
      await check();
      proven.hidden = false;
    } catch (error) {
      // WebCrypto is there for pages over TLS alone, and Ed25519 in browsers since 2025.
      const lacks = !crypto.subtle || error.name === "NotSupportedError";
      (lacks ? unable : failed).hidden = false;
    }
  });
}
