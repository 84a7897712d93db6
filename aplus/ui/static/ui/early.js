// Runs before the first paint: says that scripts run, and puts the chosen theme without a flash of the other one.
(() => {
  const root = document.documentElement;
  let scheme = null;
  try {
    scheme = localStorage.getItem("scheme");
  } catch {
    // Storage refused: the system's theme.
  }
  const dark = scheme === "dark" || (scheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  root.setAttribute("data-fr-theme", dark ? "dark" : "light");
  // Paper is white: print in the light theme, whatever the screen shows.
  let shown = null;
  addEventListener("beforeprint", () => {
    shown = root.getAttribute("data-fr-theme");
    root.setAttribute("data-fr-theme", "light");
  });
  addEventListener("afterprint", () => root.setAttribute("data-fr-theme", shown));
  root.setAttribute("data-js", "");
  // A script that cannot be fetched gives back the page that needs none.
  addEventListener("error", (event) => event.target instanceof HTMLScriptElement && root.removeAttribute("data-js"), true);
})();
