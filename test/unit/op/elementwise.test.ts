import { testOperators } from "../../helper/operator";
import { elementwiseRows } from "./rows/elementwise";

testOperators(elementwiseRows);
