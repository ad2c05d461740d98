import { grad, mean } from "@factorvae/autograd";

grad((x) => mean(x));
