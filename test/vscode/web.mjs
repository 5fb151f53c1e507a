/** `npm run start:web`: the demo workspace in a browser, in code-server with the extension as it ships. Stays until Ctrl+C. */
import { join } from "node:path";
import { installExtension, startCodeServer } from "./codeServer.mjs";
import { packageExtension, root } from "./package.mjs";
import { setUp } from "./setup.mjs";

const workspace = join(root, "media", "demo");

try {
  const editor = await setUp({ browser: false });
  const folders = {
    userData: join(editor.folder, "user-data"),
    extensions: join(editor.folder, "extensions"),
  };
  const { vsix } = packageExtension();
  installExtension(editor, folders, vsix);
  const port = Number(process.env.PORT) || undefined;
  const { url } = await startCodeServer(editor, folders, workspace, { port });
  console.log(`Open ${url}?folder=${encodeURIComponent(workspace)} in a browser.`);
  console.log("Right-click a picture and choose “Explain Prediction”. Ctrl+C ends the editor.");
  process.on("SIGINT", () => process.exit(130));
  process.on("SIGTERM", () => process.exit(143));
} catch (cause) {
  console.error(cause.message);
  process.exit(1);
}
