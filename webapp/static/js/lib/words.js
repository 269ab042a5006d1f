/* Sentences come from the page (data-say-…), so that they are translated with it; here their places are filled. */
export function say(element, key, values = {}) {
  const sentence = element.dataset[key] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const part = (element, name) => element.querySelector(`[data-part="${name}"]`);

export const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";
