import { matmul, zeros } from "@factorvae/autograd";

matmul(zeros([300, 64]), zeros([60, 64]));
