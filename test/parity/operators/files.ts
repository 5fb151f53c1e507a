import { diskFiles } from "../../../src/explain/file/disk";

export const files = diskFiles();
