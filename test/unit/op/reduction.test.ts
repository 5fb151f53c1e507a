import { testOperators } from "../../helper/operator";
import { reductionRows } from "./rows/reduction";

testOperators(reductionRows);
