import type { Service } from "../../explain/api";
import type { Contract } from "./contract";

/** What the editor asks of the engine process. */
export type EngineApi = Pick<Service, "inspect" | "explain" | "save" | "judge" | "createProfile">;

export const engineContract: Contract<EngineApi> = {
  inspect: "call",
  explain: "stream",
  save: "stream",
  judge: "stream",
  createProfile: "call",
};
