import { testOperators } from "../../helper/operator";
import { shapeRows } from "./rows/shape";

testOperators(shapeRows);
