import type { Judgement } from "../api";
import { checkVaries, type Exhibit } from "./judge";
import { ascending, pixelsOf } from "./pixels";

/** In how many steps every pixel is exchanged: 224·8 of 224×224 pixels at a time. */
const steps = 28;

/** Scores over the share of the pixels that are exchanged. */
export type Points = Pick<NonNullable<Judgement["curve"]>, "x" | "y">;

/**
 * RISE's deletion and insertion games — Petsiuk et al., BMVC 2018, https://arxiv.org/abs/1806.07421, §4.1, as in the authors' `evaluation.py`: the pixels
 * of `start` are exchanged for those of `finish`, the most relevant first; among equals the last in the order of rows goes first.
 *
 * @returns the score over the share of pixels that are exchanged, from 0 to 1.
 */
export async function* exchange(
  exhibit: Exhibit,
  start: Float32Array,
  finish: Float32Array,
): AsyncGenerator<number, Points> {
  checkVaries(exhibit);
  const { count, channels, at } = pixelsOf(exhibit);
  const order = ascending(exhibit.map.data).reverse();
  const each = Math.ceil(count / steps);
  const write = (step: number, data: Float32Array) => {
    data.set(start);
    for (const pixel of order.subarray(0, step * each)) {
      for (let channel = 0; channel < channels; channel++) {
        const place = at(pixel, channel);
        data[place] = finish[place]!;
      }
    }
  };
  const points = Math.ceil(count / each) + 1;
  const y: number[] = [];
  for await (const scores of exhibit.scores(points, write)) {
    y.push(...scores);
    yield y.length / points;
  }
  return { x: y.map((_, step) => Math.min(1, (step * each) / count)), y };
}

/** The area under scores at equal distances over a width of 1, by trapezoids: (Σ − first/2 − last/2) / (n − 1). */
export function areaUnder(scores: readonly number[]): number {
  const sum = scores.reduce((total, score) => total + score, 0);
  return (sum - scores[0]! / 2 - scores.at(-1)! / 2) / (scores.length - 1);
}

/** Where along the curve the score first passes a threshold, as a share of the pixels; `undefined` = nowhere. */
export function firstAt({ x, y }: Points, passes: (score: number) => boolean): number | undefined {
  return x[y.findIndex(passes)];
}

/** The first point with the largest score. */
export function highest({ x, y }: Points): { readonly x: number; readonly y: number } {
  const place = y.indexOf(Math.max(...y));
  return { x: x[place]!, y: y[place]! };
}
