import { testOperators } from "../../helper/operator";
import { spatialRows } from "./rows/spatial";

testOperators(spatialRows);
