import { grad, type Mat, mean, type Vec } from "@factorvae/autograd";

declare const returns: Vec<300>;
const slope = grad((x: Mat<300, 64>) => mean(x));
slope(returns);
