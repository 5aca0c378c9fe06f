// One stream of events for this tab; it is closed while the tab is hidden, and opened again when it is seen.

import { ask, withToken } from "./access.js";

// `crypto.randomUUID` exists only where a page is secure, and a page of a room's network is not
const tab = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export function open(handlers, seen) {
  let source = null;
  const connect = () => {
    if (source || document.hidden) return;
    source = new EventSource(withToken(`/events?tab=${tab}`));
    source.addEventListener("open", seen);
    source.addEventListener("error", () => {
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(connect, 1000);
      }
      handlers.lost();
    });
    for (const kind of ["picture", "health", "trouble", "room"]) {
      if (handlers[kind]) source.addEventListener(kind, (event) => handlers[kind](JSON.parse(event.data)));
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

// Returns nothing, or the reason why the server refuses a move.
export async function move(asked) {
  try {
    await ask("/move", { tab, ...asked });
    return null;
  } catch (problem) {
    return problem.status ? problem.message : null;
  }
}
