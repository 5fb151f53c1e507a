import { testOperators } from "../../helper/operator";
import { normalizationRows } from "./rows/normalization";

testOperators(normalizationRows);
