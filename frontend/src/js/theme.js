// Runs before the first paint. The server already set the class when the user chose a theme; "system" follows the device.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function follow() {
  if (root.dataset.theme === "system") root.classList.toggle("dark", dark.matches);
}

follow();
dark.addEventListener("change", follow);
