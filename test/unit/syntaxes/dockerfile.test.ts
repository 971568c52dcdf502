// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of a Dockerfile are written like a template's
import assert from 'node:assert/strict';
import { type Token, tokenizer } from '../../support/tokenize.ts';

let tokenize: (text: string) => Token[];

before(async () => {
  tokenize = await tokenizer('source.dockerfile');
});

/** The innermost scope at `<|>`, without the language's suffix. */
function scopeAt(marked: string): string {
  return scopesAt(marked).at(-1) ?? '';
}

function scopesAt(marked: string): readonly string[] {
  let offset = marked.indexOf('<|>');
  const text = marked.replace('<|>', '');
  const lines = text.split('\n');
  let line = 0;
  while (offset > lines[line]!.length) offset -= lines[line++]!.length + 1;
  for (const token of tokenize(text)) {
    if (token.line !== line) continue;
    if (offset < token.text.length) return token.scopes.map((scope) => scope.replace(/\.dockerfile$/, ''));
    offset -= token.text.length;
  }
  throw new Error('the marker is past the end');
}

const features: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  directives: [
    ['# <|>syntax=docker/dockerfile:1', 'keyword.other.directive'],
    ['# syntax=<|>docker/dockerfile:1', 'string.unquoted'],
    ['# escape=<|>`\nFROM a', 'constant.character.escape'],
    ['# check=<|>skip=all', 'variable.parameter'],
    ['# check=skip=<|>JSONArgsRecommended;error=true', 'string.unquoted'],
    ['# check=skip=all;<|>error=true', 'variable.parameter'],
    ['#SYNTAX=x\n# <|>escape=`', 'keyword.other.directive'],
    ['# escape=`\n# <|>syntax=x', 'keyword.other.directive'],
    ['# a note\n# <|>syntax=x', 'comment.line.number-sign'],
    ['FROM a\n# <|>escape=`', 'comment.line.number-sign'],
  ],
  comments: [
    ['<|># a', 'punctuation.definition.comment'],
    ['FROM a\n  # <|>b', 'comment.line.number-sign'],
    ['RUN a \\\n  # <|>b\n  c', 'comment.line.number-sign'],
    ['ENV A=1 \\\n# <|>B=2\n C=3', 'comment.line.number-sign'],
    ['RUN a # <|>b', 'comment.line.number-sign'],
    ['COPY a#<|>b /c', 'meta.instruction.copy'],
  ],
  instructions: [
    ['<|>FROM a', 'keyword.control.from'],
    ['<|>from a', 'keyword.control.from'],
    ['  <|>Run a', 'keyword.other.special-method'],
    ['<|>ONBUILD RUN a', 'keyword.control.onbuild'],
    ['ONBUILD <|>COPY a b', 'keyword.other.special-method'],
    ['ONBUILD \\\n  <|>RUN a', 'keyword.other.special-method'],
    ['<|>MAINTAINER me', 'invalid.deprecated'],
    ['HEALTHCHECK <|>CMD a', 'keyword.other.special-method'],
    ['HEALTHCHECK <|>NONE', 'constant.language.none'],
    ['<|>FOO a', 'meta.instruction.unknown'],
    ['<|>RUNNER a', 'meta.instruction.unknown'],
    ['STOPSIGNAL <|>SIGRTMIN+3', 'constant.language.signal'],
    ['USER 10<|>01:0', 'constant.numeric'],
  ],
  flags: [
    ['FROM --<|>platform=linux/amd64 a', 'entity.other.attribute-name.flag'],
    ['FROM --platform=<|>linux/amd64 a', 'string.unquoted'],
    ['FROM --platform=$<|>BUILDPLATFORM a', 'variable.other.readwrite'],
    ['COPY --from=<|>build a b', 'entity.name.function.stage'],
    ['COPY a \\\n --from=<|>build b', 'meta.instruction.copy'],
    ['COPY -- <|>--from=x /y', 'meta.instruction.copy'],
    ['COPY --chown="<|>a b" x /y', 'string.quoted.double'],
    ['HEALTHCHECK --interval=<|>5s CMD a', 'string.unquoted'],
  ],
  mounts: [
    ['RUN --mount=<|>type=cache,target=/x a', 'variable.parameter'],
    ['RUN --mount=type=<|>cache,target=/x a', 'string.unquoted'],
    ['RUN --mount=type=bind,from=<|>build,target=/x a', 'entity.name.function.stage'],
    ['RUN --mount=type=bind,target=/x,<|>readonly a', 'variable.parameter'],
    ['RUN --mount=type=bind,"<|>target=/a,b",source=. a', 'variable.parameter'],
    ['RUN --mount=type=cache \\\n  --<|>network=none a', 'entity.other.attribute-name.flag'],
  ],
  'image references': [
    ['FROM <|>node', 'entity.name.type.repository'],
    ['FROM <|>scratch', 'constant.language.scratch'],
    ['FROM <|>127.0.0.1:5000/team/app:1', 'entity.name.namespace.registry'],
    ['FROM <|>localhost/app', 'entity.name.namespace.registry'],
    ['FROM <|>library/node', 'entity.name.type.repository'],
    ['FROM node:<|>22-alpine', 'constant.numeric.tag'],
    ['FROM node:${V}<|>-alpine', 'constant.numeric.tag'],
    ['FROM a@<|>sha256:0123', 'constant.other.digest'],
    ['FROM "node:<|>22"', 'constant.numeric.tag'],
    ['FROM $REG/<|>img:1', 'entity.name.type.repository'],
    ['FROM a <|>as b', 'keyword.control.as'],
    ['FROM a AS <|>b', 'entity.name.function.stage'],
    ['FROM as AS <|>b', 'entity.name.function.stage'],
    ['FROM a \\\n  AS \\\n  <|>b', 'entity.name.function.stage'],
  ],
  variables: [
    ['COPY $<|>x /y', 'variable.other.readwrite'],
    ['COPY ${<|>x} /y', 'variable.other.readwrite'],
    ['COPY ${x<|>:-y} /z', 'keyword.operator.expansion'],
    ['COPY ${x<|>##y} /z', 'keyword.operator.expansion'],
    ['COPY ${x<|>//a/b} /z', 'keyword.operator.expansion'],
    ['COPY ${x:-${<|>y:-z}} /w', 'variable.other.readwrite'],
    ['ENV A=${x:-"<|>a b"}', 'string.quoted.double'],
    ['ENV A="<|>$x"', 'punctuation.definition.variable'],
    ["ENV A='<|>$x'", 'string.quoted.single'],
    ['ENV A=<|>\\$x', 'constant.character.escape'],
    ['# escape=`\nENV A=<|>`$x', 'constant.character.escape'],
    ['# escape=`\nENV A=C:\\<|>$x', 'punctuation.definition.variable'],
    ['EXPOSE ${<|>P}/tcp', 'variable.other.readwrite'],
  ],
  'keys and values': [
    ['ENV <|>A=1', 'variable.other.assignment'],
    ['ENV A=1 \\\n  <|>B=2', 'variable.other.assignment'],
    ['ENV A=C\\ D <|>E=1', 'variable.other.assignment'],
    ['ENV <|>A b c', 'variable.other.assignment'],
    ['ENV A <|>b=c', 'string.unquoted'],
    ['LABEL "<|>com.example.a"="b"', 'variable.other.assignment'],
    ['ARG A <|>B=2 C', 'variable.other.assignment'],
    ['ARG A B=<|>2 C', 'string.unquoted'],
    ['ENV A=1=<|>2', 'string.unquoted'],
  ],
  ports: [
    ['EXPOSE <|>80', 'constant.numeric.port'],
    ['EXPOSE 80/<|>tcp', 'constant.language.protocol'],
    ['EXPOSE 8000<|>-9000', 'keyword.operator.range'],
    ['EXPOSE 53/<|>UDP', 'constant.language.protocol'],
  ],
  'exec form': [
    ['CMD <|>["a", "b c"]', 'punctuation.definition.array.begin'],
    ['CMD ["a", "<|>b c"]', 'string.quoted.double.json'],
    ['CMD ["a<|>\\"b"]', 'constant.character.escape.json'],
    ['CMD ["<|>\\u0041"]', 'constant.character.escape.json'],
    ['CMD ["<|>\\q"]', 'invalid.illegal.escape.json'],
    ['CMD ["a", <|>1]', 'invalid.illegal.array-element'],
    ['CMD ["a", \\\n  # c\n  "<|>b"]', 'string.quoted.double.json'],
    ['RUN --mount=type=ssh <|>["a","b"]', 'punctuation.definition.array.begin'],
    ['HEALTHCHECK CMD <|>["a"]', 'punctuation.definition.array.begin'],
    ['COPY ["<|>a b", "/c"]', 'string.quoted.double.json'],
    ['VOLUME ["<|>/b c"]', 'string.quoted.double.json'],
    ['SHELL ["<|>sh", "-c"]', 'string.quoted.double.json'],
    ['RUN [<|> -f /x ] && y', 'meta.scope.logical-expression.shell'],
    ['RUN [<|> "$a" = b ] && y', 'meta.scope.logical-expression.shell'],
  ],
};

describe('Dockerfile grammar', () => {
  for (const [feature, snippets] of Object.entries(features)) {
    describe(feature, () => {
      for (const [snippet, scope] of snippets) {
        it(JSON.stringify(snippet), () => assert.equal(scopeAt(snippet), scope));
      }
    });
  }

  describe('embedded languages', () => {
    const languages: readonly (readonly [string, string])[] = [
      ['RUN <|>apt-get update', 'meta.embedded.line.shell'],
      ['RUN --network=none <|>ls', 'meta.embedded.line.shell'],
      ['CMD <|>node server.js', 'meta.embedded.line.shell'],
      ['HEALTHCHECK CMD <|>curl x', 'meta.embedded.line.shell'],
      ['RUN a \\\n && <|>b', 'meta.embedded.line.shell'],
      ['RUN <|>powershell -Command Get-Item', 'meta.embedded.line.powershell'],
      ['SHELL ["pwsh", "-c"]\nRUN <|>Get-Item $x', 'meta.embedded.line.powershell'],
      ['SHELL ["powershell", \\\n "-c"]\nFROM a\nRUN <|>ls', 'meta.embedded.line.shell'],
      ['SHELL ["powershell"]\nSHELL ["sh"]\nRUN <|>ls', 'meta.embedded.line.shell'],
      ['SHELL ["powershell"]\nRUN <<E\n<|>$x\nE', 'meta.embedded.block.powershell'],
      ['RUN <<E\n<|>ls\nE', 'meta.embedded.block.shell'],
      ['RUN bash -e <<E\n<|>ls\nE', 'meta.embedded.block.shell'],
      ['RUN <<E\n#!/usr/bin/env python3\n<|>import os\nE', 'meta.embedded.block.python'],
      ['RUN python3 - <<E\n<|>import os\nE', 'meta.embedded.block.python'],
      ['RUN node <<E\n<|>let x\nE', 'meta.embedded.block.javascript'],
      ['RUN cat <<E > /x.json\n<|>{"a": 1}\nE', 'meta.embedded.block.json'],
      ['COPY <<E /x.yaml\n<|>a: 1\nE', 'meta.embedded.block.yaml'],
      ['COPY <<run.sh /bin/\n<|>ls\nrun.sh', 'meta.embedded.block.shell'],
      ['COPY <<E /x\n#!/bin/sh\n<|>ls\nE', 'meta.embedded.block.shell'],
      ['COPY <<E /x\n<|>ls $x\nE', 'string.unquoted.heredoc'],
      ['RUN cat <<E > /x\n<|>ls\nE', 'string.unquoted.heredoc'],
    ];
    for (const [snippet, scope] of languages) {
      it(JSON.stringify(snippet), () => assert.ok(scopesAt(snippet).includes(scope), scopesAt(snippet).join(' ')));
    }

    it('sees the command after RUN, which does not start its line', () => {
      assert.ok(scopesAt('RUN <|>apt-get update').includes('entity.name.command.shell'));
    });

    it('keeps a string of the shell open over a continuation, and only there', () => {
      assert.ok(scopesAt('RUN echo "a \\\n <|>b" c').includes('string.quoted.double.shell'));
      assert.ok(!scopesAt('RUN echo "a \\\n b" <|>c').includes('string.quoted.double.shell'));
    });
  });
});
