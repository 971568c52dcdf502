/** What BuildKit stops at, and beside it what looks like it and is fine. */
import assert from 'node:assert/strict';
import { errors, findings } from '../../../../support/findings.ts';

/** After `FROM scratch`: an instruction, and what is reported of it; nothing where BuildKit takes it. */
const instructions: Readonly<Record<string, readonly (readonly [text: string, ...expected: readonly string[]])[]>> = {
  flags: [
    ['COPY --form=x a b', 'UnknownFlag: --form'],
    ['COPY --FROM=x a b', 'UnknownFlag: --FROM'],
    ['RUN --moun=x a', 'UnknownFlag: --moun'],
    ['CMD --version', 'UnknownFlag: --version'],
    ['WORKDIR --x /', 'UnknownFlag: --x'],
    ['HEALTHCHECK --x CMD a', 'UnknownFlag: --x'],
    ['HEALTHCHECK --x NONE'],
    ['STOPSIGNAL --x 9'],
    ['ARG --x y'],
    ['COPY -- --from=x y'],
    ['ADD --unpack --keep-git-dir=true --exclude=a --exclude=b https://h/x.git /y'],
    ['COPY --parents --link=TRUE --exclude=a --exclude=b a b'],
    ['COPY --link --link a b', 'DuplicateFlag: --link'],
    ['RUN --mount=type=ssh --mount=type=ssh x'],
    ['RUN --network=none --network=none x', 'DuplicateFlag: --network=none'],
    ['COPY --from a b', 'MissingFlagValue: --from'],
    ['COPY --link= a b', 'MissingFlagValue: --link='],
    ['COPY --chown= a b'],
    ['COPY --link=1 a b', 'InvalidFlagValue: 1'],
    ['RUN --network=hosts x', 'InvalidFlagValue: hosts'],
    ['RUN --security=secure x', 'InvalidFlagValue: secure'],
    ['RUN --device=a.com/b=c,required x'],
    ['RUN --device=name=a,name=b x', 'InvalidFlagValue: name=a,name=b'],
    ['RUN --device=a,required=x x', 'InvalidFlagValue: a,required=x'],
    ['COPY --chmod=0888 a b', 'InvalidFlagValue: 0888'],
    ['COPY --chmod=u=rwX,go-w a b'],
    ['COPY --chmod=$MODE a b'],
    ['ADD --checksum=sha256:12 https://h/x /', 'InvalidFlagValue: sha256:12'],
    ['ADD --checksum=sha256:12 x /', 'InvalidFlagValue: sha256:12'],
  ],
  durations: [
    ['HEALTHCHECK --interval=5 CMD x', 'InvalidFlagValue: 5'],
    ['HEALTHCHECK --interval=5x CMD x', 'InvalidFlagValue: 5x'],
    ['HEALTHCHECK --timeout=1us CMD x', 'InvalidFlagValue: 1us'],
    ['HEALTHCHECK --timeout=-1s CMD x', 'InvalidFlagValue: -1s'],
    ['HEALTHCHECK --interval=0s --timeout=0 --start-period=1h2m.5s --start-interval= CMD x'],
    ['HEALTHCHECK --retries=-1 CMD x', 'InvalidFlagValue: -1'],
    ['HEALTHCHECK --retries=x CMD x', 'InvalidFlagValue: x'],
    ['HEALTHCHECK --retries=0 CMD x'],
    ['HEALTHCHECK --retries=-0 CMD x'],
    ['HEALTHCHECK --retries=2147483648 CMD x', 'InvalidFlagValue: 2147483648'],
    ['HEALTHCHECK --interval=0.1ns --start-interval=2562047h CMD x'],
    ['HEALTHCHECK --interval=9999999h CMD x', 'InvalidFlagValue: 9999999h'],
    ['HEALTHCHECK --interval=x NONE'],
  ],
  arguments: [
    ['HEALTHCHECK NONE x', 'SurplusArgument: x'],
    ['HEALTHCHECK x y', 'InvalidArgument: x'],
    ['HEALTHCHECK none'],
    ['SHELL bash -c', 'InvalidArgument: bash -c'],
    ['SHELL []', 'MissingArgument: SHELL'],
    ['ENTRYPOINT'],
    ['RUN []', 'InvalidArgument: RUN []'],
    ['VOLUME [""]', 'InvalidArgument: ""'],
    ['VOLUME ""', 'EmptyVolume: ""'],
    ['VOLUME $UNKNOWN /x'],
    ['COPY https://h/x /', 'InvalidArgument: https://h/x'],
    ['COPY git@github.com:a/b /', 'InvalidArgument: git@github.com:a/b'],
    ['COPY a b c'],
    ['ENV =x', 'BlankName: x'],
    ['LABEL a=b =c', 'BlankName: c'],
    ['ARG =x', 'BlankName: x'],
    ['ONBUILD ONBUILD RUN x', 'InvalidTrigger: ONBUILD'],
    ['ONBUILD FROM x', 'InvalidTrigger: FROM'],
    ['ONBUILD maintainer x', 'InvalidTrigger: maintainer'],
    ['ONBUILD COPY --form=x a b'],
    ['STOPSIGNAL FOO', 'InvalidSignal: FOO'],
    ['STOPSIGNAL 0', 'InvalidSignal: 0'],
    ['STOPSIGNAL QUIT'],
    ['STOPSIGNAL sigrtmin+3'],
    ['STOPSIGNAL $SIGNAL'],
    ['WORKDIR \\app'],
  ],
  ports: [
    ['EXPOSE 80, 443', 'InvalidPort: 80,'],
    ['EXPOSE 80 # web', 'InvalidPort: #', 'InvalidPort: web'],
    ['EXPOSE 70000', 'InvalidPort: 70000'],
    ['EXPOSE 80/http', 'InvalidPort: 80/http'],
    ['EXPOSE 90-80', 'InvalidPort: 90-80'],
    ['EXPOSE /tcp', 'InvalidPort: /tcp'],
    ['EXPOSE +80', 'InvalidPort: +80'],
    ['EXPOSE 1-2-3', 'InvalidPort: 1-2-3'],
    ['EXPOSE fe80::1%eth0:80:80', 'InvalidPort: fe80::1%eth0:80:80'],
    ['EXPOSE 01.2.3.4:80:80', 'InvalidPort: 01.2.3.4:80:80'],
    ['EXPOSE 1:2:3:80:80', 'InvalidPort: 1:2:3:80:80'],
    ['EXPOSE [::1:80:80', 'InvalidPort: [::1:80:80'],
    ['EXPOSE [::1]:80:80 ::ffff:1.2.3.4:80:80 1:2:3:4:5:6:7:8:80:80'],
    ['EXPOSE 1.2.3:80:80', 'InvalidPort: 1.2.3:80:80'],
    ['EXPOSE 8000-8001:80-85', 'InvalidPort: 8000-8001:80-85'],
    ['EXPOSE 80/ 8000-8010/udp 8000-8010:80 "90"'],
    ['ENV PORTS="80 90"\nEXPOSE ${PORTS}'],
    ['ENV PORTS="80 x"\nEXPOSE ${PORTS}', 'InvalidPort: ${PORTS}'],
  ],
  mounts: [
    ['RUN --mount=type=foo x', 'InvalidMount: type=foo'],
    ['RUN --mount=type=cache,targt=/x x', 'InvalidMount: targt=/x'],
    ['RUN --mount=type=cache,target x', 'InvalidMount: target'],
    ['RUN --mount=type=cache,target=/x, x', 'InvalidMount: '],
    ['RUN --mount=target=/x,sharing=all,type=cache x', 'InvalidMount: sharing=all'],
    ['RUN --mount=target=/x,sharing=locked x', 'InvalidMount: --mount=target=/x,sharing=locked'],
    ['RUN --mount=type=cache,target=/x,mode=999 x', 'InvalidMount: mode=999'],
    ['RUN --mount=type=cache,target=/x,uid=me x', 'InvalidMount: uid=me'],
    ['RUN --mount=target=/x,mode=0755 x', 'InvalidMount: --mount=target=/x,mode=0755'],
    ['RUN --mount=type=cache,target=/x,ro=yes x', 'InvalidMount: ro=yes'],
    ['RUN --mount=target=/x,size=1m x', 'InvalidMount: size=1m'],
    ['RUN --mount=type=tmpfs,target=/x,size=big x', 'InvalidMount: size=big'],
    ['RUN --mount=type=tmpfs,target=/x,size=10i x', 'InvalidMount: size=10i'],
    ['RUN --mount=type=tmpfs,target=/x,size=1e3kib x'],
    ['RUN --mount=type=cache,target=/x,mode=77777777777 x', 'InvalidMount: mode=77777777777'],
    ['RUN --mount=target=/x,required x', 'InvalidMount: required'],
    ['RUN --mount=required,type=ssh x', 'InvalidMount: required'],
    ['RUN --mount=type=secret x', 'InvalidMount: --mount=type=secret'],
    ['RUN --mount=type=secret,id=a,src=b x', 'InvalidMount: --mount=type=secret,id=a,src=b'],
    ['RUN --mount=type=secret,id=a,from=b x', 'InvalidMount: --mount=type=secret,id=a,from=b'],
    ['RUN --mount=type=ssh,source=a x', 'InvalidMount: --mount=type=ssh,source=a'],
    ['RUN --mount=type=tmpfs,dst=/ x', 'InvalidMount: --mount=type=tmpfs,dst=/'],
    ['RUN --mount=from=$X,target=/x x', 'VariableInFrom: $X'],
    ['RUN --mount=Type=cache,dst=/x,Sharing=LOCKED,ro=T,uid=0,gid=0,mode=0755,id=a,from=b,src=c x'],
    ['RUN --mount=type=secret,id=a,env=A,required --mount=type=ssh,id=b,required=true,mode=0600 x'],
    ['RUN --mount=type=tmpfs,target=/x,size=64m --mount=type=bind,rw,target=/y x'],
    ['RUN --mount=type=$TYPE,sharing=locked,mode=$MODE,target=/x x'],
    ['RUN --mount="type=cache,target=/x y" x'],
  ],
  substitutions: [
    ['ENV A=${x:=y}', 'InvalidSubstitution: ${x:=y}'],
    ['COPY ${x^^} b', 'InvalidSubstitution: ${x^^}'],
    ['WORKDIR /${', 'InvalidSubstitution: /${'],
    ['USER ${}', 'InvalidSubstitution: ${}'],
    ['LABEL ${x!}=y', 'InvalidSubstitution: ${x!}'],
    ['LABEL x=${y:#z}', 'InvalidSubstitution: ${y:#z}'],
    ['ENV A=${x:-${y:+z}} B=${x:?z} C=${x#a} D=${x%%a} E=${x//a/b}'],
    ['RUN echo ${x:=y} ${'],
    ['CMD ["${x:=y}"]'],
    ['COPY <<"E" /x\n${x:=y}\nE'],
    ['COPY <<E /x\n${x:=y}\nE', 'InvalidSubstitution: ${x:=y}\n'],
    ['LABEL a=\'x\'$Y b="c"$d":"$e'],
  ],
};

describe('errors in an instruction', () => {
  for (const [family, cases] of Object.entries(instructions)) {
    for (const [text, ...expected] of cases) {
      it(`${family}: ${JSON.stringify(text)}`, () => {
        const found = errors(`FROM scratch\n${text}`).map((finding) => finding.replace(/^\d+ /, ''));
        assert.deepEqual(found, expected);
      });
    }
  }
});

describe('errors in a file', () => {
  const cases: readonly (readonly [text: string, ...expected: readonly string[]])[] = [
    ['FROM a b', '1 SurplusArgument: b'],
    ['FROM a b c', '1 SurplusArgument: b'],
    ['FROM a AS b c', '1 SurplusArgument: c'],
    ['FROM a AS 1b', '1 InvalidStageName: 1b'],
    ['FROM a AS b/c', '1 InvalidStageName: b/c'],
    ['FROM a AS B-c_d.1'],
    ['FROM --platform=linux/ a', '1 InvalidPlatform: linux/'],
    ['FROM --platform=foo a', '1 InvalidPlatform: foo'],
    ['FROM --platform=linux/arm/v7 a\nFROM --platform=windows(10.0.1)/amd64 b\nFROM --platform=arm64 c'],
    ['FROM "node:22"'],
    ['ARG A', '1 NoBuildStage: ARG'],
    ['# only a comment', '1 NoInstructions: '],
    // where files come from
    ['FROM a\nCOPY --from=1 x y', '2 StageOrder: 1'],
    ['FROM a\nCOPY --from=0 x y', '2 StageOrder: 0'],
    ['FROM a\nCOPY --from=-1 x y', '2 StageOrder: -1'],
    ['FROM a AS b\nCOPY --from=B x y', '2 StageOrder: B'],
    ['FROM a AS b\nCOPY --from=c x y\nFROM a AS c', '2 StageOrder: c'],
    ['FROM a AS b\nCOPY --from=1 x y\nFROM a AS c\nCOPY --from=0 x y', '2 StageOrder: 1'],
    ['FROM a AS b\nRUN --mount=from=c,target=/x y\nFROM a AS c', '2 StageOrder: c'],
    ['FROM a AS b\nFROM a\nCOPY --from=b x y\nFROM a AS b', '3 StageOrder: b'],
    ['FROM a\nCOPY --from=alpine x y\nCOPY --from=1 x y'],
    ['FROM a AS b\nFROM a\nCOPY --from=B x y\nCOPY --from=0 x y\nRUN --mount=from=b,target=/x y'],
    ['FROM a\nRUN --mount=from=1,target=/x y'],
    ['# syntax=docker/Dockerfile:1\nFROM a', '1 InvalidSyntax: docker/Dockerfile:1'],
    ['# syntax=docker/dockerfile:1@sha256:12\nFROM a', '1 InvalidSyntax: docker/dockerfile:1@sha256:12'],
    ['# syntax=docker/dockerfile:1 --option\nFROM a'],
    ['FROM --platform=$X a'],
    ['FROM a AS b\nFROM a\nCOPY --from=$b x y', '3 VariableInFrom: $b'],
  ];
  for (const [text, ...expected] of cases) it(JSON.stringify(text), () => assert.deepEqual(errors(text), expected));
});

describe('what only looks certain', () => {
  const cases: readonly (readonly [text: string, expected: string])[] = [
    ['FROM scratch\nARG A=${x:=y}', '2 UnreadableWord: ${x:=y}'],
    ['ARG A=${x:y}\nFROM a', '1 UnreadableWord: ${x:y}'],
    ['FROM a:${template:b}', '1 UnreadableWord: a:${template:b}'],
    ["FROM scratch\nENV A=b'c", "2 UnreadableWord: b'c"],
    // read where another image is built on this one
    ['FROM scratch\nONBUILD FOO x', '2 BrokenTrigger: FOO'],
    ['FROM scratch\nONBUILD COPY --form=x a b', '2 BrokenTrigger: --form'],
    ['FROM scratch\nONBUILD COPY a', '2 BrokenTrigger: COPY'],
    ['FROM scratch\nONBUILD RUN --mount=type=foo x', '2 BrokenTrigger: type=foo'],
    // what a template may fill in
    ['FROM scratch\nCOPY --from=Foo/Bar a b', '2 InvalidSource: Foo/Bar'],
    ['FROM scratch\nRUN --mount=from=REPLACE_ME,target=/x y', '2 InvalidSource: REPLACE_ME'],
  ];
  for (const [text, expected] of cases) {
    it(JSON.stringify(text), () => {
      assert.deepEqual(errors(text), []);
      assert.ok(findings(text).includes(expected));
    });
  }
});

describe('heredocs that nothing reads', () => {
  const unread = [
    'RUN <<A <<B\na\nA\nb\nB',
    'RUN --network=none <<-"A" \\\n 3<< B\na\nA\nb\nB',
    'ONBUILD RUN <<A <<B\na\nA\nb\nB',
    'SHELL ["/bin/bash", "-c"]\nRUN <<A <<B <<C\na\nA\nb\nB\nC',
  ];
  for (const text of unread)
    it(JSON.stringify(text), () => {
      assert.deepEqual(errors(`FROM scratch\n${text}`), []);
      assert.match(findings(`FROM scratch\n${text}`).join(), /UnreadHeredocs: RUN$/);
    });

  const read = [
    'RUN <<A\na\nA',
    'RUN cat <<A <<B\na\nA\nb\nB',
    'RUN <<A cat && <<B cat\na\nA\nb\nB',
    'COPY <<A <<B /\na\nA\nb\nB',
    'SHELL ["zsh-like", "-c"]\nRUN <<A <<B\na\nA\nb\nB',
  ];
  for (const text of read)
    it(`not: ${JSON.stringify(text)}`, () => assert.deepEqual(findings(`FROM scratch\n${text}`), []));
});
