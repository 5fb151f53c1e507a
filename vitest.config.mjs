import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/parity/**/*.test.ts"],
    testTimeout: 60_000,
    // onnxruntime's native sessions live in the test process; forks keep one crash from taking the others along.
    pool: "forks",
    // What is remembered between runs must not reach from one test run to the next, nor the user's own.
    env: {
      XDG_CACHE_HOME: mkdtempSync(join(tmpdir(), "sightline-test-cache-")),
      // Helpers load onnxruntime themselves (see src/explain/runtime/onnxruntime/load.ts).
      ORT_DISABLE_TELEMETRY: "1",
    },
  },
});
