// New messages of a record, while its page is open and looked at.

const list = document.getElementById("entries");
const live = document.getElementById("live");
const SECONDS = 5;

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(list.dataset.source);
    if (!answer.ok) throw new Error(answer.status);
    const page = new DOMParser().parseFromString(`<ol>${await answer.text()}</ol>`, "text/html");
    const rows = [...page.querySelectorAll("ol > li")];
    const shown = new Set([...list.children].map((row) => row.dataset.reference));
    const fresh = rows.filter((row) => !shown.has(row.dataset.reference));
    if (fresh.length) {
      list.prepend(...fresh);
      live.textContent = live.dataset.new;
    } else if (!live.textContent) {
      live.textContent = live.dataset.live;
    }
  } catch {
    live.textContent = "";
  }
}

setInterval(refresh, SECONDS * 1000);
refresh();
