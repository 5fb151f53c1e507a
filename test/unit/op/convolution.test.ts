import { testOperators } from "../../helper/operator";
import { convolutionRows } from "./rows/convolution";

testOperators(convolutionRows);
