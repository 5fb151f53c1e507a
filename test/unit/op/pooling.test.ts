import { testOperators } from "../../helper/operator";
import { poolingRows } from "./rows/pooling";

testOperators(poolingRows);
