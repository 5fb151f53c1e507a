import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { AttributionMap, ExplainEvent, ExplainRequest } from "../../../src/explain/api";
import { nodePlatform } from "../../../src/explain/node";
import { createService } from "../../../src/explain/service/service";
import { engineContract } from "../../../src/extension/wire/engineApi";
import { brightnessModel, temporaryFolder, writeProfile } from "../../helper/files";
import { noiseImage } from "../../helper/picture";
import { connect } from "./loopback";

/** How long an answer may take beside what it computes, which is next to nothing here, in milliseconds; a busy machine adds to it. */
const promptly = 1000;

const folder = temporaryFolder();
const model = brightnessModel(join(folder, "brightness.onnx"), { width: 64, height: 64 });
writeProfile(model, { range: 1, mean: [0], std: [1], colour: "rgb", resize: "squash" });
const service = createService(nodePlatform({ threads: 1 }));
afterAll(() => service.dispose());

function request(image: string, more: Partial<ExplainRequest> = {}): ExplainRequest {
  const asked = { layer: "auto", classes: { top: 1 }, score: "logit" } as const;
  return { model, images: [image], methods: ["gradCam"], ...asked, ...more };
}

const mapOf = (event: ExplainEvent): AttributionMap | undefined =>
  "explanation" in event ? event.explanation.maps[0] : undefined;

test("another image is answered during a long RISE, whose cancel leaves the map so far", async () => {
  const [first, second] = await Promise.all(
    ["first", "second"].map((name) => noiseImage(join(folder, `${name}.png`))),
  );
  const { proxy } = connect(service, engineContract);
  const abort = new AbortController();
  const long = request(first!, { methods: ["rise"], parameters: { rise: { masks: 100_000 } } });
  const seen: AttributionMap[] = [];
  let grown = () => {};
  const growing = new Promise<void>((done) => (grown = done));
  const ended = (async () => {
    for await (const event of proxy.explain(long, abort.signal)) {
      const map = mapOf(event);
      if (map && seen.push(map) === 3) grown();
    }
  })();
  await growing;

  const asked = performance.now();
  let answer: AttributionMap | undefined;
  for await (const event of proxy.explain(request(second!))) answer = mapOf(event) ?? answer;
  expect(answer).toMatchObject({ method: "gradCam" });
  expect(performance.now() - asked).toBeLessThan(promptly);

  const before = seen.length;
  while (seen.length < before + 2) await new Promise((done) => setTimeout(done, 20));
  abort.abort();
  await expect(ended).rejects.toMatchObject({ code: "cancelled" });
  const { progress, data } = seen.at(-1)!;
  expect(progress!.done).toBeGreaterThan(seen[0]!.progress!.done);
  expect(progress!.done).toBeLessThan(progress!.planned);
  expect(progress!.standardError).toBeGreaterThan(0);
  expect(data.every(Number.isFinite)).toBe(true);
});
