// One stream of events for this tab; it is closed while the tab is hidden, and opened again when it is seen.

const tab = crypto.randomUUID();

export function open(handlers, seen) {
  let source = null;
  const connect = () => {
    if (source || document.hidden) return;
    source = new EventSource(`/events?tab=${tab}`);
    source.addEventListener("open", seen);
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(connect, 1000);
      }
      handlers.lost();
    });
    for (const kind of ["picture", "health", "trouble"]) {
      source.addEventListener(kind, (event) => handlers[kind](JSON.parse(event.data)));
    }
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && source) {
      source.close();
      source = null;
    } else {
      connect();
    }
  });
  connect();
}

export async function move(asked) {
  const answer = await fetch("/move", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ tab, ...asked }),
  });
  return answer.ok ? null : (await answer.json().catch(() => ({ reason: "The server refused the move." }))).reason;
}
