import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/parity/**/*.test.ts"],
    testTimeout: 60_000,
    // onnxruntime's native sessions live in the test process; forks keep one crash from taking the others along.
    pool: "forks",
  },
});
