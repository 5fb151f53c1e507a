import { describe, expect, test } from "vitest";
import { Outbox } from "../../../src/extension/panel/outbox";
import type { ImageResult, PanelChange } from "../../../src/extension/wire/viewApi";
import { deferred } from "../wire/loopback";

const progress = { progress: { fraction: 0, text: "opening the model" } };
const failure = { failure: { code: "engine", message: "It stopped.", data: {} } } as const;

function open() {
  const sent: (readonly PanelChange[])[] = [];
  const outbox = new Outbox(async (changes) => {
    sent.push(changes);
  });
  return { sent, outbox };
}

const sleep = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

test("what happens together goes together, in order", async () => {
  const { sent, outbox } = open();
  outbox.add(failure);
  outbox.add({ progress: null });
  await sleep(20);
  expect(sent).toEqual([[failure, { progress: null }]]);
});

test("progress waits, and goes along with what comes sooner", async () => {
  const { sent, outbox } = open();
  outbox.add(progress);
  await sleep(50);
  expect(sent).toEqual([]);
  outbox.add({ results: {}, progress: null });
  await sleep(20);
  expect(sent).toEqual([[progress, { results: {}, progress: null }]]);
  await sleep(200);
  expect(sent).toHaveLength(1);
});

test("progress that lasts is sent", async () => {
  const { sent, outbox } = open();
  outbox.add(progress);
  await sleep(400);
  expect(sent).toEqual([[progress]]);
});

test("a view that is gone gets nothing", async () => {
  const { sent, outbox } = open();
  outbox.add(failure);
  outbox.add(progress);
  outbox.clear();
  await sleep(400);
  expect(sent).toEqual([]);
});

describe("a map that grows faster than the view draws", () => {
  const grown = (done: number, asked = "rise"): PanelChange => {
    const map = { asked, classIndex: 0, growth: "growing", progress: { done } };
    return { results: { "/a.png": { hash: "h", maps: [map] } as unknown as ImageResult } };
  };

  test("is sent when the view has taken what came before, and then only its latest", async () => {
    const sent: (readonly PanelChange[])[] = [];
    const { promise, resolve } = deferred();
    const outbox = new Outbox((changes) => {
      sent.push(changes);
      return sent.length === 1 ? promise : Promise.resolve();
    });
    outbox.add(grown(1));
    await sleep(20);
    for (const done of [2, 3, 4]) outbox.add(grown(done));
    outbox.add(grown(7, "other"));
    await sleep(50);
    expect(sent).toHaveLength(1);
    resolve();
    await sleep(50);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toMatchObject([
      {
        results: {
          "/a.png": {
            maps: [{ progress: { done: 4 } }, { asked: "other", progress: { done: 7 } }],
          },
        },
      },
    ]);
  });

  test("keeps its place among what is forgotten and chosen", async () => {
    const { sent, outbox } = open();
    outbox.add(grown(1));
    outbox.add({ results: null });
    outbox.add(grown(2));
    outbox.add(failure);
    await sleep(20);
    expect(sent).toEqual([[grown(1), { results: null }, grown(2), failure]]);
  });
});
