// What Streamlit's page does not do by itself: an address that ends in #place opens at that place, although it is
// drawn seconds later and what stands above it still grows; and the page's language is that of its address.
(() => {
  const PATIENCE = 6000, STEP = 100; // milliseconds
  let until = 0, place = "";

  function seek() {
    if (performance.now() > until) return;
    document.getElementById(place)?.scrollIntoView();
    setTimeout(seek, STEP);
  }

  function begin() {
    place = decodeURIComponent(location.hash.slice(1));
    if (!place) return;
    until = performance.now() + PATIENCE;
    seek();
  }

  function speak() {
    document.documentElement.lang = new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh-CN";
  }

  // Whoever moves the page has it.
  for (const move of ["wheel", "touchstart", "pointerdown", "keydown"]) {
    addEventListener(move, () => { until = 0; }, { capture: true, passive: true });
  }
  addEventListener("hashchange", begin);
  globalThis.navigation?.addEventListener("currententrychange", speak);
  begin();
})();
