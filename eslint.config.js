// What `npm run lint` checks in the browser's scripts and their tests; Prettier formats them.

import js from "@eslint/js";
import globals from "globals";

export default [
  js.configs.recommended,
  { files: ["playground/web/**/*.js"], languageOptions: { globals: globals.browser } },
  { files: ["tests/web/**/*.js"], languageOptions: { globals: globals.node } },
  {
    rules: {
      "array-callback-return": "error",
      eqeqeq: ["error", "always", { null: "ignore" }],
      "max-lines": ["error", 300],
      "no-shadow": "error",
      "no-unused-vars": ["error", { args: "after-used" }],
      "no-useless-return": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": ["error", { destructuring: "all" }],
      "prefer-template": "error",
    },
  },
];
