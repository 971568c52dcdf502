import type { ServerNotifications } from '../../common/protocol.ts';

export type EngineChange = ServerNotifications['gantry/engine/changed']['what'][number];

export const everything: readonly EngineChange[] = ['status', 'containers', 'images', 'builds'];
const gatherMs = 100;

/** Gathers changes, so that a burst of events is one notification at most 100 ms after its first. */
export class Changes {
  private readonly listeners = new Set<(what: readonly EngineChange[]) => void>();
  private readonly gathered = new Set<EngineChange>();
  private timer: NodeJS.Timeout | undefined;
  private disposed = false;

  announce(...what: readonly EngineChange[]): void {
    if (this.disposed) return;
    for (const each of what) this.gathered.add(each);
    this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  listen(listener: (what: readonly EngineChange[]) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private flush(): void {
    this.timer = undefined;
    const what = [...this.gathered];
    this.gathered.clear();
    for (const listener of this.listeners) listener(what);
  }
}
