/** The day it is by this machine's clock, `YYYY-MM-DD`: on GitHub its own clock counts, at a terminal there is no other. */
export function dayHere(): string {
  return new Date().toISOString().slice(0, 10);
}
