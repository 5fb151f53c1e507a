import js from "@eslint/js";
import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/** Patterns of imports know no braces. */
function within(folder, names) {
  return names.map((name) => `**/${folder}/${name}`);
}

/** What nothing in explain/ may import; the rows below add to it, since the last row that matches a file counts alone. */
const editor = ["vscode", "**/extension/**", "**/webview/**"];
const pure = [
  ...editor,
  "node:*",
  "sharp",
  "onnxruntime-node",
  "**/file/disk",
  "**/image/decode",
  "./node",
  "../node",
  "**/cli/**",
];

/** What lies above the operators. */
const aboveOperators = [
  ...pure,
  "**/method/**",
  "**/format/**",
  "**/runtime/**",
  "**/model/**",
  "**/profile/**",
  "**/gradient",
  "**/session",
];

/** The parts of explain/service/ that work; the others only describe and may be shared with the views. */
const machinery = within("explain/service", [
  "diagnosis",
  "exhibit",
  "feed",
  "groups",
  "imagesApart",
  "inspection",
  "judging",
  "modelPrograms",
  "openModel",
  "pass",
  "program",
  "question",
  "resultFolder",
  "save",
  "service",
  "shuffledMaps",
  "shuffledWeights",
  "store",
  "trials",
  "work",
]);

/** What judges maps runs the network; how far maps agree is plain arithmetic, which the views do themselves. */
const judging = ["**/explain/judge/*", "!**/explain/judge/agreement"];

/** What only the engine child may import of explain/. */
const service = [
  "**/webview/**",
  "**/explain/op/**",
  "**/explain/format/**",
  "**/explain/runtime/**",
  ...within("explain", ["node", "session", "cli"]),
  ...machinery,
  ...judging,
  "sharp",
  "onnxruntime-node",
];

/**
 * Who may import whom (docs/architecture.md draws it). Each row forbids, in one folder, the folders that would turn an
 * arrow round; a violation fails the lint.
 */
const directions = [
  {
    folder: ["src/explain/**/*.ts"],
    forbidden: editor,
    because: "explain/ knows nothing of the editor around it",
  },
  {
    folder: [
      "src/explain/{graph,op,format,model,picture,profile,method,judge,runtime,service}/**/*.ts",
      "src/explain/*.ts",
    ],
    except: ["src/explain/runtime/onnxruntime/**", "src/explain/node.ts", "src/explain/cli.ts"],
    forbidden: pure,
    because:
      "node and native modules stay in the leaf folders file/, image/, runtime/onnxruntime/ and cli",
  },
  {
    folder: ["src/explain/graph/**/*.ts"],
    forbidden: [
      ...pure,
      "**/method/**",
      "**/format/**",
      "**/runtime/**",
      "**/model/**",
      "**/profile/**",
      "**/session",
    ],
    because: "graph/ is the bottom: it may use op/ and nothing above",
  },
  {
    folder: ["src/explain/op/**/*.ts"],
    except: ["src/explain/op/index.ts"],
    forbidden: aboveOperators,
    because: "op/* meet only through the Builder",
  },
  {
    folder: ["src/explain/op/*.ts"],
    except: ["src/explain/op/index.ts"],
    forbidden: [...aboveOperators, "./*", "!./op", "!./helper"],
    because: "what two operators share lies in op/helper",
  },
  {
    folder: ["src/explain/method/**/*.ts"],
    forbidden: [
      ...pure,
      "**/runtime/**",
      "**/format/**",
      "**/session",
      "**/image/**",
      "**/file/**",
    ],
    because: "a method plans a graph; it never runs one",
  },
  {
    folder: ["src/explain/judge/**/*.ts"],
    forbidden: [
      ...pure,
      "**/runtime/**",
      "**/format/**",
      "**/session",
      "**/image/**",
      "**/file/**",
      "**/service/**",
    ],
    because: "a test of maps is handed scores and maps; it runs nothing itself",
  },
  {
    folder: ["src/explain/format/**/*.ts"],
    forbidden: [...pure, "**/method/**", "**/runtime/**", "**/session"],
    because: "a format yields a graph and knows no method",
  },
  {
    folder: ["src/extension/**/*.ts"],
    except: ["src/extension/engine/main.ts"],
    forbidden: service,
    because:
      "the extension host uses types and pure helpers of explain/; work runs in the engine child",
  },
  {
    folder: ["src/extension/wire/**/*.ts"],
    forbidden: [...service, "vscode", "node:*", "**/panel/**", "**/command/**", "**/engine/**"],
    because: "wire/ is shared by the three sides: no vscode, no DOM, no node",
  },
  {
    folder: ["src/webview/**/*.ts"],
    forbidden: [
      "vscode",
      "node:*",
      "**/extension/command/**",
      "**/extension/panel/**",
      "**/extension/engine/**",
      ...within(
        "explain",
        ["graph", "op", "format", "model", "profile", "file", "image", "method", "runtime"].map(
          (folder) => `${folder}/**`,
        ),
      ),
      // What a form needs to know of a parameter.
      "!**/explain/method/parameter",
      ...within("explain", ["session", "node", "gradient", "cli"]),
      ...machinery,
      ...judging,
    ],
    because:
      "the webview imports extension/wire and the pure parts of explain: picture/, judge/agreement",
  },
];

export default tseslint.config(
  {
    ignores: [
      "dist/",
      "coverage/",
      "node_modules/",
      "out/",
      "media/demo/",
      "*.config.*",
      "**/*.d.ts",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["src/**/*.ts", "test/**/*.ts"],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_" },
      ],
      "no-restricted-exports": ["error", { restrictDefaultExports: { direct: true } }],
      "max-lines": ["error", { max: 400 }],
    },
  },
  {
    files: ["src/**/*.ts"],
    rules: {
      "max-lines-per-function": ["error", { max: 50 }],
    },
  },
  ...directions.map(({ folder, except = [], forbidden, because }) => ({
    files: folder,
    ignores: except,
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ group: forbidden, message: because }] },
      ],
    },
  })),
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        require: "readonly",
        module: "readonly",
        process: "readonly",
        console: "readonly",
        __dirname: "readonly",
        URL: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        Buffer: "readonly",
        performance: "readonly",
        fetch: "readonly",
        AbortController: "readonly",
      },
    },
    rules: { "@typescript-eslint/no-require-imports": "off" },
  },
  prettier,
);
