// A menu is a details element, which opens by itself; here it also closes: on Escape, and when one turns elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) menu.querySelector("summary").focus();
  }
});

for (const turning of ["click", "focusin"]) {
  document.addEventListener(turning, (event) => {
    for (const menu of openMenus()) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}

function openMenus() {
  return document.querySelectorAll("details[data-menu][open]");
}
