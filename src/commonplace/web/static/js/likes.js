// A like is sent without leaving the page. Where that fails, the form is sent as without scripts, and the site says why.
for (const button of document.querySelectorAll("button[data-like]")) button.addEventListener("click", send);

async function send(event) {
  const button = event.currentTarget;
  event.preventDefault();
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  if (await isTaken(button)) toggle(button);
  else leave(button);
  button.ariaBusy = "false";
}

async function isTaken(button) {
  const body = new FormData(button.form);
  const request = { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" };
  try {
    return (await fetch(button.formAction, request)).status === 204;
  } catch {
    return false;
  }
}

function leave(button) {
  button.form.action = button.formAction;
  button.form.submit();
}

function toggle(button) {
  const isLiked = button.ariaPressed !== "true";
  const count = button.querySelector(".act__count");
  const likes = Number(count.textContent) + (isLiked ? 1 : -1);
  button.ariaPressed = String(isLiked);
  count.textContent = likes > 0 ? likes : "";
  button.formAction = isLiked ? button.dataset.unlike : button.dataset.like;
}
