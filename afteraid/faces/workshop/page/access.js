// Who this device is: its token stands in the address or in the browser's storage, and goes along with what is asked.

const KEY = "afteraid-token";
const said = new URLSearchParams(location.hash.slice(1));
let token = said.get("token") || stored();

function stored() {
  try { return localStorage.getItem(KEY); } catch { return null; }
}

export function keep(given) {
  token = given;
  try {
    if (given) localStorage.setItem(KEY, given);
    else localStorage.removeItem(KEY);
  } catch { /* a private window stores nothing: the address still has the token */ }
}

if (token) keep(token);

export function known() {
  return token;
}

export function withToken(path) {
  return token ? `${path}${path.includes("?") ? "&" : "?"}token=${encodeURIComponent(token)}` : path;
}

async function send(path, content) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (content === undefined) return fetch(path, { headers });
  return fetch(path, { method: "POST", headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(content) });
}

// Returns what the server answers; throws an error with its reason and its status where it refuses.
export async function ask(path, content) {
  let answer = await send(path, content);
  if (answer.status === 401 && token) {
    keep(null);
    answer = await send(path, content);
  }
  const found = await answer.json().catch(() => ({ reason: "The server refused this." }));
  if (answer.ok) return found;
  const problem = new Error(found.reason);
  problem.status = answer.status;
  throw problem;
}
