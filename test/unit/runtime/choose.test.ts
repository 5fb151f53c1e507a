import { expect, test } from "vitest";
import { choose } from "../../../src/explain/runtime/index";
import type { Runtime, RuntimeStatus } from "../../../src/explain/runtime/runtime";
import { createRuntimes } from "../../../src/explain/runtime/onnxruntime/index";
import { files } from "../../helper/model";

function runtime(id: string, status: RuntimeStatus): Runtime {
  return {
    id,
    describe: () => Promise.resolve(status),
    compile: () => Promise.reject(new Error("not compiled here")),
  };
}

const gpu = runtime("gpu", { available: false, reason: "there is no driver" });
const odd = runtime("odd", { available: false, reason: "its library is missing" });
const cpu = runtime("cpu", { available: true, description: "the processor" });
const slow = runtime("slow", { available: true, description: "the slow one" });

test("takes the first that can be used, and says why not those before it", async () => {
  const choice = await choose([gpu, cpu, slow]);
  expect(choice.runtime).toBe(cpu);
  expect(choice.reason).toBe("the processor: gpu cannot be used because there is no driver");
});

test("takes the one that was asked for", async () => {
  expect((await choose([cpu, slow], "slow")).runtime).toBe(slow);
});

test("does not fall back from the one that was asked for", async () => {
  await expect(choose([gpu, cpu], "gpu")).rejects.toThrow(
    "No runtime can run the model: gpu cannot be used because there is no driver.",
  );
});

test("reports every cause when all fail", async () => {
  await expect(choose([gpu, odd])).rejects.toThrow(
    "No runtime can run the model: gpu cannot be used because there is no driver; odd cannot be used because its library is missing.",
  );
});

test("lists the runtimes when the one asked for is unknown", async () => {
  await expect(choose([cpu, slow], "tpu")).rejects.toThrow(
    "There is no runtime “tpu”; choose one of: cpu, slow.",
  );
});

test("here onnxruntime comes first and the reference is always there", async () => {
  const runtimes = createRuntimes(files);
  expect(runtimes.map(({ id }) => id)).toEqual(["onnxruntime", "reference"]);
  const { runtime: chosen, reason } = await choose(runtimes);
  expect(chosen.id).toBe("onnxruntime");
  expect(reason).toMatch(/^onnxruntime 1\.\d+\.\d+ on the CPU: it is the first choice$/);
  expect((await choose(runtimes, "reference")).runtime.id).toBe("reference");
});
