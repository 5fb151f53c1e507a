import { Client } from "../extension/wire/client";
import {
  isForServer,
  type Api,
  type Contract,
  type ToClient,
  type ToServer,
} from "../extension/wire/contract";
import { fromJson, toJson } from "../extension/wire/json";
import { serve } from "../extension/wire/server";

interface VsCode<State> {
  postMessage(message: unknown): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi<State>(): VsCode<State>;

/** The two ways between a view and its host, and what the view keeps across a reload of the window. */
export interface Host<HostApi, State> {
  readonly api: HostApi;
  keep(state: State): void;
}

/** Serves `view` to the host, and returns the host. To be called once per page. */
export function connect<HostApi extends Api<HostApi>, ViewApi extends Api<ViewApi>, State>(
  hostContract: Contract<HostApi>,
  view: ViewApi,
  viewContract: Contract<ViewApi>,
): Host<HostApi, State> {
  const vscode = acquireVsCodeApi<State>();
  const post = (message: ToServer | ToClient) => vscode.postMessage(toJson(message));
  const client = new Client(post);
  const receive = serve(view, viewContract, { post, pause: () => Promise.resolve() });
  window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    const message = fromJson(data) as ToServer | ToClient;
    if (isForServer(message)) receive(message);
    else client.receive(message);
  });
  return { api: client.proxy(hostContract), keep: (state) => vscode.setState(state) };
}
