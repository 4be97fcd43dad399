// A field for Markdown: shows while one types what the text will look like, counts what is left, and sends on Ctrl+Enter.
const PAUSE = 400;
const NEARLY = 100;

for (const form of document.querySelectorAll("[data-composer]")) prepare(form);

function prepare(form) {
  const field = form.querySelector("[data-preview]");
  const left = form.querySelector(".composer__left");
  const preview = form.querySelector(".composer__preview");
  const told = makeTold(form);
  let timer = 0;
  let asking = new AbortController();

  form.querySelector("[name=preview]").hidden = true;
  left.hidden = false;
  field.addEventListener("input", () => {
    tellLeft();
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  tellLeft();

  function tellLeft() {
    tell(leftIn(field), left.querySelector(".composer__count"), told);
  }

  async function show() {
    asking.abort();
    asking = new AbortController();
    const isEmpty = !field.value.trim();
    if (isEmpty) preview.hidden = true;
    if (isEmpty || leftIn(field) < 0) return;
    try {
      const answer = await fetch(field.dataset.preview, {
        method: "POST",
        body: new FormData(form),
        redirect: "error",
        signal: asking.signal,
      });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      preview.replaceChildren(...page.body.childNodes);
      preview.hidden = false;
    } catch {
      // the text was changed meanwhile, or the site does not answer: what is shown stays
    }
  }
}

function leftIn(field) {
  return Number(field.dataset.limit) - [...field.value].length;
}

function tell(left, shown, told) {
  const number = Math.abs(left);
  const words = `${number.toLocaleString("en")} character${number === 1 ? "" : "s"} ${left < 0 ? "too many" : "left"}.`;
  shown.textContent = words;
  shown.classList.toggle("is-over", left < 0);
  if (left <= NEARLY) told.textContent = words;
}

function makeTold(form) {
  const told = document.createElement("p");
  told.className = "visually-hidden";
  told.setAttribute("role", "status");
  form.append(told);
  return told;
}
