// A like is sent without leaving the page. Where that fails, the form is sent as without scripts, and the site says why.
for (const form of document.querySelectorAll("form[data-like]")) form.addEventListener("submit", send);

async function send(event) {
  const form = event.currentTarget;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  if (await isTaken(form)) toggle(form);
  else form.submit();
  form.ariaBusy = "false";
}

async function isTaken(form) {
  const request = { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, redirect: "manual" };
  try {
    return (await fetch(form.action, request)).status === 204;
  } catch {
    return false;
  }
}

function toggle(form) {
  const button = form.querySelector("button");
  const isLiked = button.ariaPressed !== "true";
  const count = form.querySelector(".act__count");
  const likes = Number(count.textContent) + (isLiked ? 1 : -1);
  button.ariaPressed = String(isLiked);
  count.textContent = likes > 0 ? likes : "";
  form.action = isLiked ? form.dataset.unlike : form.dataset.like;
}
