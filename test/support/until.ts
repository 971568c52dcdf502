const deadlineMs = 10_000;

/**
 * Asks again at each turn of the event loop until the other side of a socket has done its part. It gives up in the end, so
 * that a test that fails does not keep the process.
 */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${deadlineMs} ms: ${condition}`);
    await new Promise(setImmediate);
  }
}
