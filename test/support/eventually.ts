import { setTimeout as wait } from 'node:timers/promises';

/**
 * Reads again and again until what is read passes `check` (an assertion), and returns it. After `ms` the last failure is
 * thrown, which says what was there instead. For pages, which tell nobody when they have changed.
 */
export async function eventually<T>(read: () => Promise<T>, check: (value: T) => void, ms = 20_000): Promise<T> {
  const deadline = performance.now() + ms;
  for (;;) {
    try {
      const value = await read();
      check(value);
      return value;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
    await wait(50);
  }
}
