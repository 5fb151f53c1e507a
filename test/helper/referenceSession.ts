import type { Profile } from "../../src/explain/profile/profile";
import { Programs } from "../../src/explain/runtime/programs";
import { referenceRuntime } from "../../src/explain/runtime/reference";
import type { Runtime } from "../../src/explain/runtime/runtime";
import { Session } from "../../src/explain/session";
import type { Question } from "../../src/explain/service/question";
import type { Classifier } from "./classifier";

const reference = referenceRuntime(() => Promise.reject(new Error("no weights in files")));

/** A session on a small classifier, run by the operators' own `eval` unless told. */
export function sessionOn({ graph, anatomy }: Classifier, runtime: Runtime = reference): Session {
  const model = { file: "test.onnx", identity: "test", graph, anatomy };
  return new Session(model, runtime, { threads: 1 }, new Programs(2 ** 30), () => 0);
}

/** A question about the logit of the first class, for images that are numbers already. */
export function questionOf(
  asked: Pick<Question, "methods" | "layer"> & Partial<Question>,
): Question {
  const profile = { activation: "softmax", labels: [] } as unknown as Profile;
  return { score: "logit", classes: { indices: [0] }, profile, ...asked };
}
