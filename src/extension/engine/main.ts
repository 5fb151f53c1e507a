import { setPriority } from "node:os";
import { nodePlatform } from "../../explain/node";
import { createService } from "../../explain/service/service";
import type { ToServer } from "../wire/contract";
import { engineContract } from "../wire/engineApi";
import { serve } from "../wire/server";
import type { EngineOptions } from "./options";

/** The engine process: the service behind the wire. It ends when the editor is gone. */

// Where all cores are taken by a long map, the editor is to open a panel as if they were not; threads that are begun later inherit it.
setPriority(5);

const { threads, memory } = JSON.parse(process.argv[2] ?? "{}") as EngineOptions;

const platform = nodePlatform({ threads, memory: memory * 1e6 }, (line) => console.log(line));

const receive = serve(createService(platform), engineContract, {
  post: (message) => {
    if (process.connected) process.send?.(message);
  },
  pause: () => platform.pause(),
  announcesTurns: true,
});

process.on("message", (message) => receive(message as ToServer));
process.on("disconnect", () => process.exit());
