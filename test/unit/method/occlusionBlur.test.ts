import { expect, test } from "vitest";
import { occlusion } from "../../../src/explain/method/occlusion";
import { tensor } from "../../../src/explain/tensor";
import { close } from "../../helper/gradient";
import { linear, mapsOfRuns } from "../../helper/gradientMaps";

const [height, width, side] = [9, 6, 3];
const bright = { y: 1, x: 4 };

/** What a line of `length` numbers, 1 at `place` and 0 elsewhere, mirrored without end, is at `at` behind a Gaussian. */
function blurredLine(at: number, place: number, length: number, deviation: number): number {
  let [sum, total] = [0, 0];
  for (let offset = -40; offset <= 40; offset++) {
    const weight = Math.exp(-(offset ** 2) / (2 * deviation ** 2));
    const turn = (((at + offset) % (2 * length)) + 2 * length) % (2 * length);
    total += weight;
    if (turn === place || turn === 2 * length - 1 - place) sum += weight;
  }
  return sum / total;
}

test("what is hidden by a blur is replaced by the image behind a Gaussian of half a window, mirrored at the borders", async () => {
  const net = linear(["N", 1, height, width]);
  const weights = net.graph.parameters.get("weight0")!.data!;
  const image = new Float64Array(height * width);
  image[bright.y * width + bright.x] = 10;
  const wanted = new Float64Array(height * width);
  const lost = (y: number, x: number) => {
    const at = y * width + x;
    const row = blurredLine(y, bright.y, height, side / 2);
    const blurred = 10 * row * blurredLine(x, bright.x, width, side / 2);
    return weights[at * 3 + 1]! * (image[at]! - blurred);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [top, left] = [y - (y % side), x - (x % side)];
      for (let i = 0; i < side ** 2; i++)
        wanted[y * width + x]! += lost(top + Math.floor(i / side), left + (i % side));
    }
  }
  const request = { classes: [1], input: tensor("float64", image, [1, 1, height, width]) };
  const [map] = await mapsOfRuns(net, occlusion, request, {
    window: side,
    stride: side,
    fill: "blur",
  });
  // Beyond three standard deviations the bell is cut: a four-hundredth of it.
  expect(Math.max(...wanted.map(Math.abs))).toBeGreaterThan(1);
  close(map!, wanted, 0.02, "map");
});
