// Returns what is wrong with the page for those who cannot see it well.
(() => {
  const wrong = [];
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  wrong.push(...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `id ${id} twice`));
  for (const control of document.querySelectorAll("input, select, button")) {
    const name = control.getAttribute("aria-label") || [...(control.labels || [])].map((label) => label.textContent).join("");
    if (!name.trim()) wrong.push(`a control without a name: ${control.outerHTML}`);
  }
  for (const reference of ["aria-labelledby", "for"]) {
    for (const element of document.querySelectorAll(`[${reference}]`)) {
      if (!document.getElementById(element.getAttribute(reference))) wrong.push(`${reference} of ${element.tagName}`);
    }
  }
  let level = 0;
  for (const heading of document.querySelectorAll("h1, h2, h3, h4")) {
    if (heading.tagName[1] > level + 1) wrong.push(`a heading too low: ${heading.textContent}`);
    level = Number(heading.tagName[1]);
  }

  // Contrast.
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((value) => (value /= 255) && (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const color = channels(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility() || element.closest("script, svg, .unseen, option")) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(channels(style.color).slice(0, 3)), luminance(behind(element))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
    const what = `${style.color} on ${behind(element)}: ${ratio.toFixed(2)} (${element.tagName}.${element.className})`;
    if (ratio < (large ? 3 : 4.5) && !seen.has(what)) {
      seen.add(what);
      wrong.push(what);
    }
  }
  return wrong;
})()
