import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** Where a page may load from: the bundled scripts, nothing else. Pictures come as bytes. */
export function pageOptions({ extensionUri }: vscode.ExtensionContext): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, "dist")] };
}

/** The page that runs `dist/webview/<name>.js`. */
export function pageHtml(
  webview: vscode.Webview,
  { extensionUri }: vscode.ExtensionContext,
  name: string,
  title: string,
): string {
  const script = vscode.Uri.joinPath(extensionUri, "dist", "webview", `${name}.js`);
  const nonce = randomBytes(16).toString("base64");
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "img-src blob:",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <!-- The controls try out whether the browser knows :focus-visible, with a style element of this nonce. -->
    <meta property="csp-nonce" content="${nonce}" />
    <title>${title}</title>
  </head>
  <body>
    <script nonce="${nonce}" src="${webview.asWebviewUri(script).toString()}"></script>
  </body>
</html>`;
}
