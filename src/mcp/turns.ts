import { Explained } from '../domain/explained.ts';
import { WAITING_CALLS } from './limits.ts';

/** One call is answered at a time, and only so many wait: reading and judging take one processor anyway. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /**
   * @param signal a call that was cancelled while it waited is not begun
   * @throws Explained when too many wait
   */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    if (this.#waiting > WAITING_CALLS) throw new Explained(`${WAITING_CALLS} calls are waiting already: ask again when they are answered`);
    this.#waiting += 1;
    const mine = this.#last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#last = mine.catch(() => undefined);
    try {
      return await mine;
    } finally {
      this.#waiting -= 1;
    }
  }
}
