// A field for code: Tab indents (Escape, then Tab, leaves), and Ctrl+S or Cmd+S saves.
const SPACES = "    ";

for (const field of document.querySelectorAll("[data-code-input]")) prepare(field);

function prepare(field) {
  let isLeaving = false;
  const hint = document.getElementById(field.dataset.codeInput);
  hint.hidden = false;
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") ?? ""} ${hint.id}`.trim());

  field.addEventListener("keydown", (event) => {
    if (event.key === "Tab" && !event.shiftKey && !isLeaving) {
      event.preventDefault();
      indent(field);
    } else if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      field.form.requestSubmit();
    }
    isLeaving = event.key === "Escape";
  });
}

function indent(field) {
  const { selectionStart, selectionEnd, value } = field;
  const unit = /^\t/m.test(value) ? "\t" : SPACES;
  if (selectionStart === selectionEnd) {
    insert(unit);
    return;
  }
  const start = value.lastIndexOf("\n", selectionStart - 1) + 1;
  const block = value.slice(start, selectionEnd).replace(/^(?=.)/gm, unit);
  field.setSelectionRange(start, selectionEnd);
  insert(block);
  field.setSelectionRange(start, start + block.length);
}

function insert(text) {
  // the one way that keeps the field's own undo
  document.execCommand("insertText", false, text);
}
