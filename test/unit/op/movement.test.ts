import { testOperators } from "../../helper/operator";
import { movementRows } from "./rows/movement";

testOperators(movementRows);
