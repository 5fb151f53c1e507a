/** Decodes one image and prints what came of it, with the peak resident size of this process in megabytes. */
import { describeError } from "../../../src/explain/error";
import { diskFiles } from "../../../src/explain/file/disk";
import { createImages } from "../../../src/explain/image/decode";

async function main(path: string): Promise<void> {
  const result = await createImages(diskFiles())
    .decode(path)
    .then(
      ({ rgb: _rgb, ...bitmap }) => ({ bitmap }),
      (cause: unknown) => ({ error: describeError(cause) }),
    );
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(JSON.stringify({ peak, ...result }));
}

void main(process.argv[2]!);
