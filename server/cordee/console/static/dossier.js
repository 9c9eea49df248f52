// New messages of a record, while its page is open: told by a websocket, asked for without one.

const list = document.getElementById("entries");
const live = document.getElementById("live");
const ASKING = 15_000;
const LONGEST = 60_000;
let pause = 1_000;
let asking = null;

function show(html) {
  const page = new DOMParser().parseFromString(`<ol>${html}</ol>`, "text/html");
  const rows = [...page.querySelectorAll("ol > li")];
  const shown = new Set([...list.children].map((row) => row.dataset.reference));
  const fresh = rows.filter((row) => !shown.has(row.dataset.reference));
  if (fresh.length) {
    list.prepend(...fresh);
    live.textContent = live.dataset.new;
  }
}

async function ask() {
  if (document.hidden) return;
  try {
    const answer = await fetch(list.dataset.source);
    if (!answer.ok) throw new Error(answer.status);
    show(await answer.text());
  } catch {
    live.textContent = "";
  }
}

function listen() {
  const address = new URL(list.dataset.live, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.onopen = () => {
    clearInterval(asking);
    pause = 1_000;
    live.textContent = live.dataset.live;
    ask(); // what came before the socket was open
  };
  socket.onmessage = (event) => show(event.data);
  socket.onclose = () => {
    live.textContent = "";
    clearInterval(asking);
    asking = setInterval(ask, ASKING);
    pause = Math.min(2 * pause, LONGEST);
    setTimeout(listen, pause * (0.5 + Math.random() / 2));
  };
}

listen();
