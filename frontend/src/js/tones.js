// [pitch in hertz, seconds] one after the other: rising for what is new, falling for what is ours already.
export const TONES = {
  chat_waiting: [[659, 0.16], [880, 0.16], [1047, 0.3]],
  chat_line: [[880, 0.1], [660, 0.18]],
  assigned: [[523, 0.14], [784, 0.26]],
  answered: [[784, 0.12], [587, 0.22]],
};
