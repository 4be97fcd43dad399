// Buttons that copy the text of another element. They appear only where there is a clipboard to copy to.
const SHOWN_FOR = 2000;
const announcer = document.createElement("p");
announcer.className = "visually-hidden";
announcer.setAttribute("role", "status");
document.body.append(announcer);

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) prepare(button);
}

function prepare(button) {
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.querySelector(button.dataset.copy);
    const outcome = await copy(source.value ?? source.textContent);
    button.textContent = outcome;
    announcer.textContent = outcome;
    setTimeout(() => {
      button.textContent = label;
      announcer.textContent = "";
    }, SHOWN_FOR);
  });
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "Not copied";
  }
}
