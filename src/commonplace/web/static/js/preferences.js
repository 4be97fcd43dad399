// What this browser remembers of how its user wants things: yes or no by name; always no where storage is blocked.
export function isOn(name) {
  try {
    return localStorage.getItem(name) !== null;
  } catch {
    return false;
  }
}

export function remember(name, on) {
  try {
    if (on) localStorage.setItem(name, "on");
    else localStorage.removeItem(name);
  } catch {
    // blocked: it holds for this page only
  }
}
