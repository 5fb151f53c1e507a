import { FormatError } from "../../error";
import type { Files } from "../../file/file";
import type { Parameter } from "../../graph/graph";
import { dtypes, sizeOf, type DType, type NumberArray } from "../../tensor";
import { bytesOf, decodeElements } from "../element";
import { dtypeOf, elementTypeName } from "./elementType";
import { ExternalData } from "./external";
import type { TensorProto } from "./proto";
import { smallBytes } from "./skeleton";

/** int64 is the type of places and sizes, which tell where rows and columns go; weights have other types. */
const mostIndexBytes = 2 ** 22;

/** Makes parameters of a file's tensors: small ones in memory, big ones by the place where they lie. */
export class TensorReader {
  readonly external: ExternalData;

  constructor(
    private readonly model: string,
    private readonly files: Files,
  ) {
    this.external = new ExternalData(model, files);
  }

  /** `name` is for messages. Throws `FormatError` for an element type or an encoding that does not fit. */
  async read(tensor: TensorProto, name: string): Promise<Parameter> {
    const type = dtypeOf(tensor.dataType);
    const { dims } = tensor;
    if (!type) {
      const remedy = "export the model in float32 or float16";
      throw new FormatError(
        this.model,
        `the weight “${name}” has the element type ${elementTypeName(tensor.dataType)}, which is not supported`,
        remedy,
      );
    }
    const length = bytesOf(type, dims);
    if (!(length >= 0)) throw this.misfit(name, `has the shape [${dims.join(",")}]`);
    if (tensor.externalData.length === 0)
      return { type, dims, data: this.inline(tensor, type, name) };
    const location = await this.external.locate(name, tensor.externalData, length);
    if (length > (type === "int64" ? mostIndexBytes : smallBytes)) return { type, dims, location };
    const bytes = await this.files.read(location.file, location.offset, length);
    return { type, dims, data: decodeElements(type, bytes, sizeOf(dims)) };
  }

  private inline(tensor: TensorProto, type: DType, name: string): NumberArray {
    const size = sizeOf(tensor.dims);
    if (tensor.rawData?.length) {
      const length = bytesOf(type, tensor.dims);
      if (tensor.rawData.length === length) return decodeElements(type, tensor.rawData, size);
      throw this.misfit(name, `has ${tensor.rawData.length} bytes where its shape needs ${length}`);
    }
    const data = typedData(tensor, type, size);
    if (data.length === size) return data;
    throw this.misfit(name, `has ${data.length} numbers where its shape needs ${size}`);
  }

  private misfit(name: string, problem: string): FormatError {
    return new FormatError(this.model, `the weight “${name}” ${problem}`, "export the model again");
  }
}

/** The numbers of a tensor that is not stored as raw bytes; half floats and small integers come one per int32, of 4-bit integers two. */
function typedData(tensor: TensorProto, type: DType, size: number): NumberArray {
  switch (type) {
    case "float32":
      return Float32Array.from(tensor.floatData);
    case "float64":
      return Float64Array.from(tensor.doubleData);
    case "int64":
      return Float64Array.from(tensor.int64Data);
    case "uint64":
      return Float64Array.from(tensor.uint64Data);
    case "uint32":
      return Uint32Array.from(tensor.uint64Data);
    case "float16":
    case "bfloat16":
      return decodeElements(type, new Uint8Array(Uint16Array.from(tensor.int32Data).buffer));
    // One byte of them per int32.
    case "int4":
    case "uint4":
    case "float8e4m3fn":
    case "float8e5m2":
      return decodeElements(type, Uint8Array.from(tensor.int32Data), size);
    default: {
      const data = new dtypes[type].array(tensor.int32Data.length);
      data.set(tensor.int32Data);
      return data;
    }
  }
}
