import { add, zeros } from "@factorvae/autograd";

add(zeros([300, 64]), zeros([300]));
