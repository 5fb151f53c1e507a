import type { Profile } from "../../src/explain/profile/profile";
import { Programs } from "../../src/explain/runtime/programs";
import { referenceRuntime } from "../../src/explain/runtime/reference";
import { Session } from "../../src/explain/session";
import type { Question } from "../../src/explain/service/question";
import type { Classifier } from "./classifier";

/** A session on a small classifier, run by the operators' own `eval`. */
export function sessionOn({ graph, anatomy }: Classifier): Session {
  const runtime = referenceRuntime(() => Promise.reject(new Error("no weights in files")));
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
