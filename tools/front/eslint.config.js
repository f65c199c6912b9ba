// Rules for all JavaScript of the course: short functions, whole words, nothing unused.

import globals from "globals";

// One letter is a whole word where the course has it as a symbol, or a picture as a direction.
const SYMBOLS = ["C", "g", "i", "k", "p", "t", "x", "y", "c", "j", "a", "b", "n", "s",
  "w", "z"]; // prettier-ignore
const SHORT = ["at", "by", "el", "is", "no", "on", "to", "up", "x0", "x1", "y0", "y1", "ux", "uy",
  "dx", "dy", "v1", "v2", "id", "so"]; // prettier-ignore

export default [
  {
    files: ["**/*.js"],
    languageOptions: { globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      complexity: ["error", 20],
      "consistent-return": "off",
      eqeqeq: "error",
      "id-length": ["error", { min: 3, exceptions: [...SYMBOLS, ...SHORT], properties: "never" }],
      "max-len": ["error", { code: 100 }],
      "max-lines-per-function": ["error", { max: 60 }],
      "no-redeclare": "error",
      "no-shadow": "error",
      "no-undef": "error",
      "no-unused-vars": "error",
      "no-var": "error",
      "prefer-const": "error",
    },
  },
];
