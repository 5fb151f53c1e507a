import { testOperators } from "../../helper/operator";
import { matrixRows } from "./rows/matrix";

testOperators(matrixRows);
