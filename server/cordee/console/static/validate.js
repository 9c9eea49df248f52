// What a browser adds to the validation page: no reload, dropping of files, links that carry the text.

const form = document.getElementById("validation");
const text = document.getElementById("text");
const file = document.getElementById("file");
const profile = document.getElementById("profile");
const verdict = document.getElementById("verdict");
const progress = document.getElementById("progress");
const share = document.getElementById("share");
const LONGEST_LINK = 200_000;
let under_way = null;

async function validate() {
  under_way?.abort();
  under_way = new AbortController();
  progress.textContent = progress.dataset.working;
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      headers: { "X-Fragment": "verdict" },
      signal: under_way.signal,
    });
    const page = await answer.text();
    const shown = new DOMParser().parseFromString(page, "text/html");
    const inner = shown.querySelector("#verdict, main") ?? shown.body;
    verdict.replaceChildren(...inner.childNodes);
    progress.textContent = "";
    verdict.focus({ preventScroll: true });
    verdict.scrollIntoView({ block: "start" });
  } catch (error) {
    if (error.name !== "AbortError") progress.textContent = String(error.message);
  }
}

form.addEventListener("submit", (event) => {
  if (event.submitter?.value) return; // a download
  event.preventDefault();
  validate();
});

text.addEventListener("dragover", (event) => {
  event.preventDefault();
  text.classList.add("over");
});
text.addEventListener("dragleave", () => text.classList.remove("over"));
text.addEventListener("drop", async (event) => {
  text.classList.remove("over");
  const files = event.dataTransfer.files;
  if (!files.length) return;
  event.preventDefault();
  if (files.length === 1 && !files[0].name.toLowerCase().endsWith(".zip")) {
    text.value = await files[0].text();
    file.value = "";
  } else {
    text.value = "";
    file.files = files;
  }
  validate();
});

// Findings lead to their line within the two panes, without moving the page.
verdict.addEventListener("click", (event) => {
  const link = event.target.closest('.what a[href^="#"]');
  const line = link && document.getElementById(link.hash.slice(1));
  if (!line) return;
  event.preventDefault();
  line.scrollIntoView({ block: "center", inline: "nearest" });
  line.focus({ preventScroll: true });
});

async function packed(stream) {
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function encoded(bytes) {
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function decoded(letters) {
  const binary = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}

// The text travels in the fragment, which browsers send to nobody.
share.hidden = !("CompressionStream" in window);
share.addEventListener("click", async () => {
  const sent = JSON.stringify({ text: text.value, profile: profile.value });
  const stream = new Blob([sent]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const letters = encoded(await packed(stream));
  if (letters.length > LONGEST_LINK) {
    progress.textContent = share.dataset.large;
    return;
  }
  history.replaceState(null, "", `#text=${letters}`);
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    // Without leave to write there, the address bar holds the link.
  }
  progress.textContent = share.dataset.copied;
});

if (location.hash.startsWith("#text=")) {
  try {
    const bytes = decoded(location.hash.slice("#text=".length));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const given = JSON.parse(new TextDecoder().decode(await packed(stream)));
    text.value = String(given.text ?? "");
    profile.value = String(given.profile ?? "");
    validate();
  } catch (error) {
    progress.textContent = String(error.message);
  }
}
