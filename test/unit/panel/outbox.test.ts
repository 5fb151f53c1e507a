import { expect, test } from "vitest";
import { Outbox } from "../../../src/extension/panel/outbox";
import type { PanelChange } from "../../../src/extension/wire/viewApi";

const progress = { progress: { fraction: 0, text: "opening the model" } };
const failure = { failure: { code: "engine", message: "It stopped.", data: {} } } as const;

function open() {
  const sent: (readonly PanelChange[])[] = [];
  return { sent, outbox: new Outbox((changes) => sent.push(changes)) };
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
