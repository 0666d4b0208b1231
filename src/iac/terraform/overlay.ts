/**
 * A map with some entries of another one changed, which costs what they cost. Entries that were set come last, as they
 * would after they were deleted from a copy.
 */
export class Overlay<V> implements ReadonlyMap<string, V> {
  readonly #base: ReadonlyMap<string, V>;
  readonly #gone = new Set<string>();
  readonly #set = new Map<string, V>();

  constructor(base: ReadonlyMap<string, V> = new Map()) {
    this.#base = base;
  }

  get size(): number {
    return this.#base.size - this.#gone.size + this.#set.size;
  }

  get(key: string): V | undefined {
    return this.#set.get(key) ?? (this.#gone.has(key) ? undefined : this.#base.get(key));
  }

  has(key: string): boolean {
    return this.#set.has(key) || (this.#base.has(key) && !this.#gone.has(key));
  }

  set(key: string, value: V): void {
    this.delete(key);
    this.#set.set(key, value);
  }

  delete(key: string): void {
    this.#set.delete(key);
    if (this.#base.has(key)) this.#gone.add(key);
  }

  *entries(): MapIterator<[string, V]> {
    for (const entry of this.#base) if (!this.#gone.has(entry[0])) yield entry;
    yield* this.#set;
  }

  *keys(): MapIterator<string> {
    for (const [key] of this.entries()) yield key;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  forEach(visit: (value: V, key: string, map: ReadonlyMap<string, V>) => void): void {
    for (const [key, value] of this.entries()) visit(value, key, this);
  }
}
