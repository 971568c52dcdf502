import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { parse } from '../../../../../server/language/dockerfile/parse.ts';
import { type ParserNode, parserNodes } from '../../../../../server/parserNodes.ts';

interface Case {
  readonly name: string;
  readonly dockerfile: string;
  readonly buildkit: { readonly escape: string; readonly nodes: readonly ParserNode[]; readonly error?: string };
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../../../fixtures/parser-cases.json', import.meta.url), 'utf8'),
);

/** The fields that `cli.js parse` prints: the recorded answers have more. */
function printed({ value, flags, args, json, heredocs, start, end }: ParserNode): ParserNode {
  return { value, ...(flags && { flags }), args, ...(json && { json }), ...(heredocs && { heredocs }), start, end };
}

describe("parse, against BuildKit's recorded answers", () => {
  for (const { name, dockerfile, buildkit } of cases) {
    it(name, () => {
      const answer = parserNodes(parse(dockerfile));
      if (buildkit.error !== undefined) assert.ok('error' in answer);
      else assert.deepEqual(answer, { escape: buildkit.escape, nodes: buildkit.nodes.map(printed) });
    });
  }
});
