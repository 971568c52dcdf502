import assert from 'node:assert/strict';
import { connectBackend, RequestError } from '../../../../client/backend.ts';
import { connect, signInTo } from '../../../../client/registries/connect/flow.ts';
import { removeRegistries, signOutOf } from '../../../../client/registries/connect/removal.ts';
import type { ConnectUi } from '../../../../client/registries/connect/ui.ts';
import { failed, type Known, known, type ProblemKind } from '../../../../common/known.ts';
import type { Discovery, Page, ProbeResult, Registry, SignedIn, TagRow } from '../../../../common/registry.ts';
import { networkProblem } from '../../../../server/registries/networkProblem.ts';
import { type Handlers, memoryWire } from '../../../support/memoryWire.ts';

const host = 'registry.example';
const probed: ProbeResult = {
  host,
  kind: 'generic',
  name: host,
  insecure: false,
  reachable: true,
  anonymous: false,
  signIn: [{ kind: 'password' }],
};
const can = { listRepositories: true, untag: false, deleteImage: false, deleteRepository: false };
const row = (origin: Registry['origin'], more: Partial<Registry> = {}): Registry => ({
  ...{ host, name: host, origin, kind: 'generic', can },
  ...more,
});
const kept: SignedIn = { account: 'alice', keptIn: 'docker-credential-desktop' };
const problem = (kind: ProblemKind, message: string = kind) =>
  new RequestError({ kind, subject: host, message, next: 'Next.' });

/** A user who answers questions in order: text for inputs, a label for choices, true or false for confirmations. */
function room(
  answers: readonly (string | boolean | undefined)[],
  server: {
    probe?: Partial<ProbeResult> | ((insecure: boolean) => Partial<ProbeResult>);
    signIn?: () => SignedIn;
    rows?: readonly Registry[];
    discovery?: Discovery;
    entries?: readonly unknown[];
    tags?: Known<Page<TagRow>>;
  } = {},
) {
  const left = [...answers];
  const asked: string[] = [];
  const told: string[] = [];
  const hidden: string[] = [];
  let entries = server.entries ?? [];
  const next = (question: string) => {
    asked.push(question);
    assert(left.length > 0, `nobody answers: ${question}`);
    return left.shift();
  };
  const ui: ConnectUi = {
    async choose({ title, items, typed }) {
      const answer = next(`choose ${title}: ${items.map(({ label }) => label).join(', ')}`);
      if (typeof answer !== 'string') return undefined;
      const item = items.find(({ label }) => label === answer) ?? typed?.(answer);
      assert(item, `no choice ${answer}`);
      return item.value;
    },
    async ask({ prompt, password, check }) {
      const answer = next(`${password ? 'secret' : 'text'} ${prompt}`);
      if (typeof answer !== 'string') return undefined;
      assert.equal(check?.(answer), undefined);
      return answer;
    },
    working: (_, work) => work(new AbortController().signal),
    tell: (text) => void told.push(text),
    warn: (text) => void told.push(`! ${text}`),
    confirm: async (text) => next(`confirm ${text}`) === true,
  };
  const handlers: Handlers = {
    'gantry/registries/probe': ({ insecure = false }) => ({
      ...probed,
      ...(typeof server.probe === 'function' ? server.probe(insecure) : server.probe),
    }),
    'gantry/registries/signIn': () => server.signIn?.() ?? kept,
    'gantry/registries/signOut': () => null,
    'gantry/registries/list': () => ({ registries: server.rows ?? [], problems: [] }),
    'gantry/registries/tags': () => server.tags ?? known({ items: [{ name: '1' }] }, 0),
    'gantry/registries/discover': () => server.discovery ?? { registries: [], problems: [] },
  };
  const wire = memoryWire(handlers);
  return {
    ...{ asked, told, wire, ui, hidden },
    hide: async (hiding: string) => void hidden.push(hiding),
    backend: connectBackend(wire),
    cloud: () => 'public' as const,
    entries: {
      read: () => entries,
      write: async (value: readonly unknown[]) => {
        entries = value;
      },
    },
    sent: (method: string) => wire.requests.filter((each) => each.method === method).map(({ params }) => params),
  };
}

describe('connecting a registry', () => {
  it('asks for the name and password only, tries them, says where they are kept, and lists the host', async () => {
    const user = room([host, 'alice', 's3cret']);
    assert.deepEqual(await connect(user), { host });
    assert.deepEqual(user.sent('gantry/registries/signIn'), [
      { host, insecure: false, signIn: { kind: 'password', username: 'alice', password: 's3cret' } },
    ]);
    assert.match(user.told.join(), /as alice\. The sign-in is kept in docker-credential-desktop\./);
    assert.deepEqual(user.entries.read(), [{ host }]);
    assert(!JSON.stringify(user.entries.read()).includes('s3cret'));
  });

  it('asks nothing more where everybody may read and nobody can sign in', async () => {
    const user = room(['mcr.microsoft.com'], {
      probe: { host: 'mcr.microsoft.com', anonymous: true, signIn: [] },
      rows: [row('builtin', { host: 'mcr.microsoft.com' })],
    });
    assert.deepEqual(await connect(user), { host: 'mcr.microsoft.com' });
    assert.equal(user.asked.length, 1);
    assert.deepEqual(user.entries.read(), []);
  });

  it('says which repository was pasted with it, where there is one of that name', async () => {
    const probe = { repository: 'team/app', signIn: [] };
    const user = room([`docker pull ${host}/team/app:1`], { probe });
    assert.deepEqual(await connect(user), { host, repository: 'team/app' });
    const other = room([`https://${host}/harbor/projects`], { probe, tags: failed(problem('notFound').problem) });
    assert.deepEqual(await connect(other), { host });
  });

  it('goes on with the sign-in that docker has', async () => {
    const user = room([host, 'Go on as bob'], { probe: { account: 'bob', accountFrom: "docker's config.json" } });
    await connect(user);
    assert.deepEqual(user.sent('gantry/registries/signIn'), []);
    assert.deepEqual(user.entries.read(), [{ host }]);
  });

  it('offers to go without, where everybody may read', async () => {
    const user = room([host, 'Without signing in'], { probe: { anonymous: true } });
    assert.deepEqual(await connect(user), { host });
  });

  it('asks again after a wrong password, and keeps nothing when the user gives up', async () => {
    let tries = 0;
    const signIn = () => {
      tries += 1;
      if (tries === 1) throw problem('unauthorized', 'They are not accepted.');
      return kept;
    };
    const user = room([host, 'alice', 'wrong', true, 'alice', 'right'], { signIn });
    assert.deepEqual(await connect(user), { host });
    assert.equal(tries, 2);
    tries = 0;
    const other = room([host, 'alice', 'wrong', false], { signIn });
    assert.equal(await connect(other), undefined);
    assert.deepEqual(other.entries.read(), []);
  });

  it('asks for a directory after a Microsoft account was not taken', async () => {
    let tries = 0;
    const signIn = () => {
      tries += 1;
      if (tries === 1) throw problem('unauthorized');
      return kept;
    };
    const session = { kind: 'session', provider: 'microsoft' } as const;
    const user = room([host, true, 'contoso.example'], { probe: { kind: 'acr', signIn: [session] }, signIn });
    await connect(user);
    assert.deepEqual(
      user.sent('gantry/registries/signIn').map((params) => (params as { signIn: unknown }).signIn),
      [session, { ...session, tenant: 'contoso.example' }],
    );
  });

  it('lets the user choose what a GitHub account may do', async () => {
    const session = { kind: 'session', provider: 'github' } as const;
    const user = room([host, 'Read and push'], { probe: { kind: 'ghcr', signIn: [session] } });
    await connect(user);
    assert.deepEqual(user.sent('gantry/registries/signIn'), [
      { host, insecure: false, signIn: { ...session, access: 'write' } },
    ]);
  });

  it('lets the user choose among several ways', async () => {
    const signIn = [
      { kind: 'session', provider: 'microsoft' },
      { kind: 'token', username: 'none' },
    ] as const;
    const user = room([host, 'Access token', 't0ken'], { probe: { signIn } });
    await connect(user);
    assert.deepEqual(user.sent('gantry/registries/signIn'), [
      { host, insecure: false, signIn: { kind: 'token', token: 't0ken' } },
    ]);
  });

  it('tells what another program has to do, and lists the host', async () => {
    const user = room([host], { probe: { signIn: [{ kind: 'outside', how: 'Run aws.' }] } });
    assert.deepEqual(await connect(user), { host });
    assert.equal(user.told[0], 'Run aws.');
    assert.deepEqual(user.entries.read(), [{ host }]);
  });

  it('goes without a certificate only after the user said so, and writes that down', async () => {
    const unreachable = {
      reachable: false,
      problem: { kind: 'certificate', subject: host, message: 'Not trusted.' } as const,
    };
    const probe = (insecure: boolean) => (insecure ? {} : unreachable);
    const user = room([host, true, 'alice', 'x'], { probe });
    await connect(user);
    assert.deepEqual(user.entries.read(), [{ host, insecure: true }]);
    const other = room([host, false], { probe });
    assert.equal(await connect(other), undefined);
    assert.equal(other.sent('gantry/registries/probe').length, 1);
  });

  for (const code of ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'DEPTH_ZERO_SELF_SIGNED_CERT']) {
    it(`asks whether to go on without encryption where the server meets ${code}`, async () => {
      const error = networkProblem(Object.assign(new Error(code), { code }), new URL(`https://${host}/v2/`));
      const probe = (insecure: boolean) => (insecure ? {} : { reachable: false, problem: error.problem });
      const user = room([host, true, 'alice', 'x'], { probe });
      await connect(user);
      assert.deepEqual(user.entries.read(), [{ host, insecure: true }]);
    });
  }

  it('fails with what the registry says where nothing answers', async () => {
    const gone = {
      reachable: false,
      problem: { kind: 'unreachable', subject: host, message: 'No such host.' } as const,
    };
    await assert.rejects(connect(room([host], { probe: gone })), RequestError);
  });

  it('tells of a broken helper and goes on', async () => {
    const user = room([host, 'alice', 'x'], {
      probe: { problem: { kind: 'credentials', subject: 'docker-credential-x', message: 'It is missing.' } },
    });
    assert.deepEqual(await connect(user), { host });
    assert.match(user.told[0] ?? '', /^! docker-credential-x: It is missing\./);
  });

  it('warns of a password in what was pasted', async () => {
    const user = room(['https://a:b@registry.example', 'alice', 'x'], { probe: { warning: 'Not used.' } });
    await connect(user);
    assert.equal(user.told[0], '! Not used.');
  });

  for (const [step, answers] of [
    ['at the start', [undefined]],
    ['at the name', [host, undefined]],
    ['at the password', [host, 'alice', undefined]],
  ] as const) {
    it(`changes nothing when the user thinks better of it ${step}`, async () => {
      const user = room(answers);
      assert.equal(await connect(user), undefined);
      assert.deepEqual(user.entries.read(), []);
      assert.deepEqual(user.sent('gantry/registries/signIn'), []);
    });
  }

  describe('of Azure', () => {
    const found = { host: 'contoso.azurecr.io', name: 'contoso', subscription: 'Production', tenant: 'tenant-1' };
    const azure = 'Azure registries of my account…';

    it('signs in with the account, in the directory of the registry', async () => {
      const user = room([azure, 'contoso'], { discovery: { registries: [found], problems: [] } });
      assert.deepEqual(await connect(user), { host: found.host });
      assert.deepEqual(user.sent('gantry/registries/signIn'), [
        { host: found.host, signIn: { kind: 'session', provider: 'microsoft', tenant: 'tenant-1' } },
      ]);
      assert.deepEqual(user.entries.read(), [{ host: found.host }]);
    });

    it('tells that a part of the list is missing, and lists the rest', async () => {
      const problems = [{ kind: 'denied', subject: 'Secret', message: 'It is refused.' } as const];
      const user = room([azure, 'contoso'], { discovery: { registries: [found], problems } });
      await connect(user);
      assert.match(user.told[0] ?? '', /not complete\. Secret: It is refused\./);
    });

    it('says how to go on where none is found', async () => {
      const user = room([azure]);
      assert.equal(await connect(user), undefined);
      assert.match(user.told[0] ?? '', /login server/);
    });
  });
});

describe('signing in to a registry of the tree', () => {
  it('asks for the sign-in and leaves the list as it is', async () => {
    const user = room(['alice', 'x'], { probe: { account: 'bob', anonymous: true } });
    assert.equal(await signInTo(host, user), true);
    assert.deepEqual(user.entries.read(), []);
  });

  it('says that there is nothing to sign in to', async () => {
    const user = room([], { probe: { anonymous: true, signIn: [] } });
    assert.equal(await signInTo(host, user), false);
    assert.match(user.told[0] ?? '', /no accounts/);
  });
});

describe('signing out', () => {
  for (const origin of ['docker', 'settings'] as const) {
    it(`says who is still signed in, and how that ends, to one from ${origin}`, async () => {
      const user = room([], { rows: [row(origin, { account: 'bob', signedInBy: 'docker' })] });
      await signOutOf(host, user);
      assert.match(user.told[0] ?? '', /bob is still signed in .* docker logout registry\.example/);
    });
  }

  it('says so also where nobody knows the name', async () => {
    const user = room([], { rows: [row('podman', { signedInBy: 'podman' })] });
    await signOutOf(host, user);
    assert.match(user.told[0] ?? '', /still signed in .* podman logout registry\.example/);
  });

  it('says that it is done', async () => {
    const user = room([], { rows: [row('settings')] });
    await signOutOf(host, user);
    assert.deepEqual(user.told, ['Signed out of registry.example.']);
  });
});

describe('removing a registry', () => {
  it("takes it out of the user's list, however it is written there", async () => {
    const user = room([], { entries: ['https://Registry.example/v2/', { host: 'other.example' }, 42] });
    await removeRegistries([row('settings')], user);
    assert.deepEqual(user.entries.read(), [{ host: 'other.example' }, 42]);
    assert.deepEqual([user.hidden, user.told], [[], []]);
  });

  for (const [what, registry, told] of [
    ['docker', row('docker', { signedInBy: 'docker' }), /docker logout registry\.example/],
    ['podman', row('podman', { signedInBy: 'podman' }), /podman logout registry\.example/],
    ['a sign-in with Gantry', row('gantry', { signedInBy: 'gantry' }), /Sign Out/],
    ['a workspace', row('settings'), /workspace/],
    ['Gantry itself', row('builtin', { host: 'docker.io', name: 'Docker Hub' }), /Docker Hub .*brings it back/],
  ] as const) {
    it(`takes one from ${what} out of the view, and says what is left of it`, async () => {
      const user = room([]);
      await removeRegistries([registry], user);
      assert.deepEqual(user.hidden, [registry.host]);
      assert.match(user.told[0] ?? '', told);
    });
  }

  for (const [what, registry] of [
    ['docker is signed in to', row('settings', { signedInBy: 'docker' })],
    ['Gantry is signed in to', row('settings', { signedInBy: 'gantry' })],
    ['everybody has', row('settings', { host: 'docker.io' })],
  ] as const) {
    it(`takes one out of the list and out of the view that ${what}`, async () => {
      const user = room([], { entries: [registry.host] });
      await removeRegistries([registry], user);
      assert.deepEqual([user.entries.read(), user.hidden], [[], [registry.host]]);
    });
  }

  it('takes several at once', async () => {
    const others = [row('settings', { host: 'a.example' }), row('docker', { host: 'b.example', signedInBy: 'docker' })];
    const user = room([], { entries: ['a.example', 'c.example'] });
    await removeRegistries(others, user);
    assert.deepEqual([user.entries.read(), user.hidden], [['c.example'], ['b.example']]);
  });
});
