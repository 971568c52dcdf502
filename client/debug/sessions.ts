/** What was made for debugging, each thing removed when its session is over, however it ends. */
import type * as vscode from 'vscode';

/** What is remembered, in the workspace's own store, before a container is created: so that a reloaded window knows it. */
interface Record extends Made {
  readonly session: string;
}

export interface Made {
  /** The container's name, which only this session has. */
  readonly container: string;
  /** The tag that was built for it; another session may have built it too. */
  readonly image?: string;
}

export interface DebugSessions {
  /** To be called before the container is created. */
  begin(session: string, made: Made): Promise<void>;
  /** Removes what the session made and forgets it. Does nothing for a session that is not ours or is over. */
  end(session: string): Promise<void>;
  /** Ends what an earlier life of this window left behind. */
  endLeftovers(): Promise<void>;
  /** Ends all of this life's. */
  endAll(): Promise<void>;
  readonly hasLeftovers: boolean;
}

const key = 'debug.sessions';

export function debugSessions(
  memento: Pick<vscode.Memento, 'get' | 'update'>,
  remove: (made: Made) => Promise<void>,
): DebugSessions {
  const live = new Map<string, Promise<void> | undefined>();
  const records = () => memento.get<readonly Record[]>(key, []);

  const endOne = async ({ session, ...made }: Record) => {
    await remove(made);
    await memento.update(
      key,
      records().filter((record) => record.session !== session),
    );
    live.delete(session);
  };
  const end = async (session: string) => {
    const record = records().find((each) => each.session === session);
    if (record === undefined) return;
    // Two ends of one session (it ended, and the window closes) share the work.
    const ending = live.get(session) ?? endOne(record);
    live.set(session, ending);
    try {
      await ending;
    } finally {
      if (live.get(session) === ending) live.set(session, undefined);
    }
  };
  const leftovers = () => records().filter(({ session }) => !live.has(session));
  return {
    begin: async (session, made) => {
      live.set(session, undefined);
      await memento.update(key, [...records(), { session, ...made }]);
    },
    end,
    endLeftovers: async () => {
      for (const { session } of leftovers()) await end(session);
    },
    endAll: async () => {
      await Promise.allSettled([...live.keys()].map(end));
    },
    get hasLeftovers() {
      return leftovers().length > 0;
    },
  };
}
