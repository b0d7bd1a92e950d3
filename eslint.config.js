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
      // Texts stay texts: what is shown is made of elements and text nodes (core/dom.js), never of HTML.
      "no-restricted-syntax": [
        "error",
        ...["innerHTML", "outerHTML", "srcdoc"].map((name) => ({
          selector: `AssignmentExpression > MemberExpression[property.name="${name}"]`,
          message: `${name} would read a text as HTML.`,
        })),
        {
          selector:
            "CallExpression[callee.property.name=/^(insertAdjacentHTML|createContextualFragment|setHTMLUnsafe|parseFromString)$/]",
          message: "This would read a text as HTML.",
        },
      ],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-script-url": "error",
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
