/** Time that may be spent while at least one call is under way; calls that overlap are not counted twice. */
export class Budget {
  #left: number;
  #open = 0;
  #since = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #onSpent: () => void;

  constructor(milliseconds: number, onSpent: () => void) {
    this.#left = milliseconds;
    this.#onSpent = onSpent;
  }

  /** Begins a call; call the answer once when it is done. */
  begin(): () => void {
    if (this.#open === 0) {
      this.#since = performance.now();
      this.#timer = setTimeout(this.#onSpent, this.#left);
    }
    this.#open += 1;
    return () => {
      this.#open -= 1;
      if (this.#open > 0) return;
      this.#left = Math.max(0, this.#left - (performance.now() - this.#since));
      this.stop();
    };
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
