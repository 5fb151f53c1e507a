import { testOperators } from "../../helper/operator";
import { goldenRows } from "./rows/golden";

testOperators(goldenRows);
