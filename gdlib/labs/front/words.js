// The words of the labs in another language than English, where `gdlib.words` has one.

/**
 * By the English text, and empty for English; `labs.lab.front_end` puts the catalogue here.
 * @type {Record<string, string>}
 */
const WORDS = {};

/**
 * An English text in the language of the labs. Where it has a name in braces it takes that part.
 * @param {string} text
 * @param {Record<string, string | number>} parts
 */
export function say(text, parts = {}) {
  return (WORDS[text] ?? text).replace(/\{(\w+)\}/g, (all, name) => String(parts[name] ?? all));
}

/** A whole number with its thousands set apart: 10,000. @param {number} number */
export const grouped = (number) => number.toLocaleString("en").replaceAll(",", say(","));
